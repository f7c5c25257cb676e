"""Mean and covariance of features, and the Fréchet distance between two sets of them."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy

from ._arrays import address, points
from ._calls import read, receive
from ._handle import Handle, described
from ._library import lib
from ._settings import unsigned
from .errors import ShapeError
from .points import Points

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .context import Context
    from .points import Source


class Moments(Handle):
    """Number, mean and covariance of feature vectors of `dimension` values."""

    def __init__(self, context: Context, dimension: int):
        pointer = receive(
            context._guard, "coulomb_moments *", lib.coulomb_moments_new, context._pointer, unsigned(dimension)
        )
        super().__init__(context, pointer, lib.coulomb_moments_free)

    def add(self, features: Source) -> None:
        """Add features [count, dimension], or a coulomb.Points."""
        given = features if isinstance(features, Points) else points(features, "features")
        dimension = given.dimension if isinstance(given, Points) else given.shape[1]
        if dimension != self.dimension:
            raise ShapeError(f"features: {dimension} values, but the moments have {self.dimension}")
        if isinstance(given, Points):
            user = given._user()
            self._call(lib.coulomb_moments_add_streamed, lib.python_points, user, len(given))
        else:
            self._call(lib.coulomb_moments_add, address(given), len(given))

    def set(self, count: int, mean: ArrayLike, covariance: ArrayLike) -> None:
        """Replace the moments: count of features (0: unknown), mean [dimension], covariance [dimension, dimension]."""
        dimension = self.dimension
        means = numpy.ascontiguousarray(mean, dtype=numpy.float64)
        covariances = numpy.ascontiguousarray(covariance, dtype=numpy.float64)
        if means.shape != (dimension,) or covariances.shape != (dimension, dimension):
            raise ShapeError(
                f"shapes are {list(means.shape)} and {list(covariances.shape)} but should be [{dimension}] and "
                f"[{dimension}, {dimension}]"
            )
        self._call(
            lib.coulomb_moments_set, unsigned(count), address(means, "double"), address(covariances, "double")
        )

    @property
    def dimension(self) -> int:
        """Values of a feature vector."""
        return int(read(self._guard, lib.coulomb_moments_dimension, self._pointer))

    @property
    def count(self) -> int:
        """Number of feature vectors; 0 if it is unknown."""
        return int(read(self._guard, lib.coulomb_moments_count, self._pointer))

    @property
    def mean(self) -> NDArray[numpy.float64]:
        """[dimension]"""
        mean = numpy.empty(self.dimension)
        self._call(lib.coulomb_moments_mean, address(mean, "double"))
        return mean

    @property
    def covariance(self) -> NDArray[numpy.float64]:
        """[dimension, dimension]"""
        covariance = numpy.empty((self.dimension, self.dimension))
        self._call(lib.coulomb_moments_covariance, address(covariance, "double"))
        return covariance

    def distance(self, other: Moments) -> float:
        """Fréchet distance, squared as usual ("FID" for Inception features)."""
        with other._guard:
            return float(self._receive("double", lib.coulomb_moments_distance, other._pointer))

    def __repr__(self) -> str:
        return described(self, lambda: f"dimension={self.dimension}, count={self.count}")
