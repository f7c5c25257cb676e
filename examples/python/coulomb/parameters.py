"""Parameters of networks: values and gradients by name, freezing, initialisation."""
from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy

from ._arrays import address, floats
from ._calls import read, text
from ._handle import Handle
from ._library import ffi, lib
from ._settings import chosen, unsigned
from .enums import Distribution, Fan, Initializer
from .errors import NotFoundError, ShapeError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._arrays import Floats


def extents(handle: Handle, function: Any, *arguments: Any) -> tuple[int, ...]:
    """A shape, from a function that writes extents and their number."""
    shape, rank = ffi.new("size_t[]", 2 * lib.COULOMB_RANK_MAX), ffi.new("size_t *")
    handle._call(function, *arguments, shape, len(shape), rank)
    return tuple(shape[0 : rank[0]])


class Arrays(Mapping[str, "Floats"]):
    """A network's gradients by the parameters' names. Each access copies an array out of the network."""

    def __init__(self, network: Parameters, reading: Any):
        self._network, self._reading = network, reading

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape of an array, known as soon as its layer is appended."""
        return extents(self._network, lib.coulomb_network_parameter_shape, name.encode())

    def __getitem__(self, name: str) -> Floats:
        if name not in self:
            raise KeyError(name)
        array = numpy.empty(self.shape(name), numpy.float32)
        self._network._call(self._reading, name.encode(), address(array), array.size)
        return array

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            self.shape(name)
            return True
        except NotFoundError:
            return False

    def __len__(self) -> int:
        return int(read(self._network._guard, lib.coulomb_network_parameter_count, self._network._pointer))

    def __iter__(self) -> Iterator[str]:
        pointer, guard = self._network._pointer, self._network._guard
        names = (read(guard, lib.coulomb_network_parameter_name, pointer, index) for index in range(len(self)))
        return iter([text(name) for name in names])

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name}: {list(self.shape(name))}" for name in self) + "}"


class Values(Arrays):
    """A network's parameters by name, running averages included. Each access copies an array; assignment writes one."""

    def __setitem__(self, name: str, values: ArrayLike) -> None:
        array, shape = floats(values, name), self.shape(name)
        if array.shape != shape:
            raise ShapeError(f"{name}: the shape is {list(array.shape)} but should be {list(shape)}")
        self._network._call(lib.coulomb_network_write_parameter, name.encode(), address(array), array.size)


class Parameters(Handle):
    """A network's parameters."""

    @property
    def parameters(self) -> Values:
        """Values by name: network.parameters["dense1.weight"] is an array [in, units], to which one may be assigned."""
        return Values(self, lib.coulomb_network_read_parameter)

    @property
    def gradients(self) -> Arrays:
        """Gradients by name, of backward() or of a trainer's last update."""
        return Arrays(self, lib.coulomb_network_read_gradient)

    @property
    def parameter_count(self) -> int:
        """Number of values of all parameter arrays."""
        arrays = self.parameters
        return sum(math.prod(arrays.shape(name)) for name in arrays)

    def freeze(self, name: str | None = None) -> None:
        """Keep a parameter, or all of a layer, from being trained. None: all arrays appended so far."""
        self._call(lib.coulomb_network_set_frozen, _name(name), 1)

    def unfreeze(self, name: str | None = None) -> None:
        """Train a parameter, or all of a layer, again. None: all arrays."""
        self._call(lib.coulomb_network_set_frozen, _name(name), 0)

    def is_frozen(self, parameter: str) -> bool:
        """Whether a parameter is frozen."""
        return bool(self._receive("int32_t", lib.coulomb_network_get_frozen, parameter.encode()))

    def set_initializer(self, initializer: Initializer | str, parameter: str | None = None) -> None:
        """One of the first four initialisers, in finish() and initialize(). None: all weight arrays appended so far."""
        self._call(lib.coulomb_network_set_initializer, _name(parameter), chosen(Initializer, initializer))

    def set_initializer_constant(self, value: float, parameter: str | None = None) -> None:
        """A constant as initialiser; otherwise as set_initializer()."""
        self._call(lib.coulomb_network_set_initializer_constant, _name(parameter), float(value))

    def set_initializer_variance_scaling(
        self, scale: float, fan: Fan | str, distribution: Distribution | str, parameter: str | None = None
    ) -> None:
        """An initialiser with mean 0 and variance scale/fan; otherwise as set_initializer()."""
        self._call(
            lib.coulomb_network_set_initializer_variance_scaling, _name(parameter), float(scale), chosen(Fan, fan),
            chosen(Distribution, distribution),
        )

    def set_initializer_random(
        self, distribution: Distribution | str, spread: float, parameter: str | None = None
    ) -> None:
        """An initialiser with mean 0 and a spread of its own; otherwise as set_initializer()."""
        self._call(
            lib.coulomb_network_set_initializer_random, _name(parameter), chosen(Distribution, distribution),
            float(spread),
        )

    def initializer(self, parameter: str) -> dict[str, Initializer | Fan | Distribution | float]:
        """A parameter's initialiser: its kind and the numbers that belong to the kind, by name."""
        name = parameter.encode()
        kind = Initializer(self._receive("int32_t", lib.coulomb_network_get_initializer, name))
        told: dict[str, Initializer | Fan | Distribution | float] = {"kind": kind}
        if kind is Initializer.CONSTANT:
            told["value"] = self._receive("double", lib.coulomb_network_get_initializer_constant, name)
            return told
        distribution, number = ffi.new("int32_t *"), ffi.new("double *")
        if kind is Initializer.RANDOM:
            self._call(lib.coulomb_network_get_initializer_random, name, distribution, number)
            told["spread"] = number[0]
        else:
            fan = ffi.new("int32_t *")
            self._call(lib.coulomb_network_get_initializer_variance_scaling, name, number, fan, distribution)
            told["scale"], told["fan"] = number[0], Fan(fan[0])
        told["distribution"] = Distribution(distribution[0])
        return told

    def initialize(self, seed: int) -> None:
        """Initialise all parameters again; finish() with this seed gives the same values."""
        self._call(lib.coulomb_network_initialize, unsigned(seed))


def _name(name: str | None) -> Any:
    return ffi.NULL if name is None else name.encode()
