"""Sets of points larger than memory, read block by block."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from ._arrays import points, view
from ._callbacks import written
from ._library import ffi
from ._settings import unsigned

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._arrays import Floats

    PointsFunction = Callable[[int, Floats], Optional[ArrayLike]]
    Source = Union[ArrayLike, "Points"]


class Points:
    """A set of `count` points that a function provides, for sets larger than memory.

    function(first, block) writes points `first` and following into block [points of the block, dimension], or returns
    an array like it. It must give the same values each time.
    """

    def __init__(self, count: int, dimension: int, function: PointsFunction):
        self.count, self.dimension, self.function = unsigned(count), unsigned(dimension), function

    def __len__(self) -> int:
        return self.count

    def __repr__(self) -> str:
        return f"coulomb.Points({self.count}, {self.dimension}, {self.function!r})"

    def _user(self) -> Any:
        """The `user` of python_points(), alive as long as it is held."""
        dimension, function = self.dimension, self.function

        def call(first: int, count: int, block: Any) -> None:
            array = view(block, (count, dimension))
            written(array, function(first, array))

        return ffi.new_handle(call)


def streamed(source: Source, what: str) -> Points:
    """Points from a function, or from an array, which is then read block by block."""
    if isinstance(source, Points):
        return source
    array = points(source, what)
    return Points(len(array), array.shape[1], lambda first, block: array[first : first + len(block)])
