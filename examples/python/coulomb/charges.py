"""Charges of a trainer: how many samples make the potential, with which kernel, and what the generator follows."""
from __future__ import annotations

from collections.abc import Sequence

from ._handle import Handle
from ._library import ffi, lib
from ._settings import choice, flag, real, unsigned
from .enums import Field, Kernel
from .network import Network
from .schedule import Schedule


def get_epsilons(handle: Handle, getter: object) -> list[float]:
    """All epsilons of a kernel."""
    most: int = lib.COULOMB_EPSILONS_MAX
    values, count = ffi.new("double[]", most), ffi.new("size_t *")
    handle._call(getter, values, most, count)
    return list(values[0 : count[0]])


def set_epsilons(handle: Handle, setter: object, epsilons: Sequence[float]) -> None:
    handle._call(setter, ffi.new("double[]", [float(epsilon) for epsilon in epsilons]), len(epsilons))


class Charges(Handle):
    """Settings of the potential and its field."""

    kernel = choice(
        Kernel, lib.coulomb_trainer_get_kernel, lib.coulomb_trainer_set_kernel, '"plummer" or "gaussian".'
    )
    exponent = real(
        lib.coulomb_trainer_get_exponent, lib.coulomb_trainer_set_exponent,
        "Exponent of the Plummer kernel; the paper's m is this plus 2.",
    )
    epsilon = real(
        lib.coulomb_trainer_get_epsilon, lib.coulomb_trainer_set_epsilon,
        "Epsilon of the kernel in the unit of the samples (of the features, if there are any); the first of several.",
    )
    self_terms = flag(
        lib.coulomb_trainer_get_self_terms, lib.coulomb_trainer_set_self_terms,
        "Whether a sample's potential includes its own charge.",
    )
    potential_scale = real(
        lib.coulomb_trainer_get_potential_scale, lib.coulomb_trainer_set_potential_scale,
        "The discriminator learns this times the potential. Without a discriminator, a factor on the field.",
    )
    field = choice(
        Field, lib.coulomb_trainer_get_field, lib.coulomb_trainer_set_field,
        'What a generator without a discriminator follows: "potential" or "drift".',
    )

    _schedules: dict[str, Schedule]
    _features: Network | None = None

    @property
    def charges(self) -> tuple[int, int]:
        """Numbers of model and target charges; 0: the batch."""
        model, target = ffi.new("size_t *"), ffi.new("size_t *")
        self._call(lib.coulomb_trainer_get_charges, model, target)
        return model[0], target[0]

    @charges.setter
    def charges(self, charges: tuple[int, int]) -> None:
        model, target = charges
        self._call(lib.coulomb_trainer_set_charges, unsigned(model), unsigned(target))

    @property
    def epsilons(self) -> list[float]:
        """Epsilons of a kernel that is a sum, at most 8."""
        return get_epsilons(self, lib.coulomb_trainer_get_epsilons)

    @epsilons.setter
    def epsilons(self, epsilons: Sequence[float]) -> None:
        set_epsilons(self, lib.coulomb_trainer_set_epsilons, epsilons)

    @property
    def epsilon_schedule(self) -> Schedule | None:
        """Schedule of epsilon; None: constant."""
        pointer = self._receive("coulomb_schedule *", lib.coulomb_trainer_get_epsilon_schedule)
        return self._schedules.get("epsilon") if pointer else None

    @epsilon_schedule.setter
    def epsilon_schedule(self, schedule: Schedule | None) -> None:
        self._call(lib.coulomb_trainer_set_epsilon_schedule, ffi.NULL if schedule is None else schedule._pointer)
        if schedule is None:
            self._schedules.pop("epsilon", None)
        else:
            self._schedules["epsilon"] = schedule

    @property
    def features(self) -> Network | None:
        """A network between samples and the kernel, in evaluation mode and not trained; None: none."""
        pointer = self._receive("coulomb_network *", lib.coulomb_trainer_get_features)
        return self._features if pointer else None

    @features.setter
    def features(self, features: Network | None) -> None:
        self._call(lib.coulomb_trainer_set_features, ffi.NULL if features is None else features._pointer)
        self._features = features
