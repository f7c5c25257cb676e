"""What convert_inception.py makes of weights by the rule is what weights_rule.c makes of them: convert.py WRITE-WEIGHTS"""
import json
import os
import struct
import subprocess
import sys
import tempfile

import numpy

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "../../examples/fid")]
import convert_inception
import rule


def load(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name.removeprefix("network."): numpy.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"])
            for name, entry in header.items()}


def refuses(weights, reason):
    try:
        convert_inception.fold(weights)
    except (KeyError, ValueError) as error:
        assert reason in str(error), error
    else:
        raise AssertionError(reason)


with tempfile.TemporaryDirectory() as directory:
    name = subprocess.run([os.path.abspath(sys.argv[1])], cwd=directory, capture_output=True, check=True, text=True).stdout.strip()
    expected = load(os.path.join(directory, name))
    port = {"fc.bias": numpy.zeros(1008, "f4"), "Mixed_5b.branch1x1.bn.num_batches_tracked": numpy.array(7)}
    for layer in [name[:-len(".weight")] for name in expected if name.endswith(".weight")]:
        rows, columns, into, out = expected[f"{layer}.weight"].shape
        shapes = {"conv.weight": (out, into, rows, columns), "bn.weight": (out,), "bn.bias": (out,), "bn.running_mean": (out,),
                  "bn.running_var": (out,)}
        for key, shape in shapes.items():
            full = f"{layer.replace('/', '.')}.{key}"
            port[full] = rule.draw(full, shape)
    path = os.path.join(directory, "converted")
    convert_inception.write(convert_inception.fold(port), path)
    converted = load(path)
    assert converted.keys() == expected.keys()
    assert all(numpy.array_equal(converted[name], expected[name]) for name in expected)
    print(f"{len(expected)} arrays are the same")

first = {name: array for name, array in port.items() if name.startswith("Conv2d_1a_3x3.")}
refuses({**first, "transform.weight": numpy.zeros(1)}, "transform.weight")
refuses({name: array for name, array in first.items() if not name.endswith("bn.bias")}, "Conv2d_1a_3x3.bn.bias")
refuses({**first, "Conv2d_1a_3x3.bn.running_var": -first["Conv2d_1a_3x3.bn.running_var"]}, "running_var is negative")
