"""Optimizers: update a network's parameters with the gradients of its backward pass."""
from __future__ import annotations

from typing import Any

from ._calls import receive
from ._handle import Handle, described
from ._library import ffi, lib
from ._settings import choice, real, unsigned
from .enums import Method
from .network import Network
from .schedule import Schedule


class Optimizer(Handle):
    """Adam or gradient descent. Optimizer(network) serves training loops of your own; a trainer has two already."""

    def __init__(self, network: Network, *, _pointer: Any = None, _lender: Handle | None = None):
        if _pointer is None:
            _pointer = receive(network._guard, "coulomb_optimizer *", lib.coulomb_optimizer_new, network._pointer)
        super().__init__(network.context, _pointer, lib.coulomb_optimizer_free, _lender)
        self._network = network
        self._schedules: dict[str, Schedule] = {}  # those in use; a trainer's optimizers share its dictionary
        self._key = f"{id(network)}"

    method = choice(
        Method, lib.coulomb_optimizer_get_method, lib.coulomb_optimizer_set_method, '"adam" or "sgd".'
    )
    learning_rate = real(
        lib.coulomb_optimizer_get_learning_rate, lib.coulomb_optimizer_set_learning_rate,
        "The learning rate, without the schedule.",
    )
    epsilon = real(
        lib.coulomb_optimizer_get_epsilon, lib.coulomb_optimizer_set_epsilon, "Adam's epsilon, in the denominator."
    )
    l2 = real(lib.coulomb_optimizer_get_l2, lib.coulomb_optimizer_set_l2, "L2 weight decay of weight arrays.")

    @property
    def network(self) -> Network:
        """The network whose parameters it moves."""
        return self._network

    @property
    def betas(self) -> tuple[float, float]:
        """Adam's decay rates of mean and mean square."""
        first, second = ffi.new("double *"), ffi.new("double *")
        self._call(lib.coulomb_optimizer_get_betas, first, second)
        return first[0], second[0]

    @betas.setter
    def betas(self, betas: tuple[float, float]) -> None:
        first, second = betas
        self._call(lib.coulomb_optimizer_set_betas, float(first), float(second))

    @property
    def schedule(self) -> Schedule | None:
        """Schedule of the learning rate; None: constant."""
        pointer = self._receive("coulomb_schedule *", lib.coulomb_optimizer_get_schedule)
        return self._schedules.get(self._key) if pointer else None

    @schedule.setter
    def schedule(self, schedule: Schedule | None) -> None:
        self._call(lib.coulomb_optimizer_set_schedule, ffi.NULL if schedule is None else schedule._pointer)
        if schedule is None:
            self._schedules.pop(self._key, None)
        else:
            self._schedules[self._key] = schedule

    def step(self, update: int) -> None:
        """Move the parameters by the network's gradients: update number `update`, counted from 1."""
        self._call(lib.coulomb_optimizer_step, unsigned(update))

    def __repr__(self) -> str:
        return described(self, lambda: f"{self.method.name.lower()}, learning_rate={self.learning_rate:g}")
