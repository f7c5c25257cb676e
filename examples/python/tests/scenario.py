"""What every language shows: scenario.py DIRECTORY LANGUAGE. Prints a line for each promise, and digests that are the
same in all languages."""

import gc
import pathlib
import sys
import threading

import coulomb
import numpy
from gaussians import digest, fill, mix, training

HALF, SAMPLES, CYCLES, GROWTH = 50, 1000, 10000, 4 << 20


def trained(generator, trainer):
    trainer.run(2 * HALF)
    return digest(generator.generate(SAMPLES))


def from_checkpoint(path):
    generator, trainer = training()
    trainer.load(path)
    assert trainer.update == HALF
    return trained(generator, trainer)


def raises_what_failed():
    """The very exception comes out, the update is not counted, and training goes on when the cause is gone."""
    cause = KeyError("no data for update 3")

    def fail(update, batch):
        if update == 3:
            raise cause
        fill(update, batch)

    _, trainer = training(fail)
    try:
        trainer.run(HALF)
    except KeyError as raised:
        assert raised is cause and trainer.update == 2
        trainer.data = fill
        return trainer.run(HALF) == HALF
    return False


def estimators():
    """Digests of potential, field and energy of the estimators' points."""
    numbers = mix(numpy.arange(192, dtype=numpy.uint64)) >> numpy.uint64(40)
    points = (numbers.astype(numpy.float64) * 2.0**-24).astype(numpy.float32).reshape(64, 3)
    model, target = points[:32], points[32:]
    plummer = coulomb.Plummer(coulomb.Context(), exponent=1, epsilon=0.5)
    potential, (field, _) = plummer.potential(target, model, target), plummer.field(target, model, target)
    energy = numpy.float64(plummer.energy(model, target))
    return {"potential": digest(potential), "field": digest(field), "energy": digest(energy)}


def stops(whole):
    generator, trainer = training()
    trainer.run(2 * HALF, progress=lambda update: update < 20)
    assert trainer.update == 20
    return trained(generator, trainer) == whole


def two_threads(whole):
    found = []
    threads = [threading.Thread(target=lambda: found.append(trained(*training()))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found == [whole, whole]


def from_array():
    samples = numpy.empty((4096, 2), numpy.float32)
    fill(1, samples)
    generator, trainer = training(samples)
    assert trainer.data is samples
    trainer.run(HALF)
    return digest(generator.generate(SAMPLES))


def resident():
    return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * 4096


class Counted:
    """A callback that counts how many of it there are."""

    made = gone = 0

    def __init__(self):
        Counted.made += 1

    def __del__(self):
        Counted.gone += 1

    def __call__(self, *_):
        return 1.0


def releases_all():
    """Of 10,000 schedules and 10,000 replaced data functions all go, each once, and no memory stays."""
    context = coulomb.Context()
    _, trainer = training(threads=1)
    before = resident()
    for cycle in range(CYCLES):
        coulomb.Schedule.function(context, Counted()).close()
        trainer.data = Counted()
        if cycle == CYCLES // 10:
            before = resident()  # all that is allocated once
    trainer.data = fill
    trainer.run(1)
    gc.collect()
    grown = resident() - before
    print(f"# {Counted.made} made, {Counted.gone} gone, {grown / 1024:.0f} KiB more resident memory")
    return Counted.made == Counted.gone == 2 * CYCLES and grown <= GROWTH


def tell(what, holds):
    try:
        print("ok" if holds() else "not ok", "-", what)
    except Exception as raised:
        print(f"not ok - {what}\n# {raised!r}")


def main():
    directory, language = pathlib.Path(sys.argv[1]), sys.argv[2]
    own = directory / f"{language}.safetensors"
    others = sorted(path for path in directory.glob("*.safetensors") if path != own)
    generator, trainer = training()
    trainer.run(HALF)
    trainer.save(own)
    whole = trained(generator, trainer)
    array = from_array()
    tell("trains", lambda: all(numpy.isfinite(value) for value in trainer.statistics.values()))
    tell("goes on from its own checkpoint to the same bits", lambda: from_checkpoint(own) == whole)
    count = f"{len(others)} checkpoints of other languages"
    tell(f"goes on from {count}", lambda: all(from_checkpoint(path) == whole for path in others))
    tell("raises what its data function raised, and goes on", raises_what_failed)
    tell("stops where the progress function says, and goes on to the same bits", lambda: stops(whole))
    tell("trains two contexts on two threads", lambda: two_threads(whole))
    tell("trains from an array", lambda: array == from_array())
    tell("releases what it created, once", releases_all)
    for name, value in {"trained": whole, "array": array, **estimators()}.items():
        print(f"digest {name} {value:016x}")


main()
