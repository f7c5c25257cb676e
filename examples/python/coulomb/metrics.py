"""Measures of samples: modes of a mixture, n-grams of texts."""
from __future__ import annotations

from typing import TYPE_CHECKING

import numpy

from ._arrays import address, points
from ._calls import read, receive
from ._handle import Handle, described
from ._library import lib
from ._settings import unsigned
from .errors import ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .context import Context


class Modes(Handle):
    """How well samples match a mixture with known means.

    means    [modes, dimension]
    samples  [count, dimension]
    radius   distance up to which a sample belongs to a mode, usually 3 standard deviations
    """

    def __init__(self, context: Context, means: ArrayLike, samples: ArrayLike, radius: float):
        centres, drawn = points(means, "means"), points(samples, "samples")
        if centres.shape[1] != drawn.shape[1]:
            raise ShapeError(f"means have {centres.shape[1]} values and samples {drawn.shape[1]}")
        self._modes, self._dimension = centres.shape
        pointer = receive(
            context._guard, "coulomb_modes *", lib.coulomb_modes_new, context._pointer, centres.shape[1],
            address(centres), len(centres), address(drawn), len(drawn), float(radius),
        )
        super().__init__(context, pointer, lib.coulomb_modes_free)

    @property
    def found(self) -> int:
        """Number of modes with at least one sample within the radius."""
        return int(read(self._guard, lib.coulomb_modes_found, self._pointer))

    @property
    def share(self) -> float:
        """Share of samples within the radius of their nearest mean."""
        return float(read(self._guard, lib.coulomb_modes_share, self._pointer))

    @property
    def variance(self) -> float:
        """Mean variance within the radius, over the modes found and over coordinates."""
        return float(read(self._guard, lib.coulomb_modes_variance, self._pointer))

    @property
    def counts(self) -> NDArray[numpy.uint64]:
        """[modes] number of samples nearest to each mean."""
        counts = numpy.empty(self._modes, numpy.uint64)
        self._call(lib.coulomb_modes_counts, address(counts, "uint64_t"))
        return counts

    def divergence(self, weights: ArrayLike | None = None) -> float:
        """Kullback-Leibler divergence of the histogram over means from weights [modes]; None: all equal."""
        given = None if weights is None else numpy.ascontiguousarray(weights, dtype=numpy.float64)
        if given is not None and given.shape != (self._modes,):
            raise ShapeError(f"weights: the shape is {list(given.shape)} but should be [{self._modes}]")
        return float(self._receive("double", lib.coulomb_modes_divergence, address(given, "double")))

    def covariance(self, mode: int) -> NDArray[numpy.float64]:
        """[dimension, dimension] covariance of the samples within a mode's radius."""
        covariance = numpy.empty((self._dimension, self._dimension))
        self._call(lib.coulomb_modes_covariance, unsigned(mode), address(covariance, "double"))
        return covariance

    def __repr__(self) -> str:
        return described(self, lambda: f"{self.found} of {self._modes} found, {100 * self.share:.1f} % of samples")


class Ngrams(Handle):
    """Counts of n-grams of symbols, 16-bit numbers, in lines of text."""

    def __init__(self, context: Context, n: int):
        pointer = receive(
            context._guard, "coulomb_ngrams *", lib.coulomb_ngrams_new, context._pointer, unsigned(n)
        )
        super().__init__(context, pointer, lib.coulomb_ngrams_free)
        self._n = n

    def add(self, lines: ArrayLike) -> None:
        """Count the n-grams of further lines [count, length], numbers from 0 to 65535."""
        given = numpy.asarray(lines)
        if given.ndim != 2:
            raise ShapeError(f"lines: the shape is {list(given.shape)} but should be [count, length]")
        if given.dtype.kind not in "iu" or (given.size and not (given.min() >= 0 and given.max() <= 65535)):
            raise ValueError("lines: symbols are whole numbers from 0 to 65535")
        symbols = numpy.ascontiguousarray(given, dtype=numpy.uint16)
        self._call(lib.coulomb_ngrams_add, address(symbols, "uint16_t"), *symbols.shape)

    @property
    def total(self) -> int:
        """Number of n-grams counted, repeated ones included."""
        return int(read(self._guard, lib.coulomb_ngrams_total, self._pointer))

    @property
    def distinct(self) -> int:
        """Number of distinct n-grams counted."""
        return int(read(self._guard, lib.coulomb_ngrams_distinct, self._pointer))

    def divergence(self, other: Ngrams) -> float:
        """Jensen-Shannon divergence in bits: 0 (equal shares) to 1 (nothing in common)."""
        with other._guard:
            return float(self._receive("double", lib.coulomb_ngrams_divergence, other._pointer))

    def __repr__(self) -> str:
        return described(self, lambda: f"n={self._n}, {self.total} counted, {self.distinct} distinct")
