"""The 25 Gaussians that all languages train on, the networks for them, and the digest that languages compare."""

import coulomb
import numpy
from numpy import uint64


def mix(word):
    word = (word ^ (word >> uint64(30))) * uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> uint64(27))) * uint64(0x94D049BB133111EB)
    return word ^ (word >> uint64(31))


def fill(update, batch, first=0):
    """Each sample: one of 25 means, and a normal number as the sum of twelve uniform ones."""
    index = numpy.arange(first, first + len(batch), dtype=uint64)
    key = mix(uint64(update * 0x9E3779B97F4A7C15 % 2**64) + index)
    mode = key % uint64(25)
    for axis, line in enumerate((mode % uint64(5), mode // uint64(5))):
        normal = numpy.zeros(len(batch))
        for term in range(12):
            normal += (mix(key + uint64(1 + 12 * axis + term)) >> uint64(11)) * 2.0**-53
        batch[:, axis] = 10.5 * (line.astype(float) - 2) + (normal - 6)


def fill_slice(update, _total, first, batch):
    fill(update, batch, first)


def training(data=fill, threads=2):
    """A generator, and a trainer for it."""
    context = coulomb.Context(threads)
    generator = coulomb.Network.preset(context, "mlp-generator", [2], latent=8, seed=1)
    discriminator = coulomb.Network.preset(context, "mlp-discriminator", [2], seed=2)
    return generator, coulomb.Trainer(generator, discriminator, data)


def digest(values):
    """FNV-1a over the values' bytes."""
    value = 0xCBF29CE484222325
    for byte in values.tobytes():
        value = (value ^ byte) * 0x100000001B3 % 2**64
    return value
