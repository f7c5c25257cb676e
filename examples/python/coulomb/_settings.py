"""Settings of handles as properties."""
from __future__ import annotations

import operator
from enum import IntEnum
from typing import Any, Callable, Generic, TypeVar, overload

from ._handle import Handle

Read = TypeVar("Read")
Write = TypeVar("Write")
Choice = TypeVar("Choice", bound=IntEnum)


class Setting(Generic[Read, Write]):
    """A property that calls the library's getter and setter."""

    def __init__(
        self, kind: str, getter: Any, setter: Any, doc: str, read: Callable[[Any], Read], write: Callable[[Write], Any]
    ):
        self._kind, self._getter, self._setter = kind, getter, setter
        self._read, self._write = read, write
        self.__doc__ = doc

    @overload
    def __get__(self, handle: None, owner: type) -> Setting[Read, Write]: ...

    @overload
    def __get__(self, handle: Handle, owner: type) -> Read: ...

    def __get__(self, handle: Handle | None, owner: type) -> Setting[Read, Write] | Read:
        if handle is None:
            return self
        return self._read(handle._receive(self._kind, self._getter))

    def __set__(self, handle: Handle, value: Write) -> None:
        handle._call(self._setter, self._write(value))


def size(getter: Any, setter: Any, doc: str) -> Setting[int, int]:
    """A count."""
    return Setting("size_t", getter, setter, doc, int, unsigned)


def number64(getter: Any, setter: Any, doc: str) -> Setting[int, int]:
    """A number of 64 bits, such as a seed."""
    return Setting("uint64_t", getter, setter, doc, int, unsigned)


def real(getter: Any, setter: Any, doc: str) -> Setting[float, float]:
    """A float64."""
    return Setting("double", getter, setter, doc, float, float)


def flag(getter: Any, setter: Any, doc: str) -> Setting[bool, bool]:
    """On or off."""
    return Setting("int32_t", getter, setter, doc, bool, lambda value: int(bool(value)))


def choice(kind: type[Choice], getter: Any, setter: Any, doc: str) -> Setting[Choice, Choice | str]:
    """One of an enumeration, or its name in any case."""
    return Setting("int32_t", getter, setter, doc, kind, lambda value: chosen(kind, value))


def chosen(kind: type[Choice], value: Choice | str | int) -> int:
    """The number of a choice, which may be given by name: "gaussian" for Kernel.GAUSSIAN."""
    if not isinstance(value, str):
        return int(value)
    try:
        return int(kind[value.upper().replace("-", "_")])
    except KeyError:
        names = ", ".join(repr(one.name.lower()) for one in kind)
        raise ValueError(f"{value!r} is none of {names}") from None


def unsigned(value: int) -> int:
    """A count or a seed as C takes it."""
    result = operator.index(value)
    if not 0 <= result < 2**64:
        raise ValueError(f"{value} is not a number from 0 to 2**64 - 1")
    return result
