"""Between numpy and the library: float32 in C order, used in place where it is so, converted otherwise."""
from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Union, cast

import numpy

from ._library import ffi
from .errors import ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[numpy.float32]
    Path = Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]

Shape = tuple[int, ...]
_UNSAFE = frozenset("cSUVOmM")  # kinds of arrays that are no numbers


def floats(values: ArrayLike, what: str) -> Floats:
    """The values as float32 in C order: the array itself if it is such an array, a converted copy otherwise."""
    if not isinstance(values, numpy.ndarray) and not hasattr(values, "__array__") and hasattr(values, "__dlpack__"):
        values = numpy.from_dlpack(cast("Any", values))
    array = numpy.asarray(values)
    if array.dtype.kind in _UNSAFE:
        raise TypeError(f"{what}: an array of {array.dtype} cannot become float32")
    return numpy.ascontiguousarray(array, dtype=numpy.float32) if array.ndim else array.astype(numpy.float32)


def samples(values: ArrayLike, shape: Shape, what: str) -> Floats:
    """[count, *shape] float32."""
    array = floats(values, what)
    if array.shape[1:] != shape or array.ndim == 0:
        raise ShapeError(f"{what}: the shape is {list(array.shape)} but should be [count{_extents(shape)}]")
    return array


def points(values: ArrayLike, what: str) -> Floats:
    """[count, dimension] float32; the values of a sample of any shape are the coordinates of a point."""
    array = floats(values, what)
    if array.ndim < 2:
        raise ShapeError(f"{what}: the shape is {list(array.shape)} but should be [count, dimension]")
    return array.reshape(len(array), math.prod(array.shape[1:]))


def _extents(shape: Shape) -> str:
    return "".join(f", {extent}" for extent in shape)


def result(out: Floats | None, shape: Shape, what: str = "out") -> Floats:
    """Where a result goes: into the caller's array, which must fit, or into a new one."""
    if out is None:
        return numpy.empty(shape, numpy.float32)
    if not isinstance(out, numpy.ndarray) or out.dtype != numpy.float32:
        raise TypeError(f"{what}: should be an array of float32, is {getattr(out, 'dtype', type(out).__name__)}")
    if out.shape != shape:
        raise ShapeError(f"{what}: the shape is {list(out.shape)} but should be {list(shape)}")
    if not out.flags.c_contiguous or not out.flags.writeable:
        raise ValueError(f"{what}: should be in C order and writable")
    return out


def address(array: NDArray[Any] | None, kind: str = "float") -> Any:
    """The array's memory as C sees it. Holds the array as long as it lives; NULL for None."""
    return ffi.NULL if array is None else ffi.from_buffer(kind + "[]", array)


def view(pointer: Any, shape: Shape) -> Floats:
    """The library's memory as an array: without a copy, and only valid as long as the library says."""
    memory = ffi.buffer(pointer, 4 * math.prod(shape))
    return numpy.frombuffer(memory, numpy.float32).reshape(shape)


def bytes_at(pointer: Any, shape: Shape) -> NDArray[numpy.uint8]:
    """The library's bytes as an array."""
    return numpy.frombuffer(ffi.buffer(pointer, math.prod(shape)), numpy.uint8).reshape(shape)


def sizes(values: int | Sequence[int], count: int | None = None) -> Any:
    """size_t numbers for C; one number stands for `count` of them."""
    if isinstance(values, (int, numpy.integer)):
        values = [int(values)] * (count or 1)
    numbers = [int(value) for value in values]
    if count is not None and len(numbers) != count:
        raise ValueError(f"{count} numbers are needed, not {len(numbers)}")
    if any(number < 0 for number in numbers):
        raise ValueError(f"{numbers} has a negative number")
    return ffi.new("size_t[]", numbers)


def path_of(path: Path) -> bytes:
    """A path as the system has it."""
    name = os.fsencode(path)
    if b"\0" in name:
        raise ValueError("the path has a null byte in it")
    return name
