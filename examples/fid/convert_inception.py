"""Convert the Inception weights of PyTorch's FID port to safetensors: convert_inception.py WEIGHTS.pth WEIGHTS.safetensors

Each convolution NAME of the port and the batch norm after it become one filter and one bias for libcoulomb's convolution
of the same name with '/' for the dots. With fixed statistics the norm is linear:

scale (w x - mean) / sqrt(variance + 1e-3) + shift = (factor w) x + (shift - factor mean)

The classifiers (fc.*, AuxLogits.*) are left out. An array of any other kind is an error: it is another network's."""
import json
import struct
import sys

import numpy


def is_unused(name):
    return name.startswith(("fc.", "AuxLogits.")) or name.endswith(".num_batches_tracked")


def fold(weights):
    """NumPy arrays by the port's names to those by libcoulomb's."""
    left = {name: array for name, array in weights.items() if not is_unused(name)}
    folded = {}
    for name in [name[:-len(".conv.weight")] for name in left if name.endswith(".conv.weight")]:
        filters = left.pop(f"{name}.conv.weight").astype(numpy.float64)  # [out, in, rows, columns]
        scale, shift, mean, variance = (left.pop(f"{name}.bn.{part}").astype(numpy.float64)
                                        for part in ("weight", "bias", "running_mean", "running_var"))
        if variance.min() < 0:
            raise ValueError(f"{name}.bn.running_var is negative")
        factor = scale / numpy.sqrt(variance + 1e-3)
        layer = name.replace(".", "/")
        folded[f"{layer}.weight"] = (factor[:, None, None, None] * filters).transpose(2, 3, 1, 0)
        folded[f"{layer}.bias"] = shift - factor * mean
    if left:
        raise ValueError(f"the Inception network of 2015-12-05 has no {next(iter(left))}")
    return folded


def write(arrays, path):
    header, values, end = {}, [], 0
    for name, array in arrays.items():
        values.append(numpy.ascontiguousarray(array, "<f4").tobytes())
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + len(values[-1])]}
        end += len(values[-1])
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(values))


def convert(weights, path):
    """A state dictionary of the port to a file."""
    write(fold({name: value.numpy() for name, value in weights.items()}), path)


if __name__ == "__main__":
    import torch
    convert(torch.load(sys.argv[1], map_location="cpu", weights_only=True), sys.argv[2])
