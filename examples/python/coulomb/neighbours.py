"""Nearest neighbours, most similar pairs and support size: whether a model repeats its training set, or itself."""
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy

from ._arrays import address, points, sizes
from ._calls import call, receive
from ._library import ffi, lib
from ._settings import unsigned
from .errors import ShapeError
from .points import Points

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from .context import Context
    from .points import Source


class Found(NamedTuple):
    """Indices, and the distances that belong to them."""

    indices: NDArray[numpy.intp]
    distances: NDArray[numpy.float64]


class SupportSize(NamedTuple):
    """An estimate and its 95 % interval."""

    estimate: float
    low: float
    high: float


def neighbours(context: Context, queries: ArrayLike, targets: Source, count: int = 1) -> Found:
    """The `count` nearest targets [targets, dimension] of each query [queries, dimension], the nearest first.

    Result: indices and distances, both [queries, count]. Targets may be a coulomb.Points.
    """
    asked = points(queries, "queries")
    found = targets if isinstance(targets, Points) else points(targets, "targets")
    dimension = found.dimension if isinstance(found, Points) else found.shape[1]
    if asked.shape[1] != dimension:
        raise ShapeError(f"queries have {asked.shape[1]} values and targets {dimension}")
    indices = numpy.empty((len(asked), unsigned(count)), numpy.uintp)
    distances = numpy.empty(indices.shape)
    results = address(indices, "size_t"), address(distances, "double")
    if isinstance(found, Points):
        user = found._user()
        call(
            context._guard, lib.coulomb_neighbours_streamed, context._pointer, dimension, address(asked), len(asked),
            lib.python_points, user, len(found), count, *results,
        )
    else:
        call(
            context._guard, lib.coulomb_neighbours, context._pointer, dimension, address(asked), len(asked),
            address(found), len(found), count, *results,
        )
    return Found(indices.view(numpy.intp), distances)


def closest_pairs(context: Context, samples: ArrayLike, pairs: int = 1) -> Found:
    """The most similar pairs within one set of samples [count, dimension].

    Result: indices [pairs, 2] and distances [pairs], the most similar pair first.
    """
    drawn = points(samples, "samples")
    indices, distances = numpy.empty((unsigned(pairs), 2), numpy.uintp), numpy.empty(pairs)
    call(
        context._guard, lib.coulomb_closest_pairs, context._pointer, drawn.shape[1], address(drawn), len(drawn), pairs,
        address(indices, "size_t"), address(distances, "double"),
    )
    return Found(indices.view(numpy.intp), distances)


def support_size(context: Context, counts: Sequence[int], duplicates: Sequence[int]) -> SupportSize:
    """Size of a density's support from duplicates among samples of it.

    counts      number of samples in each of several independent sets
    duplicates  number of pairs of duplicates in each
    """
    if len(counts) != len(duplicates):
        raise ShapeError(f"{len(counts)} sets, but duplicates of {len(duplicates)}")
    estimate, low = ffi.new("double *"), ffi.new("double *")
    high = receive(
        context._guard, "double", lib.coulomb_support_size, context._pointer, len(counts), sizes(counts),
        ffi.new("uint64_t[]", [unsigned(number) for number in duplicates]), estimate, low,
    )
    return SupportSize(estimate[0], low[0], high)
