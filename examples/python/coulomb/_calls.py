"""Calls into the library: one thread at a time for each context, and failures as exceptions."""
from __future__ import annotations

import threading
from collections import deque
from typing import Any, Callable

from ._library import ffi, lib
from .errors import StateError, error_of


class _Raised(threading.local):
    """What a callback raised, and the code that it returned to the library instead: per thread, since callbacks run on
    the thread that called the library."""

    code = 0
    exception: BaseException | None = None


raised = _Raised()


class Guard:
    """Who may use a context: one thread at a time, which this makes sure of.

    A handle that is released while another thread is inside a call, as the garbage collector may do, is released when
    that call has returned.
    """

    __slots__ = ("_lock", "_pending", "context", "silent")

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._pending: deque[tuple[Callable[[Any], None], Any]] = deque()
        self.context: Any = ffi.NULL
        self.silent = False  # inside a log callback, from which nothing of the library may be called

    def enter(self) -> None:
        if self.silent:
            raise StateError("a log function must not call the library")
        if not self._lock.acquire(False):
            raise StateError("another thread is inside a call on this context: use a context for each thread")

    def leave(self) -> None:
        self._lock.release()
        if self._pending:
            self._release_pending()

    def release(self, free: Callable[[Any], None], pointer: Any) -> None:
        """Release a handle now, or as soon as it may be done."""
        self._pending.append((free, pointer))
        self._release_pending()

    def _release_pending(self) -> None:
        if self.silent or not self._lock.acquire(False):
            return
        try:
            while self._pending:
                free, pointer = self._pending.popleft()
                free(pointer)
        finally:
            self._lock.release()

    def __enter__(self) -> None:
        self.enter()

    def __exit__(self, *exception: object) -> None:
        self.leave()

    def message(self) -> str:
        text: bytes = ffi.string(lib.coulomb_context_error(self.context))
        return text.decode(errors="replace") if self.context else ""


def call(guard: Guard, function: Any, *arguments: Any) -> None:
    """Call a function that returns a status. A failure is raised: as what a callback raised, or as the library's."""
    with guard:
        status = function(*arguments)
        if status == 0:
            return
        exception = failure(status, guard.message())
    try:
        raise exception
    finally:
        del exception  # it refers to this frame


def failure(status: int, message: str) -> BaseException:
    """The exception of a failed call. Forgets what a callback raised."""
    code, exception = raised.code, raised.exception
    raised.code, raised.exception = 0, None
    return exception if exception is not None and code == status else error_of(status, message)


def read(guard: Guard, function: Any, *arguments: Any) -> Any:
    """Call a function that returns its result."""
    with guard:
        return function(*arguments)


def receive(guard: Guard, kind: str, function: Any, *arguments: Any) -> Any:
    """Call a function whose last argument receives its result, such as kind "size_t"."""
    result = ffi.new(kind + " *")
    call(guard, function, *arguments, result)
    return result[0]


def text(pointer: Any) -> str:
    """A string of the library."""
    result: bytes = ffi.string(pointer) if pointer else b""
    return result.decode(errors="replace")
