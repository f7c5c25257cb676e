"""Trains on 25 Gaussians with a Python function as data, and tells for each promise of coulomb.py whether it holds."""
import sys
import weakref

import numpy

import coulomb
from gaussians import fill

HALF, SAMPLES = 50, 1000


def digest(samples):
    """FNV-1a over the samples' bytes."""
    value = 0xcbf29ce484222325
    for byte in samples.tobytes():
        value = (value ^ byte) * 0x100000001b3 % 2**64
    return value


def new_training():
    context = coulomb.Context(threads=2)
    generator = coulomb.Network(context, "mlp-generator", [2], 8, 1)
    trainer = coulomb.Trainer(context, generator, coulomb.Network(context, "mlp-discriminator", [2], 0, 2))
    trainer.set_data(fill)
    return generator, trainer


def trains(checkpoint):
    generator, trainer = new_training()
    trainer.run(HALF)
    trainer.save(checkpoint)
    trainer.run(2 * HALF)
    assert numpy.isfinite(trainer.statistic(coulomb.LOSS_DISCRIMINATOR))
    return digest(generator.generate(SAMPLES))


def goes_on(checkpoint):
    generator, trainer = new_training()
    trainer.load(checkpoint)
    assert trainer.update == HALF
    trainer.run(2 * HALF)
    return digest(generator.generate(SAMPLES))


def raises():
    """The very exception comes out, the update is not counted, and training goes on when the cause is gone."""
    _, trainer = new_training()
    cause = KeyError("no data for update 3")

    def fail(update, batch):
        if update == 3:
            raise cause
        fill(update, batch)

    trainer.set_data(fail)
    try:
        trainer.run(HALF)
    except KeyError as raised:
        assert raised is cause and trainer.update == 2
        trainer.set_data(fill)
        trainer.run(HALF)
        return trainer.update == HALF
    return False


def copies_nothing():
    """What the data function writes into is the library's buffer, which holds NaN before the call."""
    _, trainer = new_training()
    seen = []

    def look(update, batch):
        seen.append(not batch.flags.owndata and bool(numpy.isnan(batch).all()))
        fill(update, batch)

    trainer.set_data(look)
    trainer.run(2)
    return seen == [True, True]


def lets_go():
    class Held:
        def __call__(self, update, batch):
            fill(update, batch)

    held = Held()
    gone = weakref.ref(held)
    _, trainer = new_training()
    trainer.set_data(held)
    del held
    trainer.run(1)
    there = gone() is not None
    trainer.set_data(fill)
    return there and gone() is None


def tells_messages():
    _, trainer = new_training()
    try:
        trainer.load("/nowhere/checkpoint")
    except coulomb.Error as refused:
        return refused.status == 7 and "/nowhere/checkpoint" in str(refused)
    return False


def tell(what, holds):
    try:
        print("ok" if holds() else "not ok", "-", what)
    except Exception as raised:
        print(f"not ok - {what}\n# {raised!r}")


whole = trains(sys.argv[1])
tell("trains", lambda: True)
tell("goes on from a checkpoint to the same bits", lambda: goes_on(sys.argv[1]) == whole)
tell("raises what its function raised, behind the library", raises)
tell("hands out the library's memory without copying", copies_nothing)
tell("lets go of a function that is replaced", lets_go)
tell("has the library's error message", tells_messages)
print(f"digest {whole:016x}")
