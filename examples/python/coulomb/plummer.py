"""Potential, field and energy of two sets of samples, with the Plummer kernel or a Gaussian."""
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy

from ._arrays import address, floats, points, result
from ._calls import receive
from ._handle import Handle, described
from ._library import ffi, lib
from ._settings import choice, flag, real, unsigned
from .charges import get_epsilons, set_epsilons
from .enums import Kernel
from .errors import ShapeError
from .points import Points, streamed

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._arrays import Floats
    from .context import Context
    from .points import Source


class BatchPotentials(NamedTuple):
    """Result of Plummer.batch()."""

    model: Floats
    """[model samples] potential at the model samples."""
    target: Floats
    """[target samples] potential at the target samples."""
    energy: float
    """The energy between both sets."""


class EnergyTest(NamedTuple):
    """Result of Plummer.energy_test()."""

    energy: float
    p_value: float


def _dimension(*sets: Any) -> int:
    """The dimension that all sets share."""
    found = {each.dimension if isinstance(each, Points) else each.shape[1] for each in sets}
    if len(found) > 1:
        raise ShapeError(f"the sets' points have {' and '.join(str(one) for one in sorted(found))} values")
    return int(found.pop())


class Plummer(Handle):
    """The kernel (|a-b|^2 + epsilon^2)^(-exponent/2), or exp(-|a-b|^2 / (2 epsilon^2)) after kernel = "gaussian".

    Model samples repel and target samples attract. Sets of samples are arrays [count, dimension], or [count, ...],
    where all values of a sample are its coordinates. float32 in C order is used in place, other arrays are converted.
    Where a set is a coulomb.Points, it is read block by block.
    """

    def __init__(self, context: Context, exponent: float = 1.0, epsilon: float = 1.0):
        pointer = receive(
            context._guard, "coulomb_plummer *", lib.coulomb_plummer_new, context._pointer, float(exponent),
            float(epsilon),
        )
        super().__init__(context, pointer, lib.coulomb_plummer_free)

    exponent = real(lib.coulomb_plummer_get_exponent, lib.coulomb_plummer_set_exponent, "The exponent.")
    epsilon = real(lib.coulomb_plummer_get_epsilon, lib.coulomb_plummer_set_epsilon, "Epsilon, the first of several.")
    kernel = choice(
        Kernel, lib.coulomb_plummer_get_kernel, lib.coulomb_plummer_set_kernel, '"plummer" or "gaussian".'
    )
    self_terms = flag(
        lib.coulomb_plummer_get_self_terms, lib.coulomb_plummer_set_self_terms,
        "Whether sums over a sample's own set include its interaction with itself.",
    )

    @property
    def epsilons(self) -> list[float]:
        """Epsilons of a kernel that is a sum, at most 8."""
        return get_epsilons(self, lib.coulomb_plummer_get_epsilons)

    @epsilons.setter
    def epsilons(self, epsilons: Sequence[float]) -> None:
        set_epsilons(self, lib.coulomb_plummer_set_epsilons, epsilons)

    def potential(self, at: ArrayLike, model: Source, target: Source, out: Floats | None = None) -> Floats:
        """Potential [points] at given points [points, dimension]."""
        places = points(at, "at")
        if isinstance(model, Points) or isinstance(target, Points):
            return self._field_streamed(places, model, target, None, result(out, (len(places),)))[1]
        repelling, attracting = points(model, "model"), points(target, "target")
        potential = result(out, (len(places),))
        self._call(
            lib.coulomb_plummer_potential, _dimension(places, repelling, attracting), address(places), len(places),
            address(repelling), len(repelling), address(attracting), len(attracting), address(potential),
        )
        return potential

    def field(
        self, at: ArrayLike, model: Source, target: Source, out: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """Field, of the shape of `at`, and potential [points] at given points. The field is -grad potential."""
        given = floats(at, "at")
        places = points(given, "at")
        shaped = result(out, given.shape)
        field, potential = shaped.reshape(places.shape), numpy.empty(len(places), numpy.float32)
        if isinstance(model, Points) or isinstance(target, Points):
            self._field_streamed(places, model, target, field, potential)
            return shaped, potential
        repelling, attracting = points(model, "model"), points(target, "target")
        self._call(
            lib.coulomb_plummer_field, _dimension(places, repelling, attracting), address(places), len(places),
            address(repelling), len(repelling), address(attracting), len(attracting), address(field),
            address(potential),
        )
        return shaped, potential

    def _field_streamed(
        self, places: Floats, model: Source, target: Source, field: Floats | None, potential: Floats
    ) -> tuple[Floats | None, Floats]:
        repelling, attracting = streamed(model, "model"), streamed(target, "target")
        model_user, target_user = repelling._user(), attracting._user()
        self._call(
            lib.coulomb_plummer_field_streamed, _dimension(places, repelling, attracting), address(places),
            len(places), lib.python_points, model_user, len(repelling), lib.python_points, target_user,
            len(attracting), address(field), address(potential),
        )
        return field, potential

    def batch(self, model: ArrayLike, target: ArrayLike) -> BatchPotentials:
        """Potential at every sample of both sets, and the energy. Each pair is computed once."""
        repelling, attracting = points(model, "model"), points(target, "target")
        at_model, at_target = result(None, (len(repelling),)), result(None, (len(attracting),))
        energy = self._receive(
            "double", lib.coulomb_plummer_batch, _dimension(repelling, attracting), address(repelling),
            len(repelling), address(attracting), len(attracting), address(at_model), address(at_target),
        )
        return BatchPotentials(at_model, at_target, energy)

    def energy(self, model: Source, target: Source) -> float:
        """Energy between two sets: half the squared maximum mean discrepancy with this kernel."""
        if isinstance(model, Points) or isinstance(target, Points):
            repelling, attracting = streamed(model, "model"), streamed(target, "target")
            model_user, target_user = repelling._user(), attracting._user()
            return float(
                self._receive(
                    "double", lib.coulomb_plummer_energy_streamed, _dimension(repelling, attracting),
                    lib.python_points, model_user, len(repelling), lib.python_points, target_user, len(attracting),
                )
            )
        a, b = points(model, "model"), points(target, "target")
        return float(
            self._receive(
                "double", lib.coulomb_plummer_energy, _dimension(a, b), address(a), len(a), address(b), len(b)
            )
        )

    def energy_test(self, model: ArrayLike, target: ArrayLike, permutations: int = 999, seed: int = 0) -> EnergyTest:
        """Permutation test whether both sets could come from one density."""
        a, b = points(model, "model"), points(target, "target")
        energy = ffi.new("double *")
        p_value = self._receive(
            "double", lib.coulomb_plummer_energy_test, _dimension(a, b), address(a), len(a), address(b), len(b),
            unsigned(permutations), unsigned(seed), energy,
        )
        return EnergyTest(energy[0], p_value)

    def __repr__(self) -> str:
        return described(
            self, lambda: f"{self.kernel.name.lower()}, exponent={self.exponent:g}, epsilons={self.epsilons}"
        )
