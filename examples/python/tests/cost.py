"""Seconds of an update: cost.py callback|array UPDATES. The 25 Gaussians, one thread, 200 updates to warm up."""

import sys
import time

import numpy
from gaussians import fill, training

SAMPLES, WARM_UP = 4096, 200


def main():
    mode, updates = sys.argv[1], int(sys.argv[2])
    block = numpy.empty((SAMPLES, 2), numpy.float32)
    fill(1, block)

    def copy(update, batch):
        first = update * len(batch) % SAMPLES
        batch[:] = block[first : first + len(batch)]

    _, trainer = training({"callback": copy, "array": block}[mode], threads=1)
    trainer.run(WARM_UP)
    begun = time.perf_counter()
    trainer.run(WARM_UP + updates)
    print(f"{(time.perf_counter() - begun) / updates:.6e}")


main()
