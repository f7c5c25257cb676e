"""The rule of weights_rule.c."""
import numpy

RANGES = {"bn.weight": (0.7, 0.6), "bn.bias": (-0.3, 0.6), "bn.running_mean": (-0.3, 0.6), "bn.running_var": (0.5, 1.0)}


def numbers(text, count):
    """Evenly spread numbers from 0 to 1 that belong to a name."""
    seed = 2166136261
    for byte in text.encode():
        seed = (seed ^ byte) * 16777619 & 0xFFFFFFFF
    x = (numpy.arange(count, dtype=numpy.uint64) * 0x9E3779B9 + seed) & 0xFFFFFFFF
    x = ((x ^ x >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
    x = ((x ^ x >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
    return (x ^ x >> 16) / 2.0 ** 32


def draw(name, shape):
    """The port's array of that name."""
    bound = (6.0 / max(1, numpy.prod(shape[1:]))) ** 0.5
    start, extent = next((r for end, r in RANGES.items() if name.endswith(end)), (-bound, 2 * bound))
    return (start + extent * numbers(name, numpy.prod(shape))).astype(numpy.float32).reshape(shape)
