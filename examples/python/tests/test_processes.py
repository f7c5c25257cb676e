"""Two processes train as one over a transport written in Python: a pipe between them."""

import multiprocessing
import os
import pathlib
import tempfile
import unittest

import coulomb
import numpy
from gaussians import fill_slice, training

SHARDS, UPDATES, GONE_AT = 4, 20, 5


class Pipe:
    """Between two ranks. One sends while the other receives, so that parts may be larger than a pipe holds."""

    def __init__(self, connection, rank):
        self.connection, self.rank = connection, rank

    def exchange(self, parts, receive):
        other = 1 - self.rank
        receive[self.rank] = parts[self.rank]
        if self.rank == 0:
            self.connection.send_bytes(parts[other].tobytes())
        receive[other] = numpy.frombuffer(self.connection.recv_bytes(), numpy.uint8)
        if self.rank == 1:
            self.connection.send_bytes(parts[other].tobytes())

    def allgather(self, send, receive):
        self.exchange([send, send], receive)


def trainer_of(rank=0, connection=None, fill=fill_slice):
    generator, trainer = training(None, threads=1)
    trainer.shards = SHARDS
    trainer.set_data_slices(fill)
    if connection is not None:
        pipe = Pipe(connection, rank)
        trainer.communicator = coulomb.Communicator(generator.context, rank, 2, pipe.allgather, pipe.exchange)
    return trainer


def rank_of_run(rank, connection, path):
    trainer = trainer_of(rank, connection)
    told = trainer.communicator.allgather(bytes([rank, 7]))
    assert told == [bytes([0, 7]), bytes([1, 7])]
    trainer.run(UPDATES, progress=lambda update: None if rank else update < UPDATES // 2)  # rank 0 stops both
    assert trainer.update == UPDATES // 2
    trainer.run(UPDATES)
    trainer.save(path)


def rank_that_leaves(connection):
    def fill(update, total, first, batch):
        if update == GONE_AT:
            os._exit(0)
        fill_slice(update, total, first, batch)

    trainer_of(1, connection, fill).run(UPDATES)


class Comm:
    """As much of mpi4py's intracommunicator as is used, of one process."""

    def Dup(self):
        return self

    def Get_rank(self):
        return 0

    def Get_size(self):
        return 1

    def Allgather(self, send, receive):
        receive[0] = send

    Alltoall = Allgather


class Processes(unittest.TestCase):
    def setUp(self):
        self.spawn = multiprocessing.get_context("spawn")  # new processes, since a copy has no worker threads

    def test_two_processes_on_a_pipe_have_the_bits_of_one(self):
        with tempfile.TemporaryDirectory() as directory:
            paths = [pathlib.Path(directory, str(rank)) for rank in range(2)]
            ends = self.spawn.Pipe()
            ranks = [self.spawn.Process(target=rank_of_run, args=(rank, ends[rank], paths[rank])) for rank in range(2)]
            for rank in ranks:
                rank.start()
            for end in ends:
                end.close()
            for rank in ranks:
                rank.join(100)
            trainer = trainer_of()
            trainer.run(UPDATES)
            alone = trainer.save_bytes()
            self.assertEqual([rank.exitcode for rank in ranks], [0, 0])
            for path in paths:
                self.assertEqual(path.read_bytes(), alone)

    def test_a_process_that_loses_the_other_has_an_error(self):
        own, others = self.spawn.Pipe()
        other = self.spawn.Process(target=rank_that_leaves, args=(others,))
        other.start()
        others.close()
        trainer = trainer_of(0, own)
        with self.assertRaises((EOFError, OSError)):  # what the transport raised
            trainer.run(UPDATES)
        other.join(100)
        own.close()
        self.assertEqual(trainer.update, GONE_AT - 1)

    def test_ranks_of_mpi4py(self):
        trainer = trainer_of()
        communicator = coulomb.Communicator.mpi4py(trainer.context, Comm())
        self.assertEqual((communicator.rank, communicator.size), (0, 1))
        self.assertEqual(communicator.allgather(b"bytes"), [b"bytes"])
        trainer.communicator = communicator
        self.assertIs(trainer.communicator, communicator)
        trainer.run(2)
        trainer.communicator = None
        self.assertIsNone(trainer.communicator)
        self.assertIn("rank 0 of 1", repr(communicator))
        with self.assertRaises(coulomb.ArgumentError):
            coulomb.Communicator(trainer.context, 3, 2, print, print)


if __name__ == "__main__":
    unittest.main()
