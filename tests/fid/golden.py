"""Makes what is stored for the tests that need no Python: golden/*.npz as NumPy writes them (numpy is enough), and with
the argument "features" prints the expected values of inception.c (needs PyTorch and its FID port)."""
import io
import os
import struct
import sys
import zlib

import numpy

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
mu = numpy.array([1.5, -2.25, 1e-30])
sigma = numpy.array([[4.0, 0.5, -0.125], [0.5, 9.0, 1 / 3], [-0.125, 1 / 3, 16.0]])
uneven = sigma + numpy.array([[0, 1, 2], [0, 0, 3], [0, 0, 0]])  # shows which index runs fastest


class Stream(io.RawIOBase):
    """A file that cannot seek: sizes and checksums then stand behind the entries."""

    def __init__(self):
        self.bytes = b""

    def writable(self):
        return True

    def write(self, data):
        self.bytes += bytes(data)
        return len(data)


def save(name, data):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(data)


def with_numpy(write, **arrays):
    file = io.BytesIO()
    write(file, **arrays)
    return file.getvalue()


def streamed(**arrays):
    import zipfile
    stream = Stream()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in arrays.items():
            with archive.open(name + ".npy", "w", force_zip64=True) as entry:
                numpy.lib.format.write_array(entry, value)
    return stream.bytes


def wide(**arrays):
    """As for files beyond 4 GiB: all sizes and places as numbers of 64 bits."""
    out, directory, ones = b"", b"", 0xFFFFFFFF
    for name, value in arrays.items():
        file = io.BytesIO()
        numpy.lib.format.write_array(file, value)
        data, name = file.getvalue(), (name + ".npy").encode()
        fields = struct.pack("<HHHHHI", 45, 0, 0, 0, 33, zlib.crc32(data)) + struct.pack("<II", ones, ones)
        extra = struct.pack("<HHQQQ", 1, 24, len(data), len(data), len(out))
        directory += b"PK\1\2" + struct.pack("<H", 45) + fields + struct.pack("<HHHHHII", len(name), len(extra), 0, 0, 0, 0, ones)
        directory += name + extra
        extra = struct.pack("<HHQQ", 1, 16, len(data), len(data))
        out += b"PK\3\4" + fields + struct.pack("<HH", len(name), len(extra)) + name + extra + data
    at = len(out)
    end = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, len(arrays), len(arrays), len(directory), at)
    end += b"PK\6\7" + struct.pack("<IQI", 0, at + len(directory), 1)
    return out + directory + end + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 0xFFFF, 0xFFFF, ones, ones, 0)


def make_archives():
    save("stored.npz", with_numpy(numpy.savez, mu=mu, sigma=sigma))
    save("deflated.npz", with_numpy(numpy.savez_compressed, mu=mu, sigma=sigma))
    save("streamed.npz", streamed(mu=mu, sigma=sigma))
    save("wide.npz", wide(mu=mu, sigma=sigma))
    save("float32.npz", with_numpy(numpy.savez, sigma=sigma.astype("f4"), other=numpy.arange(3), mu=mu.astype("f4")))
    save("fortran.npz", with_numpy(numpy.savez, mu=mu, sigma=numpy.asfortranarray(uneven)))
    save("missing.npz", with_numpy(numpy.savez, mu=mu))
    save("shapes.npz", with_numpy(numpy.savez, mu=mu, sigma=sigma[:2, :2]))
    save("infinite.npz", with_numpy(numpy.savez, mu=mu, sigma=numpy.where(sigma == 9, numpy.inf, sigma)))
    save("integers.npz", with_numpy(numpy.savez, mu=mu.astype("i8"), sigma=sigma))


def make_features():
    """Four points each, of covariances diag(4, 16)/3 and diag(16, 4)/3, their means 10 apart, squared."""
    signs = numpy.array([[1, 1], [1, -1], [-1, 1], [-1, -1]], "f4")
    numpy.save(os.path.join(folder, "features-a.npy"), signs * [1, 2])
    numpy.save(os.path.join(folder, "features-b.npy"), (signs * [2, 1] + [3, -1]).astype("f4"))
    # the same in float64: where float32 loses the differences, and beyond its range
    for name, scale, offset in (("far", 1, 1e8 / 3), ("large", 1e39, 0), ("small", 1e-9, 0)):
        for points, which in ((signs * [1, 2], "a"), (signs * [2, 1] + [3, -1], "b")):
            numpy.save(os.path.join(folder, f"float64-{name}-{which}.npy"), points * float(scale) + offset)
    numpy.save(os.path.join(folder, "features-3d.npy"), numpy.eye(3, dtype="f4"))
    numpy.save(os.path.join(folder, "features-nan.npy"), numpy.array([[0, 1], [2, numpy.nan]], "f4"))


def print_features():
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import torch
    import port
    import rule
    made = port.network()
    for name, module in port.parts(made):
        for key, value in module.state_dict().items():
            if key.endswith("num_batches_tracked"):
                continue
            value.copy_(torch.from_numpy(rule.draw(f"{name}.{key}", value.shape)))
    for width, height in ((64, 48), (310, 330)):
        bytes_of_picture = numpy.floor(256 * rule.numbers("picture", width * height * 3)).reshape(height, width, 3)
        image = torch.from_numpy(bytes_of_picture.astype(numpy.float32)).permute(2, 0, 1)[None] / 255
        with torch.no_grad():
            features = made(image)[0][0, :, 0, 0].numpy()
        print(f"{width} x {height}:", ", ".join(f"{features[i]:.9g}f" for i in range(0, 2048, 128)), f"mean {features.mean():.9g}")


if sys.argv[1:] == ["features"]:
    print_features()
else:
    make_archives()
    make_features()
