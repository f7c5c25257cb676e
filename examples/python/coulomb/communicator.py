"""Communicators: how the processes of one training run exchange bytes."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable

import numpy

from ._arrays import address
from ._callbacks import Held
from ._calls import receive
from ._handle import Handle, described
from ._library import ffi, lib
from ._settings import unsigned

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .context import Context

    Bytes = NDArray[numpy.uint8]
    Exchange = Callable[[Bytes, Bytes], object]


class Communicator(Handle):
    """This process, called a rank, among others, over a transport of two functions.

    allgather(send, receive)  send [bytes] of this rank; writes every rank's bytes, its own included, into
                              receive [size, bytes]
    alltoall(send, receive)   send [size, bytes], part r for rank r; writes every rank's part for this one, its own
                              included, into receive [size, bytes]

    The arrays are the library's memory and valid only during the call. Both functions block. What they raise comes back
    from the call that needed them, such as Trainer.run(); an OSError or EOFError tells the library that a rank is gone.
    """

    def __init__(self, context: Context, rank: int, size: int, allgather: Exchange, alltoall: Exchange):
        owner: dict[int, Held] = {}
        held = Held(owner, (allgather, alltoall), lambda: (size, allgather, alltoall))
        try:
            pointer = receive(
                context._guard, "coulomb_communicator *", lib.coulomb_communicator_new, context._pointer,
                unsigned(rank), unsigned(size), lib.python_allgather, lib.python_alltoall, held.handle,
                lib.python_destroy,
            )
        except BaseException:
            held.drop()
            raise
        self._begin(context, pointer)
        self._held = owner

    def _begin(self, context: Context, pointer: Any) -> None:
        super().__init__(context, pointer, lib.coulomb_communicator_free)

    @classmethod
    def mpi4py(cls, context: Context, comm: Any) -> Communicator:
        """The ranks of an intracommunicator of mpi4py, such as MPI.COMM_WORLD. Works on a duplicate of it."""
        own = comm.Dup()
        return cls(
            context, own.Get_rank(), own.Get_size(),
            lambda send, receive: own.Allgather(send, receive),
            lambda send, receive: own.Alltoall(send, receive),
        )

    @classmethod
    def mpi_world(cls, context: Context) -> Communicator:
        """All processes that mpirun or srun started together. Needs libcoulomb-mpi; call from the main thread."""
        from . import mpi

        communicator = cls.__new__(cls)
        communicator._begin(context, mpi.new_world(context))
        return communicator

    @property
    def rank(self) -> int:
        """This process's rank, counted from 0."""
        return int(self._receive("size_t", lib.coulomb_communicator_rank))

    @property
    def size(self) -> int:
        """Number of ranks."""
        return int(self._receive("size_t", lib.coulomb_communicator_size))

    def allgather(self, send: bytes) -> list[bytes]:
        """Give every rank's bytes to every rank: equally many from each. Result: those of rank 0, rank 1, ..."""
        received = numpy.empty((self.size, len(send)), numpy.uint8)
        self._call(lib.coulomb_communicator_allgather, ffi.from_buffer(send), len(send), address(received, "char"))
        return [part.tobytes() for part in received]

    def __repr__(self) -> str:
        return described(self, lambda: f"rank {self.rank} of {self.size}")
