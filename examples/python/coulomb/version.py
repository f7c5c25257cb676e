"""Version of the library and its features."""
from __future__ import annotations

from ._calls import text
from ._library import lib


def version() -> str:
    """Version of the library in use, such as "0.1.0"."""
    return text(lib.coulomb_version_string())


def version_number() -> int:
    """10000 * major + 100 * minor + patch."""
    return int(lib.coulomb_version())


def abi_version() -> int:
    """Number of the binary interface."""
    return int(lib.coulomb_abi_version())


def has_feature(name: str) -> bool:
    """Whether library and processor support "openblas", "portable", "avx2" or "avx512"."""
    return bool(lib.coulomb_has_feature(name.encode()))


def library_path() -> str:
    """The file that libcoulomb was loaded from."""
    return text(lib.python_library_path())
