"""Networks: directed acyclic graphs of layers."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._arrays import address, path_of, result, samples, sizes
from ._calls import receive, text
from ._handle import described
from ._library import ffi, lib
from ._settings import chosen, flag, unsigned
from .enums import Arena, Gradient, Part
from .latent import Latents
from .layers import Layers, Pair
from .parameters import Parameters

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._arrays import Floats, Path
    from ._handle import Handle
    from .context import Context


def presets() -> list[str]:
    """Names of the published networks, for Network.preset()."""
    return [text(lib.coulomb_preset_name(index)) for index in range(lib.coulomb_preset_count())]


class Network(Layers, Parameters, Latents):
    """A network. Build one layer by layer, from a preset, or from a file.

    Network(context) is empty: call input(), the layers' methods, and finish(). Arrays are float32 in C order; the first
    dimension is the sample. Input arrays of another type or order are converted, which costs a copy.
    """

    def __init__(self, context: Context, *, _pointer: Any = None, _lender: Handle | None = None):
        if _pointer is None:
            _pointer = receive(context._guard, "coulomb_network *", lib.coulomb_network_new, context._pointer)
        super().__init__(context, _pointer, lib.coulomb_network_free, _lender)
        self._passed: Any = None

    @classmethod
    def _made(cls, context: Context, function: Any, *arguments: Any) -> Network:
        return cls(
            context, _pointer=receive(context._guard, "coulomb_network *", function, context._pointer, *arguments)
        )

    @classmethod
    def preset(cls, context: Context, name: str, shape: Pair, latent: int = 0, seed: int = 0) -> Network:
        """A published network, finished: see presets().

        shape   of a sample: the output of a generator, the input of a discriminator, such as [64, 64, 3]
        latent  dimension of a generator's latent; 0 for discriminators
        seed    give each network a seed of its own
        """
        extents = sizes(shape)
        return cls._made(
            context, lib.coulomb_network_new_preset, name.encode(), extents, len(extents), unsigned(latent),
            unsigned(seed),
        )

    @classmethod
    def open(cls, context: Context, path: Path, part: Part | str = Part.ONLY) -> Network:
        """The network of a file, or one of the networks of a trainer's checkpoint."""
        return cls._made(context, lib.coulomb_network_open, path_of(path), chosen(Part, part))

    @classmethod
    def open_bytes(cls, context: Context, contents: bytes, part: Part | str = Part.ONLY) -> Network:
        """The network of a file's contents."""
        memory = ffi.from_buffer(contents)
        return cls._made(context, lib.coulomb_network_open_bytes, memory, len(memory), chosen(Part, part))

    def finish(self, output: int, seed: int = 0) -> None:
        """Finish building: choose the output node, create the parameters and initialise them."""
        self._call(lib.coulomb_network_finish, output, unsigned(seed))

    @property
    def finished(self) -> bool:
        """Whether finish() succeeded, or the network came from a preset or a file."""
        return bool(self._receive("int32_t", lib.coulomb_network_finished))

    inference_only = flag(
        lib.coulomb_network_get_inference_only, lib.coulomb_network_set_inference_only,
        "Whether the network has no gradients and keeps no values for a backward pass, which saves memory.",
    )

    def evaluate(self, input: ArrayLike, out: Floats | None = None) -> Floats:
        """Evaluate samples [count, *input_shape] (inference): [count, *output_shape], in `out` if it is given."""
        given = samples(input, self.input_shape, "input")
        output = result(out, (len(given), *self.output_shape))
        self._call(lib.coulomb_network_evaluate, len(given), address(given), address(output))
        return output

    __call__ = evaluate

    def forward(self, input: ArrayLike, out: Floats | None = None, *, evaluation: bool = False) -> Floats:
        """Forward pass that backward() can follow: [count, *input_shape] to [count, *output_shape].

        The network keeps `input` and does not copy a float32 array: leave it unchanged until the last backward(). With
        `evaluation`, in evaluation mode: batch norm as in evaluate(), and no running average moves.
        """
        given = samples(input, self.input_shape, "input")
        output = result(out, (len(given), *self.output_shape))
        function = lib.coulomb_network_forward_evaluation if evaluation else lib.coulomb_network_forward
        memory = address(given)
        self._call(function, len(given), memory, address(output))
        self._passed = (given, memory)
        return output

    def backward(
        self, output_gradient: ArrayLike, parameters: Gradient | str = Gradient.WRITE, *, input: bool = False
    ) -> Floats | None:
        """Gradients of sum(output * output_gradient) for the last forward pass.

        output_gradient  [count, *output_shape]
        parameters       what to do with the parameters' gradients: "none", "write" or "add"
        input            True: return the gradient of the input, [count, *input_shape]
        """
        given = samples(output_gradient, self.output_shape, "output_gradient")
        count = None if self._passed is None else len(self._passed[0])
        if count is not None and len(given) != count:
            raise ValueError(f"output_gradient: {len(given)} samples, but the forward pass had {count}")
        gradient = result(None, (len(given), *self.input_shape)) if input else None
        self._call(lib.coulomb_network_backward, address(given), address(gradient), chosen(Gradient, parameters))
        return gradient

    def reserve(self, batch: int) -> None:
        """Allocate the memory of forward() and backward() for `batch` samples."""
        self._call(lib.coulomb_network_reserve, unsigned(batch))

    def reserve_inference(self, count: int) -> None:
        """Allocate the memory of evaluate() and generate() for `count` samples."""
        self._call(lib.coulomb_network_reserve_inference, unsigned(count))

    def memory(self, arena: Arena | str, batch: int = 1) -> int:
        """Bytes of an arena for batches of `batch` samples."""
        return int(self._receive("size_t", lib.coulomb_network_memory, chosen(Arena, arena), unsigned(batch)))

    def save(self, path: Path) -> None:
        """Save graph, names, parameters, latent distribution and seed. Replaces the file atomically."""
        self._call(lib.coulomb_network_save, path_of(path))

    def save_bytes(self) -> bytes:
        """What save() would write."""
        return saved(self, lib.coulomb_network_save_bytes)

    def load_parameters(self, path: Path, part: Part | str = Part.ONLY) -> None:
        """Load parameters from a file of this library, or from another program's safetensors file."""
        self._call(lib.coulomb_network_load_parameters, path_of(path), chosen(Part, part))

    def load_parameters_bytes(self, contents: bytes, part: Part | str = Part.ONLY) -> None:
        """Load parameters from a file's contents."""
        memory = ffi.from_buffer(contents)
        self._call(lib.coulomb_network_load_parameters_bytes, memory, len(memory), chosen(Part, part))

    def __repr__(self) -> str:
        return described(
            self,
            lambda: f"{list(self.input_shape)} to {list(self.output_shape)}, {self.parameter_count:,} parameters"
            if self.finished
            else "not finished",
        )


def saved(handle: Handle, function: Any) -> bytes:
    """The bytes of a function that writes them into memory, or tells their number first."""
    count = handle._receive("size_t", function, ffi.NULL, 0)
    contents = bytearray(count)
    handle._receive("size_t", function, ffi.from_buffer(contents, require_writable=True), count)
    return bytes(contents)
