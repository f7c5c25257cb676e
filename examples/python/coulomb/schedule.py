"""Schedules: learning rate or epsilon as a function of the update number."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Callable

from ._callbacks import Held, source_of
from ._calls import receive
from ._handle import Handle, described
from ._library import ffi, lib
from ._settings import unsigned
from .context import Context
from .enums import ScheduleKind


class Schedule(Handle):
    """A factor on the value that was set, by the number of the update. Made by exponential(), steps() or function()."""

    def __init__(self, context: Context, pointer: Any):
        super().__init__(context, pointer, lib.coulomb_schedule_free)

    @classmethod
    def exponential(cls, context: Context, first: int, last: int, final_factor: float) -> Schedule:
        """1 up to update `first`, `final_factor` from update `last` on, exponential in between."""
        return cls(
            context,
            receive(
                context._guard, "coulomb_schedule *", lib.coulomb_schedule_new_exponential,
                context._pointer, unsigned(first), unsigned(last), float(final_factor),
            ),
        )

    @classmethod
    def steps(cls, context: Context, after: Sequence[int], factor: float) -> Schedule:
        """The factor is multiplied by `factor` after each of the given updates, at most 64."""
        return cls(
            context,
            receive(
                context._guard, "coulomb_schedule *", lib.coulomb_schedule_new_steps, context._pointer,
                ffi.new("uint64_t[]", [unsigned(update) for update in after]), len(after), float(factor),
            ),
        )

    @classmethod
    def function(cls, context: Context, factor: Callable[[int], float]) -> Schedule:
        """factor(update) gives the factor, above 0. It must depend on `update` alone."""
        owner: dict[int, Held] = {}
        held = Held(owner, factor, factor)
        try:
            pointer = receive(
                context._guard, "coulomb_schedule *", lib.coulomb_schedule_new_callback, context._pointer,
                lib.python_schedule, held.handle, lib.python_destroy,
            )
        except BaseException:
            held.drop()
            raise
        schedule = cls(context, pointer)
        schedule._held = owner
        return schedule

    @property
    def kind(self) -> ScheduleKind:
        """Which of the three it is."""
        return ScheduleKind(self._receive("int32_t", lib.coulomb_schedule_get_kind))

    @property
    def arguments(self) -> dict[str, Any]:
        """What it was made of: the arguments of exponential(), steps() or function() by name."""
        kind = self.kind
        if kind is ScheduleKind.EXPONENTIAL:
            first, last, final = ffi.new("uint64_t *"), ffi.new("uint64_t *"), ffi.new("double *")
            self._call(lib.coulomb_schedule_get_exponential, first, last, final)
            return {"first": first[0], "last": last[0], "final_factor": final[0]}
        if kind is ScheduleKind.STEPS:
            most: int = lib.COULOMB_SCHEDULE_DROPS_MAX
            after, drops, factor = ffi.new("uint64_t[]", most), ffi.new("size_t *"), ffi.new("double *")
            self._call(lib.coulomb_schedule_get_steps, after, most, drops, factor)
            return {"after": list(after[0 : drops[0]]), "factor": factor[0]}
        callback, user = ffi.new("coulomb_schedule_callback **"), ffi.new("void **")
        self._call(lib.coulomb_schedule_get_callback, callback, user)
        return {"factor": source_of(callback[0], user[0])}

    def __call__(self, update: int) -> float:
        """The factor of an update, counted from 1."""
        return float(self._receive("double", lib.coulomb_schedule_factor, unsigned(update)))

    def __repr__(self) -> str:
        return described(
            self,
            lambda: self.kind.name.lower() + "".join(f", {key}={value}" for key, value in self.arguments.items()),
        )
