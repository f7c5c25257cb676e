"""Shards of a batch, and processes that train as one."""
from __future__ import annotations

from ._handle import Handle
from ._library import ffi, lib
from ._settings import flag, size
from .communicator import Communicator


class Shards(Handle):
    """Settings of shards and processes."""

    shards = size(
        lib.coulomb_trainer_get_shards, lib.coulomb_trainer_set_shards,
        "Equal parts of the batch that go through the networks one after the other, which saves memory.",
    )
    synchronized_norm = flag(
        lib.coulomb_trainer_get_synchronized_norm, lib.coulomb_trainer_set_synchronized_norm,
        "Whether batch norm takes its statistics over the whole batch where there are several shards.",
    )

    _communicator: Communicator | None = None

    @property
    def communicator(self) -> Communicator | None:
        """The processes to train with; None: this process alone. All of them must set it at the same time."""
        pointer = self._receive("coulomb_communicator *", lib.coulomb_trainer_get_communicator)
        return self._communicator if pointer else None

    @communicator.setter
    def communicator(self, communicator: Communicator | None) -> None:
        self._call(
            lib.coulomb_trainer_set_communicator, ffi.NULL if communicator is None else communicator._pointer
        )
        self._communicator = communicator
