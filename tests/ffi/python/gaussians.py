"""The samples that all languages train on."""
import numpy
from numpy import uint64


def mix(word):
    word = (word ^ (word >> uint64(30))) * uint64(0xbf58476d1ce4e5b9)
    word = (word ^ (word >> uint64(27))) * uint64(0x94d049bb133111eb)
    return word ^ (word >> uint64(31))


def fill(update, batch, first=0):
    """Each sample: one of 25 means, and a normal number as the sum of twelve uniform ones."""
    index = numpy.arange(first, first + len(batch), dtype=uint64)
    key = mix(uint64(update * 0x9e3779b97f4a7c15 % 2**64) + index)
    mode = key % uint64(25)
    for axis, line in enumerate((mode % uint64(5), mode // uint64(5))):
        normal = numpy.zeros(len(batch))
        for term in range(12):
            normal += (mix(key + uint64(1 + 12 * axis + term)) >> uint64(11)) * 2.0**-53
        batch[:, axis] = 10.5 * (line.astype(float) - 2) + (normal - 6)
