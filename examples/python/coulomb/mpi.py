"""Processes that mpirun or srun started together, through libcoulomb-mpi: Communicator.mpi_world()."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._additional import Additional
from ._calls import call

if TYPE_CHECKING:
    from .context import Context

_mpi = Additional(
    "libcoulomb-mpi.so.0", "int32_t coulomb_communicator_new_mpi_world(void *context, void **communicator);"
)


def new_world(context: Context) -> Any:
    """The handle of Communicator.mpi_world()."""
    communicator = _mpi.new("void **")
    create = _mpi.functions().coulomb_communicator_new_mpi_world
    call(context._guard, create, _mpi.foreign(context._pointer), communicator)
    return _mpi.own("coulomb_communicator *", communicator[0])
