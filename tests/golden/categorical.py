"""
Reference values of the categorical layer, from PyTorch's straight-through gumbel_softmax() in float64.

    python3 categorical.py [FOLDER]        needs NumPy and PyTorch; FOLDER is values/ beside this file

Writes the cases layers/categorical_* and their entries in index.json. PyTorch draws exponential variates E, of which the
noise is -log(E); here E = -log(Phi(noise)), Phi being the normal distribution function.
"""
import json
import os
import sys
from unittest import mock

import numpy as np
import torch

GROUPS = [3, 1, 2, 6, 20]
SHAPES = {"t0.5": (0.5, [7]), "t1": (1.0, [4, 2]), "t3": (3.0, [7])}


def drawn_from(noise):
    """What stands for torch.Tensor.exponential_() while a group is drawn."""
    def exponential(tensor):
        with torch.no_grad():
            return tensor.copy_(-torch.special.log_ndtr(noise))
    return mock.patch.object(torch.Tensor, "exponential_", exponential)


def categories(logits, noise, temperature):
    made = []
    for some, its_noise in zip(logits.split(GROUPS, -1), noise.split(GROUPS, -1)):
        with drawn_from(its_noise):
            made.append(torch.nn.functional.gumbel_softmax(some, tau=temperature, hard=True))
    return torch.cat(made, -1)


def float32_values(generator, shape, scale):
    """Values that float32 holds exactly, as float64."""
    return torch.from_numpy((generator.normal(size=shape) * scale).astype(np.float32).astype(np.float64))


def make(seed, temperature, shape):
    generator = np.random.default_rng(seed)
    width = sum(GROUPS)
    x = torch.cat([float32_values(generator, (*shape, width), 1.5), float32_values(generator, (*shape, width), 1.0)], -1)
    x.requires_grad_()
    dy = float32_values(generator, (*shape, width), 1.0)
    y = categories(x[..., :width], x[..., width:].detach(), temperature)
    y.backward(dy)
    # the value is the hard sample, but for the rounding of hard - soft + soft
    return {"x": x.detach(), "dy": dy, "y": y.detach().round(), "dx": x.grad}


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "values")
    index_path = os.path.join(folder, "index.json")
    with open(index_path, encoding="utf-8") as file:
        index = json.load(file)
    for seed, (name, (temperature, shape)) in enumerate(SHAPES.items()):
        case = f"layers/categorical_{name}"
        os.makedirs(os.path.join(folder, case), exist_ok=True)
        arrays = make(seed, temperature, shape)
        for array, values in arrays.items():
            np.save(os.path.join(folder, case, array + ".npy"), values.numpy())
        index[case] = {"arrays": {array: list(values.shape) for array, values in arrays.items()}, "groups": GROUPS,
                       "temperature": temperature}
    with open(index_path, "w", encoding="utf-8") as file:
        json.dump(index, file, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
