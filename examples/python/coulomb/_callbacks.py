"""Functions that the library calls: they find the Python function behind `user`, and keep what it raises.

No exception passes through the library: `onerror` keeps it for the call that comes back, and tells the library a code
of the range for callers. That includes KeyboardInterrupt, wherever Python raises it.
"""
from __future__ import annotations

import _thread
import sys
from typing import Any, Callable

import numpy

from ._arrays import Shape, bytes_at, view
from ._calls import Guard, raised
from ._library import ffi, lib
from .errors import ShapeError

RAISED: int = lib.COULOMB_CALLER_FIRST
STOPPED: int = lib.COULOMB_CALLER_FIRST + 1


class Held:
    """A callback that the library holds. It lives in its owner's dictionary until the library releases it."""

    __slots__ = ("_owner", "call", "handle", "source")

    def __init__(self, owner: dict[int, Held], source: Any, call: Callable[..., Any]):
        self.source = source  # what the user gave
        self.call = call
        self._owner = owner
        self.handle = ffi.new_handle(self)
        owner[id(self)] = self

    def drop(self) -> None:
        self._owner.pop(id(self), None)
        self.handle = None


def source_of(callback: Any, user: Any) -> Any:
    """What was given for a callback that the library says it has; None if there is none."""
    return ffi.from_handle(user).source if callback and user else None


def _keep(_kind: Any, exception: BaseException, _traceback: Any) -> int:
    raised.code, raised.exception = RAISED, exception
    return RAISED


def _keep_of_transport(_kind: Any, exception: BaseException, _traceback: Any) -> int:
    """A transport that raises an error of the system has lost a process."""
    raised.exception = exception
    raised.code = lib.COULOMB_ERROR_PROCESS if isinstance(exception, (OSError, EOFError)) else RAISED
    return raised.code


def _cannot_tell(kind: Any, exception: BaseException, traceback: Any) -> None:
    """An exception in a callback that the library takes no code from: an interrupt comes again, others are reported."""
    if kind is KeyboardInterrupt:
        _thread.interrupt_main()
    else:
        sys.excepthook(kind, exception, traceback)


def written(array: numpy.ndarray[Any, Any], values: Any) -> None:
    """Take what a function returned, if it has not written into its array."""
    if values is None:
        return
    given = numpy.asarray(values)
    if given.shape != array.shape:
        raise ShapeError(f"the function returned shape {list(given.shape)} instead of {list(array.shape)}")
    array[...] = given


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_batch(user: Any, update: int, count: int, batch: Any) -> int:
    ffi.from_handle(user).call(update, count, batch)
    return 0


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_slice(user: Any, update: int, total: int, first: int, count: int, batch: Any) -> int:
    ffi.from_handle(user).call(update, total, first, count, batch)
    return 0


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_points(user: Any, first: int, count: int, points: Any) -> int:
    ffi.from_handle(user)(first, count, points)
    return 0


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_latent(user: Any, seed: int, update: int, first: int, count: int, latent: Any) -> int:
    ffi.from_handle(user).call(seed, update, first, count, latent)
    return 0


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_schedule(user: Any, update: int, factor: Any) -> int:
    factor[0] = ffi.from_handle(user).call(update)
    return 0


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_progress(user: Any, update: int) -> int:
    return STOPPED if ffi.from_handle(user)(update) is False else 0


@ffi.def_extern(error=RAISED, onerror=_keep)  # type: ignore[untyped-decorator]
def python_signals(_user: Any, _update: int) -> int:
    return 0  # Python has handled signals on the way here


@ffi.def_extern(error=RAISED, onerror=_keep_of_transport)  # type: ignore[untyped-decorator]
def python_allgather(user: Any, send: Any, count: int, receive: Any) -> int:
    size, allgather, _ = ffi.from_handle(user).call()
    allgather(bytes_at(send, (count,)), bytes_at(receive, (size, count)))
    return 0


@ffi.def_extern(error=RAISED, onerror=_keep_of_transport)  # type: ignore[untyped-decorator]
def python_alltoall(user: Any, send: Any, count: int, receive: Any) -> int:
    size, _, alltoall = ffi.from_handle(user).call()
    alltoall(bytes_at(send, (size, count)), bytes_at(receive, (size, count)))
    return 0


@ffi.def_extern(onerror=_cannot_tell)  # type: ignore[untyped-decorator]
def python_log(user: Any, level: int, line: Any) -> None:
    ffi.from_handle(user).call(level, ffi.string(line).decode(errors="replace"))


@ffi.def_extern(onerror=_cannot_tell)  # type: ignore[untyped-decorator]
def python_destroy(user: Any) -> None:
    ffi.from_handle(user).drop()


def silently(guard: Guard, log: Callable[[int, str], object]) -> Callable[[int, str], None]:
    """A log function during which nothing of the library may be called, not even by the garbage collector."""

    def call(level: int, line: str) -> None:
        guard.silent = True
        try:
            log(level, line)
        finally:
            guard.silent = False

    return call


def filling(function: Callable[[int, Any], object], shape: Shape) -> Callable[[int, int, Any], None]:
    """A function (update, batch) as the library calls it."""

    def call(update: int, count: int, batch: Any) -> None:
        array = view(batch, (count, *shape))
        written(array, function(update, array))

    return call
