"""One of the processes that mpirun starts: ranks_of_mpi.py world|mpi4py. Tells whether they have the bits of one."""

import sys

import coulomb
from test_processes import UPDATES, trainer_of


def main():
    trainer = trainer_of()
    if sys.argv[1] == "world":
        communicator = coulomb.Communicator.mpi_world(trainer.context)
    else:
        from mpi4py import MPI

        communicator = coulomb.Communicator.mpi4py(trainer.context, MPI.COMM_WORLD)
    trainer.communicator = communicator
    trainer.run(UPDATES)
    alone = trainer_of()
    alone.run(UPDATES)
    same = trainer.save_bytes() == alone.save_bytes()
    sys.stdout.write(f"{'ok' if same and communicator.size > 1 else 'not ok'} {communicator}\n")  # in one piece
    sys.exit(not same)


if __name__ == "__main__":
    main()
