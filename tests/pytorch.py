"""doc/pytorch.md: what its C program makes of PyTorch's arrays is what a plain NumPy network makes of them, and the
arrays come back as they were. The network is one that shows every difference of layout. Arguments: the page's Python as
a file; then "write", or "compare" with the program's output. Run in the program's directory."""
import sys

import numpy as np


def draw_state():
    """As PyTorch's state_dict() has it."""
    numbers = np.random.default_rng(1)
    shapes = {"0.weight": (96, 3), "0.bias": (96,), "2.weight": (4, 6, 3, 3), "2.bias": (4,), "3.weight": (4,),
              "3.bias": (4,), "3.running_mean": (4,), "3.running_var": (4,), "5.weight": (4, 2, 4, 4), "5.bias": (2,),
              "7.weight": (5, 128), "7.bias": (5,)}
    state = {name: numbers.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
    state["3.running_var"] = np.abs(state["3.running_var"]) + np.float32(0.1)
    return state


def conv(x, weight, bias):
    """Conv2d with padding 1 and stride 1, of one image [C, H, W]."""
    padded = np.pad(x, ((0, 0), (1, 1), (1, 1)))
    y = np.empty((len(weight),) + x.shape[1:])
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            y[:, i, j] = np.tensordot(weight, padded[:, i:i + 3, j:j + 3], 3) + bias
    return y


def transposed(x, weight, bias):
    """ConvTranspose2d with kernel 4, stride 2 and padding 1: each value adds its filter to the output."""
    y = np.zeros((weight.shape[1], 2 * x.shape[1] + 2, 2 * x.shape[2] + 2))
    for i in range(x.shape[1]):
        for j in range(x.shape[2]):
            y[:, 2 * i:2 * i + 4, 2 * j:2 * j + 4] += np.tensordot(x[:, i, j], weight, 1)
    return y[:, 1:-1, 1:-1] + bias[:, None, None]


def evaluate(state, x):
    channel = {name: array[:, None, None] for name, array in state.items() if name.startswith("3.")}
    x = (state["0.weight"] @ x + state["0.bias"]).reshape(6, 4, 4)
    x = conv(x, state["2.weight"], state["2.bias"])
    x = (x - channel["3.running_mean"]) / np.sqrt(channel["3.running_var"] + 1e-5) * channel["3.weight"] + channel["3.bias"]
    x = np.where(x > 0, x, 0.2 * x)
    x = transposed(x, state["5.weight"], state["5.bias"])
    return state["7.weight"] @ x.ravel() + state["7.bias"]


page = {}
exec(open(sys.argv[1]).read(), page)
state = draw_state()
if sys.argv[2] == "write":
    page["save_file"](page["to_coulomb"](state, page["layers"]), "model.safetensors")
else:
    printed = np.array([float(line) for line in open(sys.argv[3])])
    expected = evaluate(state, np.array([0.5, -1.0, 0.25]))
    print(printed, expected)
    assert np.abs(printed - expected).max() < 1e-5 * np.abs(expected).max()
    back = page["to_pytorch"](page["load_file"]("trained.safetensors"), page["layers"])
    assert back.keys() == state.keys() and all(np.array_equal(back[name], state[name]) for name in state)
