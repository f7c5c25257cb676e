"""Contexts: worker threads, memory, log."""
from __future__ import annotations

import logging
from typing import Any, Callable

from ._callbacks import Held, silently, source_of
from ._calls import Guard, call, read, text
from ._handle import Handle, described
from ._library import ffi, lib
from ._settings import choice, size
from .enums import Precision

logger = logging.getLogger("coulomb")
logger.addHandler(logging.NullHandler())
_LEVELS = {lib.COULOMB_LOG_WARNING: logging.WARNING, lib.COULOMB_LOG_INFO: logging.INFO}


class Context(Handle):
    """A context: all other objects are created from one. Different contexts are independent of each other.

    threads  number of threads that compute, the calling one included; 0: one for each processor
    traced   allocate through Python's allocator, so that tracemalloc counts the library's memory

    A context and all that was created from it belong to one thread at a time: while one is inside a call, calls of
    another raise StateError. Python's other threads run during calls. Lines of the library's log go to the logger
    "coulomb".
    """

    def __init__(self, threads: int = 1, *, traced: bool = False):
        out = ffi.new("coulomb_context **")
        if traced:
            call(
                Guard(), lib.coulomb_context_new_with_allocator,
                ffi.addressof(lib, "python_allocate"), ffi.addressof(lib, "python_release"), ffi.NULL, out,
            )
        else:
            call(Guard(), lib.coulomb_context_new, out)
        self._begin(out[0])
        self.threads = threads

    @classmethod
    def cuda(cls, device: int = 0) -> Context:
        """Create a context that computes on a GPU: see coulomb.cuda. Needs libcoulomb-cuda."""
        from . import cuda

        context = cls.__new__(cls)
        context._begin(cuda.new_context(device))
        return context

    def _begin(self, pointer: Any) -> None:
        self._guard = Guard()
        self._guard.context = pointer
        super().__init__(self, pointer, lib.coulomb_context_free)
        self._context = None  # type: ignore[assignment]  # not itself: it would only go with the garbage collector
        self.log = logger

    @property
    def context(self) -> Context:
        """The context itself."""
        return self

    threads = size(
        lib.coulomb_context_get_threads, lib.coulomb_context_set_threads,
        "Number of threads, the calling one included; 0: one for each processor. Results do not depend on it.",
    )
    precision = choice(
        Precision, lib.coulomb_context_get_precision, lib.coulomb_context_set_precision,
        "Precision of products and stored activations inside layers; on the CPU only float32.",
    )

    @property
    def log(self) -> logging.Logger | Callable[[int, str], object] | None:
        """Where lines of the log go: a logger, a function (level, line) with logging's levels, or None."""
        log, user = ffi.new("coulomb_log_callback **"), ffi.new("void **")
        self._call(lib.coulomb_context_get_log, log, user)
        source: logging.Logger | Callable[[int, str], object] | None = source_of(log[0], user[0])
        return source

    @log.setter
    def log(self, log: logging.Logger | Callable[[int, str], object] | None) -> None:
        if log is None:
            self._call(lib.coulomb_context_set_log, ffi.NULL, ffi.NULL, ffi.NULL)
            return
        take = log.log if isinstance(log, logging.Logger) else log
        held = Held(
            self._held, log, silently(self._guard, lambda level, line: take(_LEVELS.get(level, logging.INFO), line))
        )
        try:
            self._call(lib.coulomb_context_set_log, lib.python_log, held.handle, lib.python_destroy)
        except BaseException:
            held.drop()
            raise

    @property
    def blas(self) -> str:
        """Name and version of the BLAS, such as "OpenBLAS 0.3.21, SkylakeX kernels"."""
        return text(read(self._guard, lib.coulomb_context_blas, self._pointer))

    @property
    def kernels(self) -> str:
        """The library's own kernels in use: "avx512", "avx2" or "portable"."""
        return text(read(self._guard, lib.coulomb_context_kernels, self._pointer))

    def __repr__(self) -> str:
        return described(self, lambda: f"threads={self.threads}, {self.kernels} kernels, {self.blas}")
