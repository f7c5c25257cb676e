"""Handles: objects of the library that Python owns."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, TypeVar

from ._calls import Guard, call, receive
from .errors import StateError

if TYPE_CHECKING:
    from ._callbacks import Held
    from .context import Context

Self = TypeVar("Self", bound="Handle")


class Handle:
    """An object of the library. It is released by close(), at the end of a `with` block, or with the last reference."""

    _owned: Any = None
    _lender: Handle | None = None

    def __init__(
        self, context: Context, pointer: Any, free: Callable[[Any], None], lender: Handle | None = None
    ):
        """With a lender, the object belongs to it: it is not released here, and gone when the lender is closed."""
        self._context = context
        self._guard: Guard = context._guard
        self._held: dict[int, Held] = {}  # callbacks that the library has from this object
        self._free = free
        self._lender = lender
        self._owned = pointer

    @property
    def context(self) -> Context:
        """The context that the object was created from."""
        return self._context

    @property
    def closed(self) -> bool:
        """Whether the object was released."""
        return self._owned is None or (self._lender is not None and self._lender.closed)

    @property
    def _pointer(self) -> Any:
        if self.closed:
            raise StateError(f"this {type(self).__name__} is closed")
        return self._owned

    def close(self) -> None:
        """Release the object. Objects that use it go on. A second call does nothing."""
        pointer, self._owned = self._owned, None
        if pointer is not None and self._lender is None:
            self._guard.release(self._free, pointer)

    def __enter__(self: Self) -> Self:
        if self.closed:
            raise StateError(f"this {type(self).__name__} is closed")
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __del__(self) -> None:
        if self._owned is not None:
            self.close()

    def _call(self, function: Any, *arguments: Any) -> None:
        call(self._guard, function, self._pointer, *arguments)

    def _receive(self, kind: str, function: Any, *arguments: Any) -> Any:
        return receive(self._guard, kind, function, self._pointer, *arguments)


def described(handle: Handle, text: Callable[[], str]) -> str:
    """What repr() says of a handle: of a closed one, or of one in use by another thread, only that."""
    name = f"coulomb.{type(handle).__name__}"
    if handle.closed:
        return f"<{name}, closed>"
    try:
        return f"<{name}: {text()}>"
    except StateError as refused:
        return f"<{name}: {refused}>"
