"""What PyTorch's FID port makes of the same weights and pictures. Exits with 77 where it cannot be had.

port.py weights WEIGHTS.safetensors            random weights, and the same beside it as WEIGHTS.safetensors.pth
port.py pictures PICTURES.npy COUNT SIDE SEED  random pictures with large and small structures
port.py save PICTURES.npy DIRECTORY            the same as PNG files
port.py features WEIGHTS PICTURES.npy FEATURES.npy THREADS [ROUNDS]   prints the seconds of the fastest round
port.py distance A.npy B.npy                   prints the Fréchet distance of two sets of features
port.py compare A.npy B.npy                    prints the largest difference, relative to B's largest value
"""
import os
import sys
import time

try:
    import numpy
    import torch
    from pytorch_fid import inception as port
except ImportError as missing:
    print(missing)
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../examples/fid"))
from convert_inception import convert


def network():
    """The port's network without the download that it starts with: its random weights stay."""
    port.load_state_dict_from_url = lambda *_, **__: None
    load = torch.nn.Module.load_state_dict
    torch.nn.Module.load_state_dict = lambda self, state, *_, **__: None
    made = port.InceptionV3([3])
    torch.nn.Module.load_state_dict = load
    return made.eval()


def parts(made):
    """The convolutions' modules by the names they have in the weights file."""
    names = ["Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1", "Conv2d_4a_3x3", "Mixed_5b", "Mixed_5c",
             "Mixed_5d", "Mixed_6a", "Mixed_6b", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7a", "Mixed_7b", "Mixed_7c"]
    modules = [m for block in made.blocks for m in block if not isinstance(m, (torch.nn.MaxPool2d, torch.nn.AdaptiveAvgPool2d))]
    return zip(names, modules)


def make_weights(path):
    """As a trained network's: activations keep their size, and every part of the normalisation matters."""
    torch.manual_seed(1)
    made, weights = network(), {}
    for module in made.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, torch.nn.BatchNorm2d):
            torch.nn.init.uniform_(module.weight, 0.7, 1.3)
            torch.nn.init.uniform_(module.bias, -0.3, 0.3)
            torch.nn.init.uniform_(module.running_mean, -0.3, 0.3)
            torch.nn.init.uniform_(module.running_var, 0.5, 1.5)
    for name, module in parts(made):
        weights.update({f"{name}.{key}": value for key, value in module.state_dict().items()})
    weights["fc.weight"] = torch.zeros(1008, 2048)
    weights["fc.bias"] = torch.zeros(1008)
    torch.save(weights, path + ".pth")
    convert(weights, path)


def load_weights(path):
    made, values = network(), torch.load(path + ".pth", weights_only=True)
    for name, module in parts(made):
        own = {key[len(name) + 1:]: value for key, value in values.items() if key.startswith(name + ".")}
        missing, unknown = module.load_state_dict(own, strict=False)
        assert not unknown and all(key.endswith("num_batches_tracked") for key in missing), (missing, unknown)
    return made


def make_pictures(path, count, side, seed):
    generator = numpy.random.default_rng(seed)
    rows, columns = numpy.mgrid[0:side, 0:side] / side
    pictures = numpy.empty((count, side, side, 3), numpy.float32)
    for picture in pictures:
        for channel in range(3):
            a, b, c = generator.uniform(1, 3 + seed, 3)
            wave = numpy.sin(6 * a * rows + 9 * b * columns + 6 * c) + generator.normal(0, 0.1 * seed, rows.shape)
            picture[..., channel] = numpy.clip(127.5 + 90 * wave, 0, 255).round()
    numpy.save(path, pictures)


def save_pictures(path, directory):
    from PIL import Image
    os.makedirs(directory, exist_ok=True)
    for index, picture in enumerate(numpy.load(path)):
        Image.fromarray(picture.astype(numpy.uint8)).save(os.path.join(directory, f"{index:05d}.png"))


def find_features(weights, pictures, path, threads, rounds=1):
    torch.set_num_threads(threads)
    made, best = load_weights(weights), float("inf")
    images = torch.from_numpy(numpy.load(pictures)).permute(0, 3, 1, 2).contiguous() / 255
    for _ in range(rounds):
        start = time.perf_counter()
        with torch.no_grad():
            features = made(images)[0][:, :, 0, 0]
        best = min(best, time.perf_counter() - start)
    numpy.save(path, features.numpy())
    print(f"{best:.4f}")


def distance(a, b):
    from pytorch_fid.fid_score import calculate_frechet_distance
    a, b = numpy.load(a), numpy.load(b)
    print(repr(float(calculate_frechet_distance(a.mean(0), numpy.cov(a, rowvar=False), b.mean(0), numpy.cov(b, rowvar=False)))))


def compare(a, b):
    a, b = numpy.load(a), numpy.load(b)
    assert a.shape == b.shape, (a.shape, b.shape)
    print(repr(float(numpy.abs(a - b).max() / numpy.abs(b).max())))


commands = {"weights": make_weights, "pictures": make_pictures, "save": save_pictures, "features": find_features,
            "distance": distance, "compare": compare}
if __name__ == "__main__":
    commands[sys.argv[1]](*(int(word) if word.isdigit() else word for word in sys.argv[2:]))
