"""The extension module coulomb._library: the library's functions, checked by the C compiler against the headers."""
import pathlib

import cffi

here = pathlib.Path(__file__).resolve().parent

ffi = cffi.FFI()
ffi.cdef((here / "coulomb/_declarations.h").read_text())
ffi.cdef((here / "coulomb/_callbacks.h").read_text())
ffi.set_source("coulomb._library", (here / "bridge.h").read_text(), py_limited_api=True)
