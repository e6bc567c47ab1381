"""The command as a process: streams that may be closed or full, and Ctrl-C that is heard."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from lincs.errors import Note
from lincs.keeping import is_writing

__all__ = ["StdoutFailed", "careful_streams", "notes_on_stderr", "prompt_interrupt"]

_PATIENCE = 1.5  # seconds between Ctrl-C and the end, if the main thread does not get there by itself
_LONGEST_SAVE = 60.0


class StdoutFailed(Exception):
    """What was to be printed could not be written (a full disk): the sentence that says so."""


class _MayClose(io.FileIO):
    """A descriptor whose reader (head, less) may go away: what nobody reads is dropped, which is no failure."""

    failed = ""

    def write(self, data: object) -> int:
        try:
            if not self.failed:
                return super().write(data)  # type: ignore[arg-type]
        except BrokenPipeError:
            pass
        except OSError as error:
            self.failed = error.strerror or str(error)
        return memoryview(data).nbytes  # type: ignore[arg-type]


def _careful(stream: TextIO | None, original: TextIO | None) -> TextIO | None:
    """The stream, over a descriptor that may close; itself where it is somebody else's (a test's, a notebook's)."""
    if stream is not original:
        return stream
    if stream is None:  # closed by the caller: nobody wants to read it
        return open(os.devnull, "w", encoding="utf-8")
    raw = _MayClose(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=stream.encoding,
        errors=stream.errors,
        line_buffering=stream.isatty() or stream is sys.stderr,
    )


@contextmanager
def careful_streams() -> Iterator[None]:
    """Output of which a closed reader changes nothing; raises :class:`StdoutFailed` at the end where stdout failed."""
    before = sys.stdout, sys.stderr
    out, err = _careful(sys.stdout, sys.__stdout__), _careful(sys.stderr, sys.__stderr__)
    sys.stdout, sys.stderr = out, err
    try:
        yield
    finally:
        for stream, own in ((out, before[0]), (err, before[1])):
            if stream is not None and stream is not own:
                stream.flush()
        sys.stdout, sys.stderr = before
    raw = getattr(getattr(out, "buffer", None), "raw", None)
    if isinstance(raw, _MayClose) and raw.failed:
        raise StdoutFailed(f"the output cannot be written: {raw.failed}")


@contextmanager
def notes_on_stderr() -> Iterator[None]:
    """A :class:`Note` is a line for the person; other warnings are shown as always."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", Note)
        show = warnings.showwarning

        def told(message, category, filename, lineno, file=None, line=None) -> None:  # type: ignore[no-untyped-def]
            if issubclass(category, Note):
                print(f"note: {message}", file=sys.stderr)
            else:
                show(message, category, filename, lineno, file, line)

        warnings.showwarning = told
        yield


@contextmanager
def prompt_interrupt() -> Iterator[None]:
    """Ctrl-C ends the process with code 130 within two seconds, even while the main thread is inside a library.

    Python raises KeyboardInterrupt once the main thread is back from compiled code, and that is the way in which work
    is kept.  A thread that hears the signal at once waits for it, then for a file that is just being written, and ends
    the process if nothing has come of it.
    """
    if threading.current_thread() is not threading.main_thread() or os.name == "nt":
        yield
        return
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    thread = threading.Thread(target=_watch, args=(reader,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(writer)  # the watcher reads the end, and ends


def _watch(reader: int) -> None:
    heard = b"\0"
    while heard and heard[0] != signal.SIGINT:
        heard = os.read(reader, 1)
    if heard and not _over(reader):
        print("lincs: interrupted", file=sys.stderr, flush=True)
        os._exit(130)
    os.close(reader)


def _over(reader: int) -> bool:
    """Whether the main thread has come to its end by itself."""
    import select

    deadline = time.monotonic() + _PATIENCE
    latest = deadline + _LONGEST_SAVE
    while time.monotonic() < deadline or (is_writing() and time.monotonic() < latest):
        if select.select([reader], [], [], 0.05)[0] and os.read(reader, 1) == b"":
            return True
    return False
