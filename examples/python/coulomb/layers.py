"""Layers: functions that append a node to a network under construction."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Union

from ._arrays import sizes
from ._calls import receive
from ._handle import Handle
from ._library import ffi, lib
from ._settings import unsigned

Pair = Union[int, Sequence[int]]
Padding = Union[str, Sequence[int]]


def _padding(padding: Padding, pads: int) -> tuple[int, Any]:
    """ "same" and "valid" by name; otherwise numbers, which are padding given explicitly."""
    if padding == "same":
        return lib.COULOMB_PADDING_SAME, ffi.NULL
    if padding == "valid":
        return lib.COULOMB_PADDING_VALID, ffi.NULL
    if isinstance(padding, str):
        raise ValueError(f'padding is "same", "valid" or {pads} numbers, not {padding!r}')
    return lib.COULOMB_PADDING_EXPLICIT, sizes(padding, pads)


def _name(name: str | None) -> Any:
    return ffi.NULL if name is None else name.encode()


def _two(values: Pair | None) -> Any:
    return ffi.NULL if values is None else sizes(values, 2)


class Layers(Handle):
    """Each method appends a node that consumes `input` and returns the new node's number.

    Shapes are those of one sample: images [height, width, channels], sequences [length, channels]. `padding` is "same"
    (as TensorFlow's), "valid" (none), or the padding itself: before and after, for rows and then for columns. Layers
    with parameters have a `name`, by default such as "dense1".
    """

    def _append(self, function: Any, *arguments: Any) -> int:
        return int(receive(self._guard, "int32_t", function, self._pointer, *arguments))

    def input(self, shape: Pair) -> int:
        """The input, of `shape`: the first node, and the only one of its kind."""
        extents = sizes(shape)
        return self._append(lib.coulomb_network_input, extents, len(extents))

    def dense(self, input: int, units: int, name: str | None = None) -> int:
        """Dense layer over the last dimension: [..., in] to [..., units]."""
        return self._append(lib.coulomb_network_dense, input, unsigned(units), _name(name))

    def batch_norm(
        self, input: int, epsilon: float = 1e-3, momentum: float = 0.99, scale: bool = True, name: str | None = None
    ) -> int:
        """Batch normalisation over all dimensions but the last. The defaults are those of the published experiments."""
        return self._append(
            lib.coulomb_network_batch_norm, input, float(epsilon), float(momentum), int(scale), _name(name)
        )

    def conv2d(
        self, input: int, channels: int, kernel: Pair, stride: Pair | None = None, padding: Padding = "same",
        name: str | None = None,
    ) -> int:
        """Convolution: [height, width, in] to [rows, columns, channels]. Filters are [rows, columns, in, channels]."""
        mode, pads = _padding(padding, 4)
        return self._append(
            lib.coulomb_network_conv2d, input, unsigned(channels), _two(kernel), _two(stride), mode, pads, _name(name)
        )

    def conv2d_transposed(
        self, input: int, channels: int, kernel: Pair, stride: Pair | None = None, padding: Padding = "same",
        name: str | None = None,
    ) -> int:
        """Transposed convolution: [height, width, in] to [rows, columns, channels]. Explicit padding is cut off."""
        mode, pads = _padding(padding, 4)
        return self._append(
            lib.coulomb_network_conv2d_transposed, input, unsigned(channels), _two(kernel), _two(stride), mode, pads,
            _name(name),
        )

    def conv1d(
        self, input: int, channels: int, kernel: int, stride: int = 1, padding: Padding = "same",
        name: str | None = None,
    ) -> int:
        """Convolution along the length: [length, in] to [length, channels]."""
        mode, pads = _padding(padding, 2)
        return self._append(
            lib.coulomb_network_conv1d, input, unsigned(channels), unsigned(kernel), unsigned(stride), mode, pads,
            _name(name),
        )

    def conv1d_transposed(
        self, input: int, channels: int, kernel: int, stride: int = 1, padding: Padding = "same",
        name: str | None = None,
    ) -> int:
        """Transposed convolution along the length: [length, in] to [length, channels]."""
        mode, pads = _padding(padding, 2)
        return self._append(
            lib.coulomb_network_conv1d_transposed, input, unsigned(channels), unsigned(kernel), unsigned(stride), mode,
            pads, _name(name),
        )

    def average_pool2d(self, input: int, kernel: Pair, stride: Pair | None = None, padding: Padding = "valid") -> int:
        """Average pooling of images, per channel. The stride is the kernel's unless given."""
        mode, pads = _padding(padding, 4)
        return self._append(lib.coulomb_network_average_pool2d, input, _two(kernel), _two(stride), mode, pads)

    def max_pool2d(self, input: int, kernel: Pair, stride: Pair | None = None, padding: Padding = "valid") -> int:
        """Max pooling of images, per channel. The stride is the kernel's unless given."""
        mode, pads = _padding(padding, 4)
        return self._append(lib.coulomb_network_max_pool2d, input, _two(kernel), _two(stride), mode, pads)

    def average_pool1d(self, input: int, kernel: int, stride: int | None = None, padding: Padding = "valid") -> int:
        """Average pooling along the length, per channel. The stride is the kernel unless given."""
        mode, pads = _padding(padding, 2)
        step = unsigned(kernel if stride is None else stride)
        return self._append(lib.coulomb_network_average_pool1d, input, unsigned(kernel), step, mode, pads)

    def max_pool1d(self, input: int, kernel: int, stride: int | None = None, padding: Padding = "valid") -> int:
        """Max pooling along the length, per channel. The stride is the kernel unless given."""
        mode, pads = _padding(padding, 2)
        step = unsigned(kernel if stride is None else stride)
        return self._append(lib.coulomb_network_max_pool1d, input, unsigned(kernel), step, mode, pads)

    def upsample2d(self, input: int, factor: Pair) -> int:
        """Nearest-neighbour upsampling of images: [height * factor, width * factor, channels]."""
        return self._append(lib.coulomb_network_upsample2d, input, _two(factor))

    def upsample1d(self, input: int, factor: int) -> int:
        """Nearest-neighbour upsampling along the length: [length * factor, channels]."""
        return self._append(lib.coulomb_network_upsample1d, input, unsigned(factor))

    def elu(self, input: int) -> int:
        """x for x > 0, exp(x) - 1 otherwise."""
        return self._append(lib.coulomb_network_elu, input)

    def relu(self, input: int) -> int:
        """max(x, 0)."""
        return self._append(lib.coulomb_network_relu, input)

    def leaky_relu(self, input: int, slope: float = 0.2) -> int:
        """x for x > 0, slope x otherwise."""
        return self._append(lib.coulomb_network_leaky_relu, input, float(slope))

    def tanh(self, input: int) -> int:
        """tanh(x)."""
        return self._append(lib.coulomb_network_tanh, input)

    def lecun_tanh(self, input: int) -> int:
        """1.7159 tanh(2x/3)."""
        return self._append(lib.coulomb_network_lecun_tanh, input)

    def sigmoid(self, input: int) -> int:
        """1 / (1 + exp(-x))."""
        return self._append(lib.coulomb_network_sigmoid, input)

    def softmax(self, input: int) -> int:
        """Softmax over the last dimension."""
        return self._append(lib.coulomb_network_softmax, input)

    def categorical(self, logits: int, noise: int, groups: Sequence[int], temperature: float = 0.5) -> int:
        """Samples of categories, one in each group of the last dimension, with the straight-through gradient.

        logits, noise  nodes of the same shape [..., channels]; noise is standard normal, such as a slice of the latent
        groups         sizes of the groups, in order; their sum is `channels`
        """
        counts = sizes(groups)
        return self._append(lib.coulomb_network_categorical, logits, noise, counts, len(counts), float(temperature))

    def scale(self, input: int, factor: float) -> int:
        """Multiplication by a constant that is not learned."""
        return self._append(lib.coulomb_network_scale, input, float(factor))

    def shift(self, input: int, shift: float) -> int:
        """Addition of a constant that is not learned."""
        return self._append(lib.coulomb_network_shift, input, float(shift))

    def add(self, a: int, b: int) -> int:
        """a + b, of the same shape."""
        return self._append(lib.coulomb_network_add, a, b)

    def multiply(self, a: int, b: int) -> int:
        """a b, value by value, of the same shape."""
        return self._append(lib.coulomb_network_multiply, a, b)

    def concatenate(self, a: int, b: int) -> int:
        """Concatenation along the last dimension: [..., a] and [..., b] to [..., a + b]."""
        return self._append(lib.coulomb_network_concatenate, a, b)

    def slice(self, input: int, first: int, count: int) -> int:
        """Values first to first + count - 1 of the last dimension."""
        return self._append(lib.coulomb_network_slice, input, unsigned(first), unsigned(count))

    def select(self, input: int, indices: Sequence[int]) -> int:
        """Values of the last dimension in any order: y[..., i] = x[..., indices[i]]."""
        wanted = sizes(indices)
        return self._append(lib.coulomb_network_select, input, wanted, len(wanted))

    def reshape(self, input: int, shape: Pair) -> int:
        """The same values in another shape."""
        extents = sizes(shape)
        return self._append(lib.coulomb_network_reshape, input, extents, len(extents))

    def flatten(self, input: int) -> int:
        """All values of a sample in one dimension."""
        return self._append(lib.coulomb_network_flatten, input)
