"""Libraries beside libcoulomb, loaded when they are asked for."""
from __future__ import annotations

from typing import Any

import cffi

from ._library import ffi


class Additional:
    """A library that may be missing. It uses the libcoulomb that is loaded already, even a wheel's own, since that
    has the same SONAME. Its pointers are plain ones here: its headers are not compiled in.
    """

    def __init__(self, name: str, definitions: str):
        self._ffi: Any = cffi.FFI()
        self._ffi.cdef(definitions)
        self._name = name
        self._loaded: Any = None

    def functions(self) -> Any:
        if self._loaded is None:
            try:
                self._loaded = self._ffi.dlopen(self._name, self._ffi.RTLD_NOW | self._ffi.RTLD_GLOBAL)
            except OSError as missing:
                raise ImportError(f"{self._name} is not installed: {missing}") from missing
        return self._loaded

    def new(self, kind: str) -> Any:
        return self._ffi.new(kind)

    def text(self, pointer: Any) -> str:
        text: bytes = self._ffi.string(pointer)
        return text.decode(errors="replace")

    def foreign(self, pointer: Any) -> Any:
        """A pointer of coulomb._library for this library."""
        return self._ffi.cast("void *", int(ffi.cast("uintptr_t", pointer)))

    def own(self, kind: str, pointer: Any) -> Any:
        """A pointer of this library for coulomb._library."""
        return ffi.cast(kind, int(self._ffi.cast("uintptr_t", pointer)))
