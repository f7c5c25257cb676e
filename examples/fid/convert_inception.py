"""Convert the Inception weights of PyTorch's FID port to safetensors: convert_inception.py WEIGHTS.pth WEIGHTS.safetensors"""
import json
import struct
import sys

import torch


def convert(weights, path):
    arrays = {name: value.float().contiguous().numpy() for name, value in weights.items()
              if not name.endswith("num_batches_tracked")}
    header, end = {}, 0
    for name, array in arrays.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [end, end + array.nbytes]}
        end += array.nbytes
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.astype("<f4").tobytes())


if __name__ == "__main__":
    convert(torch.load(sys.argv[1], map_location="cpu", weights_only=True), sys.argv[2])
