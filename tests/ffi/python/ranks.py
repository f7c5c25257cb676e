"""Two processes train as one over a transport written in Python: a pipe between them. Tells whether they come to the bits
of one process, and whether a process that loses the other has an error. Its argument begins the names of files."""
import multiprocessing
import os
import sys

import coulomb
import gaussians

SHARDS, UPDATES, GONE_AT = 4, 30, 5


class Pipe:
    """Between two ranks. One sends while the other receives, so that parts may be larger than a pipe holds."""

    def __init__(self, connection, rank):
        self.connection, self.rank = connection, rank

    def exchange(self, parts):
        other = 1 - self.rank
        received = [parts[self.rank]] * 2
        try:
            if self.rank == 0:
                self.connection.send_bytes(parts[other])
            received[other] = self.connection.recv_bytes()
            if self.rank == 1:
                self.connection.send_bytes(parts[other])
        except EOFError as gone:
            raise OSError("the other rank is gone") from gone
        return received


def training(rank=0, connection=None, fill=gaussians.fill):
    context = coulomb.Context()
    generator = coulomb.Network(context, "mlp-generator", [2], 8, 1)
    trainer = coulomb.Trainer(context, generator, coulomb.Network(context, "mlp-discriminator", [2], 0, 2))
    trainer.set_shards(SHARDS)
    trainer.set_data_slice(lambda update, first, batch: fill(update, batch, first))
    if connection is not None:
        pipe = Pipe(connection, rank)
        trainer.set_communicator(coulomb.Communicator(context, rank, 2, pipe.exchange))
    return trainer


def rank_of_run(rank, connection, path):
    trainer = training(rank, connection)
    trainer.run(UPDATES)
    trainer.save(path)


def rank_that_leaves(connection):
    def fill(update, batch, first):
        if update == GONE_AT:
            os._exit(0)
        gaussians.fill(update, batch, first)

    training(1, connection, fill).run(UPDATES)


def same_bits(prefix):
    paths = [f"{prefix}.{rank}" for rank in range(2)]
    ends = multiprocessing.Pipe()
    ranks = [multiprocessing.Process(target=rank_of_run, args=(rank, ends[rank], paths[rank])) for rank in range(2)]
    for rank in ranks:
        rank.start()
    for rank in ranks:
        rank.join(100)
    trainer = training()
    trainer.run(UPDATES)
    trainer.save(f"{prefix}.alone")
    alone = open(f"{prefix}.alone", "rb").read()
    return all(rank.exitcode == 0 for rank in ranks) and all(open(path, "rb").read() == alone for path in paths)


def tells_who_is_gone():
    own, others = multiprocessing.Pipe()
    other = multiprocessing.Process(target=rank_that_leaves, args=(others,))
    other.start()
    others.close()
    trainer = training(0, own)
    try:
        trainer.run(UPDATES)
    except coulomb.Error as refused:
        other.join(100)
        return refused.status == coulomb.PROCESS and trainer.update == GONE_AT - 1
    return False


def tell(what, holds):
    try:
        print("ok" if holds() else "not ok", "-", what, flush=True)
    except Exception as raised:
        print(f"not ok - {what}\n# {raised!r}", flush=True)


if __name__ == "__main__":
    # New processes, not copies: the library's worker threads would not be in a copy.
    multiprocessing.set_start_method("spawn")
    tell("two processes on a pipe have the bits of one", lambda: same_bits(sys.argv[1]))
    tell("a process that loses the other has an error, and no update is counted", tells_who_is_gone)
