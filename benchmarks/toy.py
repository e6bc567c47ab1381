"""``python -m benchmarks.toy``: training toy models beside the same training in torch on the CPU, in one run.

Both train the ReLU models of ``basic`` (n = 20, m = 5, seven densities, batch 1024, AdamW) for the same number of steps
on as many threads: torch as the original does, all instances in one einsum; lincs one instance a thread.  Both
start from the same W.  Times are scaled to 10,000 steps; the losses, on the same fresh samples, show that both learn
the same.
"""

from __future__ import annotations

import argparse
import time
from typing import Any

import numpy as np

from benchmarks.interference import machine
from lincs.toy import Model, Setting, minimise, train
from lincs.toy.basic import DENSITIES
from lincs.toy.train import initial_weights


def settings() -> list[Setting]:
    importance = tuple(0.7**i for i in range(20))
    return [Setting(n=20, m=5, density=p, importance=importance) for p in DENSITIES]


def torch_training(chosen: list[Setting], steps: int) -> list[Model]:
    """The original's loop: instances in the first axis, autograd, torch.optim.AdamW."""
    import torch

    torch.manual_seed(0)
    n, m, count = chosen[0].n, chosen[0].m, len(chosen)
    start = initial_weights(n, m, np.random.default_rng([0, 0])).T.astype(np.float32)  # that of train(seed=0)
    W = torch.nn.Parameter(torch.from_numpy(start).repeat(count, 1, 1))
    b = torch.nn.Parameter(torch.zeros(count, n))
    density = torch.tensor([s.density for s in chosen])[None, :, None]
    importance = torch.tensor(chosen[0].importance)
    optimiser = torch.optim.AdamW([W, b], lr=1e-3)
    for _ in range(steps):
        optimiser.zero_grad(set_to_none=True)
        x = torch.where(torch.rand(1024, count, n) <= density, torch.rand(1024, count, n), torch.zeros(()))
        hidden = torch.einsum("bif,ifh->bih", x, W)
        out = torch.relu(torch.einsum("bih,ifh->bif", hidden, W) + b)
        loss: Any = (importance * (x - out) ** 2).sum(-1).mean(0).sum()
        loss.backward()
        optimiser.step()
    values, biases = W.detach().numpy().astype(np.float64), b.detach().numpy().astype(np.float64)
    return [Model(s, values[i].T.copy(), biases[i]) for i, s in enumerate(chosen)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=2000, help="steps of either training")
    parser.add_argument("--threads", type=int, default=1, help="of both; torch needs as many idle cores")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(options.threads)
    chosen = settings()
    train(chosen, steps=2)  # compiled
    torch_training(chosen, 2)
    print(f"{machine()}; used: {options.threads}")
    start = time.perf_counter()
    ours = train(chosen, steps=options.steps, threads=options.threads)
    fast = time.perf_counter() - start
    start = time.perf_counter()
    theirs = torch_training(chosen, options.steps)
    slow = time.perf_counter() - start
    scale = 10_000 / options.steps
    print(
        f"7 ReLU models, 10,000 steps: lincs {fast * scale:.1f} s, torch {slow * scale:.1f} s, ratio {slow / fast:.1f}"
    )
    print("density  " + "".join(f"{s.density:>10g}" for s in chosen))
    for name, models in (("lincs", [t.model for t in ours]), ("torch", theirs)):
        losses = [model.loss(model.setting.sample(50_000, seed=1)) for model in models]
        print(f"{name:9s}" + "".join(f"{loss:10.6f}" for loss in losses))
    grid = [
        Setting(n=2, m=1, density=float(p), importance=(1, float(r)))
        for p in np.geomspace(0.01, 1, 30)
        for r in np.geomspace(0.1, 10, 30)
    ]
    minimise(grid[:1])
    start = time.perf_counter()
    minimise(grid, restarts=10, threads=options.threads)
    print(f"phase, n = 2, 30 x 30, 10 starts, exact loss: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
