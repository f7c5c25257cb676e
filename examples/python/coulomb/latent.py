"""Latent distribution and sampling."""
from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Optional

from ._arrays import address, result, view
from ._callbacks import Held, source_of, written
from ._handle import Handle
from ._library import ffi, lib
from ._settings import chosen, flag, number64, size, unsigned
from .enums import Distribution
from .parameters import extents

if TYPE_CHECKING:
    from typing import Any

    from ._arrays import Floats

    LatentFunction = Callable[[int, int, int, Floats], Optional[Floats]]


class Latents(Handle):
    """A generator's latent distribution, and samples from it."""

    latent_signs = size(
        lib.coulomb_network_get_latent_signs, lib.coulomb_network_set_latent_signs,
        "How many of the latent's values, the first ones, are -1 or +1 at random.",
    )
    generation_seed = number64(
        lib.coulomb_network_get_generation_seed, lib.coulomb_network_set_generation_seed,
        "Seed of generate(). Setting it starts the sequence of samples anew.",
    )
    running_averages = flag(
        lib.coulomb_network_get_running_averages, lib.coulomb_network_set_running_averages,
        "Whether batch norm normalises by running averages in evaluation and generation, not by the batch.",
    )

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of an input sample; of a generator, that of a latent."""
        return extents(self, lib.coulomb_network_input_shape)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """Shape of an output sample."""
        return extents(self, lib.coulomb_network_output_shape)

    @property
    def latent(self) -> tuple[Distribution, float]:
        """Distribution and spread of latents."""
        kind, spread = ffi.new("int32_t *"), ffi.new("double *")
        self._call(lib.coulomb_network_get_latent, kind, spread)
        return Distribution(kind[0]), spread[0]

    def set_latent(self, distribution: Distribution | str, spread: float = 1.0) -> None:
        """Normal and truncated normal latents have standard deviation `spread`; uniform ones lie within it."""
        self._call(lib.coulomb_network_set_latent, chosen(Distribution, distribution), float(spread))

    @property
    def latent_function(self) -> LatentFunction | None:
        """A function that provides latents instead; None: the distribution does.

        latent_function(seed, update, first, latent) writes into the array latent [count, *input_shape] or returns one
        like it: latents `first` and following of an update, or, if the update is 0, of the sequence that generate()
        draws from. They must depend on these numbers alone.
        """
        latent, user = ffi.new("coulomb_latent_callback **"), ffi.new("void **")
        self._call(lib.coulomb_network_get_latent_callback, latent, user)
        source: LatentFunction | None = source_of(latent[0], user[0])
        return source

    @latent_function.setter
    def latent_function(self, function: LatentFunction | None) -> None:
        if function is None:
            self._call(lib.coulomb_network_set_latent_callback, ffi.NULL, ffi.NULL, ffi.NULL)
            return
        draw, shape = function, self.input_shape

        def call(seed: int, update: int, first: int, count: int, latent: Any) -> None:
            array = view(latent, (count, *shape))
            written(array, draw(seed, update, first, array))

        held = Held(self._held, function, call)
        try:
            self._call(lib.coulomb_network_set_latent_callback, lib.python_latent, held.handle, lib.python_destroy)
        except BaseException:
            held.drop()
            raise

    def draw_latents(self, seed: int, update: int, first: int, count: int, out: Floats | None = None) -> Floats:
        """Latents [count, *input_shape] as a trainer with that seed draws them for an update.

        Update 0 is the sequence of generate(), with the generation seed.
        """
        latents = result(out, (unsigned(count), *self.input_shape))
        self._call(
            lib.coulomb_network_draw_latents, unsigned(seed), unsigned(update), unsigned(first), len(latents),
            address(latents),
        )
        return latents

    def generate(self, count: int, out: Floats | None = None) -> Floats:
        """The next `count` samples of the network's sequence: [count, *output_shape], in `out` if it is given."""
        samples = result(out, (unsigned(count), *self.output_shape))
        self._call(lib.coulomb_network_generate, len(samples), address(samples))
        return samples
