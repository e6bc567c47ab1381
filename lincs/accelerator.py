"""A torch device (a GPU, usually) that multiplies matrices, and what its products are worth.

Nothing here imports torch before a device is asked for.  How a device multiplies is part of a proof: a
:class:`Product` says how far a result may be from the exact one, and :meth:`Accelerator.check` looks whether the
device keeps to it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from lincs.errors import InputError, check_choice

__all__ = ["FLOAT32", "PRODUCTS", "Accelerator", "Product", "accelerator"]

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Product:
    """How float32 matrices are multiplied.

    A computed inner product of length d is ``(1 + r) sum_l x_l y_l (1 + s_l)`` with ``|r| <= result``, each factor
    rounded by a relative ``entry`` first, and ``1 + |s_l|`` at most ``1 + gamma_n`` for ``n = roundings d`` of the unit
    ``2^-24``.
    """

    name: str
    entry: float
    result: float
    roundings: int
    mode: str  # of float32 products, as torch calls it
    stored: str  # the type that entries are kept in


# With any order of summation, with or without fused multiply-add: Higham 2002, section 3.1.
FLOAT32 = Product("float32", entry=0.0, result=0.0, roundings=1, mode="ieee", stored="float32")

# Tensor cores truncate where they add (Fasi, Higham, Mikaitis and Pranesh, PeerJ Computer Science 7, 2021): two units
# for each addition, and as much again for partial sums put together.  TF32 keeps 10 bits after the first; whether an
# entry is rounded or cut is not documented.  bfloat16 keeps 7 bits, and torch rounds the result to it as well.
TF32 = Product("tf32", entry=2.0**-10, result=0.0, roundings=4, mode="tf32", stored="float32")
BFLOAT16 = Product("bfloat16", entry=2.0**-8, result=2.0**-8, roundings=4, mode="ieee", stored="bfloat16")

PRODUCTS = {product.name: product for product in (FLOAT32, TF32, BFLOAT16)}


def accelerator(device: Any, product: str = "float32") -> Accelerator:
    """The torch device of this name (``"cuda"``, ``"cuda:1"``, ``"mps"``, ``"cpu"``), once it has answered.

    ``product`` is "float32", or "tf32" or "bfloat16" where speed is worth wider intervals.
    Raises :class:`InputError` if there is no torch, or no such device.
    """
    check_choice(product, "product", tuple(PRODUCTS))
    try:
        import torch
    except ModuleNotFoundError:
        raise InputError(f"device {device} needs torch: install the extra lincs-bounds[torch]") from None
    try:
        place = torch.device(device)
    except (RuntimeError, TypeError, ValueError):
        raise InputError(f"device must be one that torch knows, like cuda, cuda:1 or cpu, got {device}") from None
    try:
        answer = (torch.ones(2, device=place) @ torch.ones(2, device=place)).cpu()
    except (RuntimeError, AssertionError, ImportError) as error:  # what torch raises for a device that is not there
        reason = (str(error).splitlines() or [""])[0].split(". ")[0].rstrip(".")
        raise InputError(f"device {device} cannot be used: {reason[:120]}") from None
    if float(answer) != 2.0:
        raise InputError(f"device {device} cannot be used: it adds 1 and 1 to {float(answer)}")
    return Accelerator(place, PRODUCTS[product])


class Accelerator:
    """A torch device that is there, and how it multiplies."""

    def __init__(self, place: Any, product: Product) -> None:
        import torch

        self.torch: Any = torch
        self.place = place
        self.product = product
        self.name = str(place)
        self.stored = getattr(torch, product.stored)

    def put(self, array: Array) -> Any:
        """A float32 array as a tensor on the device, in the type in which it is multiplied."""
        if not array.flags.writeable or not array.flags.c_contiguous:
            array = np.array(array, order="C")  # torch has no read-only tensors
        return self.torch.from_numpy(array).to(self.place, self.stored)

    def multiply(self, b: Any, a: Any) -> Any:
        """``b a`` of tensors from :meth:`put`, as float32; inside of :meth:`multiplying`."""
        return self.torch.matmul(b, a).to(self.torch.float32)

    @contextmanager
    def multiplying(self) -> Iterator[None]:
        """Inside, torch multiplies like ``product``; what was set before is restored. Out of memory: one sentence."""
        try:
            with _modes.of(self.torch, self.product):
                yield
        except getattr(self.torch, "OutOfMemoryError", self.torch.cuda.OutOfMemoryError) as error:
            raise InputError(f"device {self.name} has not the memory for this: {str(error).split('. ')[0]}") from None

    def check(self, rows: int, columns: int, d: int) -> None:
        """Multiply matrices whose products are known exactly, of the sizes to come, and look how far they are off.

        Raises :class:`InputError` if the device multiplies less precisely than ``product`` says.
        """
        p, u = self.product, 2.0**-24
        hard, long = (_hard(rows, d), _hard(columns, d)), (_long(rows, d), np.ones((columns, d), np.float32))
        for (b, a), entry in ((hard, p.entry), (long, 0.0)):
            with self.multiplying():
                found = self.multiply(self.put(b), self.put(a).T)[:d, :d].cpu().numpy().astype(np.float64)
            exact = b[:d].astype(np.float64) @ a[:d].T.astype(np.float64)
            added = p.roundings * np.count_nonzero(b[:d], axis=1)[:, None] * u
            allowed = ((1 + entry) ** 2 * (1 + 1.01 * added) * (1 + p.result) - 1) * np.abs(exact)
            if not (np.abs(found - exact) <= allowed * (1 + 1e-9)).all():
                raise InputError(
                    f"device {self.name} multiplies less precisely than {p.name}: its products prove nothing"
                )


def _hard(n: int, d: int) -> Array:
    """n x d, in each row one entry that is just below ``1 + 2^-p``: with p bits after the first about 2^-p is lost.

    Nothing is added to it, so that no other rounding can hide the loss.
    """
    matrix = np.zeros((n, d), np.float32)
    rows = np.arange(n)
    matrix[rows, rows % d] = 1 + 2.0 ** -(4.0 + rows % 9) - 2.0**-23
    return matrix


def _long(n: int, d: int) -> Array:
    """n x d, rows ``1, 2^-p, 2^-p, ...`` of exact entries and sums: with fewer than p bits kept in sums all is lost."""
    matrix = np.ones((n, d), np.float32)
    matrix[:, 1:] = 2.0 ** -(6.0 + np.arange(n) % 15)[:, None]
    return matrix


class _Modes:
    """torch's precision of products belongs to the process: the first who comes sets it, the last restores it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = 0
        self.mode = ""
        self.before: list[Any] = []

    @contextmanager
    def of(self, torch: Any, product: Product) -> Iterator[None]:
        settings = _settings(torch)
        with self.lock:
            if self.inside and self.mode != product.mode:
                raise InputError(f"a device cannot multiply in {product.name} while another run uses other precision")
            if self.inside == 0:
                self.before = [read() for read, _, _ in settings]
                for _, write, of in settings:
                    write(of[product.mode])
                self.mode = product.mode
            self.inside += 1
        try:
            yield
        finally:
            with self.lock:
                self.inside -= 1
                if self.inside == 0:
                    for (_, write, _), value in zip(settings, self.before, strict=True):
                        write(value)


# How a setting is read, how it is written, and what it must be for each mode.
Setting = tuple[Callable[[], Any], Callable[[Any], None], dict[str, Any]]


def _settings(torch: Any) -> list[Setting]:
    """The settings that products depend on.

    Since 2.9 every backend has one of its own, and the older one for all raises where they were used before.
    """
    cuda, cpu = torch.backends.cuda.matmul, getattr(torch.backends.mkldnn, "matmul", None)
    own = [backend for backend in (cuda, cpu) if hasattr(backend, "fp32_precision")]
    found = [_attribute(backend, "fp32_precision", {"ieee": "ieee", "tf32": "tf32"}) for backend in own]
    if not own:
        names = {"ieee": "highest", "tf32": "high"}
        found = [(torch.get_float32_matmul_precision, torch.set_float32_matmul_precision, names)]
    return [*found, _attribute(cuda, "allow_bf16_reduced_precision_reduction", {"ieee": False, "tf32": False})]


def _attribute(owner: Any, name: str, values: dict[str, Any]) -> Setting:
    return partial(getattr, owner, name), partial(setattr, owner, name), values


_modes = _Modes()
