"""Trainer: the training step and loop of the Coulomb GAN."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Union

from ._arrays import Shape, path_of
from ._callbacks import STOPPED
from ._calls import receive
from ._handle import described
from ._library import ffi, lib
from ._settings import choice, chosen, flag, number64, real, size, unsigned
from .charges import Charges
from .data import DataSource
from .enums import Loss, Statistic
from .errors import Error, StateError
from .network import Network, saved
from .optimizer import Optimizer
from .progress import Bar
from .shards import Shards

if TYPE_CHECKING:
    from ._arrays import Path
    from .data import Data
    from .schedule import Schedule

    Progress = Union[bool, Callable[[int], object], None]

_WATCHED = ffi.addressof(lib, "python_watched")


class Trainer(DataSource, Charges, Shards):
    """Trains a generator with a discriminator, or without one: then it follows the field itself.

    generator, discriminator  finished networks of one context; the discriminator takes the generator's samples and has
                              one output
    data                      as the property of that name

    All settings are properties and may change between updates.
    """

    def __init__(self, generator: Network, discriminator: Network | None = None, data: Data | None = None):
        context = generator.context
        pointer = receive(
            context._guard, "coulomb_trainer *", lib.coulomb_trainer_new, context._pointer, generator._pointer,
            ffi.NULL if discriminator is None else discriminator._pointer,
        )
        super().__init__(context, pointer, lib.coulomb_trainer_free)
        self._schedules: dict[str, Schedule] = {}
        self._networks = {lib.COULOMB_GENERATOR: generator, lib.COULOMB_DISCRIMINATOR: discriminator}
        self._shape = generator.output_shape
        if data is not None:
            self.data = data

    @property
    def _sample_shape(self) -> Shape:
        return self._shape

    batch = size(
        lib.coulomb_trainer_get_batch, lib.coulomb_trainer_set_batch,
        "Number of model samples, and of target samples, that an update learns from.",
    )
    loss = choice(
        Loss, lib.coulomb_trainer_get_loss, lib.coulomb_trainer_set_loss, 'The discriminator\'s loss: "l2" or "l1".'
    )
    replay = flag(
        lib.coulomb_trainer_get_replay, lib.coulomb_trainer_set_replay,
        "Whether the previous update's model samples take part in this one.",
    )
    smoothing = real(
        lib.coulomb_trainer_get_smoothing, lib.coulomb_trainer_set_smoothing,
        "Standard deviation of the noise on the points where discriminator and potential are compared.",
    )
    seed = number64(lib.coulomb_trainer_get_seed, lib.coulomb_trainer_set_seed, "Seed of latents and smoothing noise.")
    averaging = real(
        lib.coulomb_trainer_get_averaging, lib.coulomb_trainer_set_averaging,
        "Decay of the moving average of the generator's parameters; 0: no average.",
    )

    def _network(self, which: int) -> Network:
        pointer = self._receive("coulomb_network *", lib.coulomb_trainer_network, which)
        network = self._networks[which]
        if network is not None and network._owned == pointer:
            return network
        return Network(self.context, _pointer=pointer, _lender=self)  # its own object was closed

    @property
    def generator(self) -> Network:
        """The generator."""
        return self._network(lib.COULOMB_GENERATOR)

    @property
    def discriminator(self) -> Network | None:
        """The discriminator; None if there is none."""
        return None if self._networks[lib.COULOMB_DISCRIMINATOR] is None else self._network(lib.COULOMB_DISCRIMINATOR)

    @property
    def average(self) -> Network:
        """The generator with averaged parameters, which follows each update: to generate from and to save."""
        pointer = self._receive("coulomb_network *", lib.coulomb_trainer_average)
        return Network(self.context, _pointer=pointer, _lender=self)

    def _optimizer(self, which: int) -> Optimizer:
        pointer = self._receive("coulomb_optimizer *", lib.coulomb_trainer_optimizer, which)
        optimizer = Optimizer(self._network(which), _pointer=pointer, _lender=self)
        optimizer._schedules, optimizer._key = self._schedules, f"optimizer {which}"
        return optimizer

    @property
    def generator_optimizer(self) -> Optimizer:
        """The optimizer of the generator, for its settings."""
        return self._optimizer(lib.COULOMB_GENERATOR)

    @property
    def discriminator_optimizer(self) -> Optimizer:
        """The optimizer of the discriminator, for its settings."""
        return self._optimizer(lib.COULOMB_DISCRIMINATOR)

    @property
    def optimizers(self) -> list[Optimizer]:
        """Both optimizers, or the generator's alone if there is no discriminator."""
        which = [which for which, network in self._networks.items() if network is not None]
        return [self._optimizer(one) for one in which]

    @property
    def memory(self) -> int:
        """Bytes that the arrays of training take with the present settings."""
        return int(self._receive("size_t", lib.coulomb_trainer_memory))

    def step(self) -> None:
        """One update. What a callback raises ends it, comes out here, and everything is as before the call."""
        self._call(lib.coulomb_trainer_step)

    def run(self, updates: int, progress: Progress = None) -> int:
        """Train until `updates` updates are done in all, those before a loaded checkpoint included.

        progress  a function of the number of the update just done: called after each; returning False stops the loop.
                  True: a progress bar of tqdm, or a line of text where tqdm is missing

        Returns the number of updates done. What a callback or the progress function raises ends the loop and comes out
        here, and so does KeyboardInterrupt. The state is then that of the last update that was done: call again to go
        on.
        """
        unsigned(updates)
        if progress is True:
            with Bar(self, updates) as bar:
                return self.run(updates, bar)
        if progress is None or progress is False:
            function, user = _WATCHED, ffi.new("struct python_watch *")
        else:
            function, user = lib.python_progress, ffi.new_handle(progress)
        try:
            self._call(lib.coulomb_trainer_run, updates, function, user)
        except Error as refused:
            if refused.status != STOPPED:
                raise
        return 0 if self.closed else self.update

    @property
    def update(self) -> int:
        """Number of updates done. In callbacks of an update, that of the update before."""
        return int(self._receive("uint64_t", lib.coulomb_trainer_update))

    def statistic(self, statistic: Statistic | str) -> float:
        """A statistic of the last update, such as "energy"."""
        return float(self._receive("double", lib.coulomb_trainer_statistic, chosen(Statistic, statistic)))

    @property
    def statistics(self) -> dict[str, float]:
        """All statistics of the last update by name; none before the first."""
        told = {}
        for one in Statistic:
            try:
                told[one.name.lower()] = self.statistic(one)
            except StateError:  # no update yet, or no discriminator
                self._pointer  # noqa: B018  # a closed trainer is an error
        return told

    def save(self, path: Path) -> None:
        """Save everything that the next update depends on. Replaces the file atomically."""
        self._call(lib.coulomb_trainer_save, path_of(path))

    def save_bytes(self) -> bytes:
        """What save() would write."""
        return saved(self, lib.coulomb_trainer_save_bytes)

    def load(self, path: Path) -> None:
        """Go on from a file of save(), to the last bit: networks and settings must be the same."""
        self._call(lib.coulomb_trainer_load, path_of(path))

    def load_bytes(self, contents: bytes) -> None:
        """Go on from a file's contents."""
        memory: Any = ffi.from_buffer(contents)
        self._call(lib.coulomb_trainer_load_bytes, memory, len(memory))

    def __repr__(self) -> str:
        kind = "with" if self._networks[lib.COULOMB_DISCRIMINATOR] is not None else "without"
        return described(
            self,
            lambda: f"update {self.update}, batch {self.batch}, samples {list(self._shape)}, {kind} a discriminator",
        )
