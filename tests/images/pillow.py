"""Pictures of every kind that Pillow or png_kinds.py writes, decoded by decode_file and by Pillow: the same values, or a
difference that doc/images.md describes. DECODE_FILE [EACH [SEED]] as arguments: how many pictures of each kind, 42 unless
given, and what they are made from; prints lines of the Test Anything Protocol."""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import png_kinds
from PIL import Image, ImageCms, ImageOps, PngImagePlugin


def pixels(generator, mode, width, height):
    channels = {"L": 1, "LA": 2, "P": 1, "RGB": 3, "RGBA": 4, "CMYK": 4, "1": 1, "I;16": 1}[mode]
    smooth = generator.random() < 0.5
    across = numpy.linspace(0, 255, width)[None, :, None] * numpy.ones((height, 1, channels))
    values = across if smooth else generator.integers(0, 256, (height, width, channels))
    return values.astype(numpy.uint8)


def picture(generator, mode, width, height):
    values = pixels(generator, mode, width, height)
    if mode == "1":
        return Image.fromarray(values[:, :, 0]).convert("1")
    if mode == "I;16":
        wide = values[:, :, 0].astype(numpy.uint16) * 256 + generator.integers(0, 256, (height, width)).astype(numpy.uint16)
        return Image.fromarray(wide)
    if mode == "P":
        made = Image.fromarray(values[:, :, 0], "L").convert("P")
        made.putpalette(generator.integers(0, 256, 768).astype(numpy.uint8).tobytes())
        return made
    return Image.fromarray(values[:, :, 0] if mode == "L" else values, mode)


def turned(generator):
    """EXIF data with an orientation, in either order of bytes, between other entries."""
    exif = Image.Exif()
    exif.endian = "<" if generator.random() < 0.5 else ">"
    exif[0x010E] = "a description"
    exif[0x0112] = int(generator.integers(1, 9))
    exif[0x0131] = "a program"
    return exif.tobytes()


def options(generator, suffix, mode):
    chosen = {}
    if suffix == "png":
        if mode in ("P", "L", "RGB") and generator.random() < 0.5:
            chosen["transparency"] = {
                "P": generator.integers(0, 256, 256).astype(numpy.uint8).tobytes(),
                "L": int(generator.integers(0, 256)),
                "RGB": tuple(int(v) for v in generator.integers(0, 256, 3)),
            }[mode]
        if generator.random() < 0.3:
            extra = PngImagePlugin.PngInfo()
            extra.add(b"gAMA", int(generator.integers(20000, 200000)).to_bytes(4, "big"))
            chosen["pnginfo"] = extra
        if generator.random() < 0.8:
            chosen["exif"] = turned(generator)
    if suffix == "jpg":
        chosen["quality"] = int(generator.integers(30, 100))
        chosen["progressive"] = bool(generator.random() < 0.5)
        if mode == "RGB":
            chosen["subsampling"] = int(generator.integers(0, 3))
        chosen["exif"] = turned(generator)
    if suffix == "webp":
        chosen["lossless"] = bool(generator.random() < 0.5)
        chosen["exact"] = True
        chosen["exif"] = turned(generator)
    if mode in ("RGB", "RGBA") and generator.random() < 0.3:
        chosen["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return chosen


def expected(path, upright):
    """Pillow's values over white paper, in 8-bit values."""
    with Image.open(path) as file:
        opened = ImageOps.exif_transpose(file) if upright else file
        if opened.mode.startswith("I"):
            return numpy.repeat((numpy.asarray(opened) >> 8).astype(numpy.uint8)[:, :, None], 3, 2)
        transparent = opened.mode in ("LA", "RGBA") or "transparency" in opened.info
        values = numpy.asarray(opened.convert("RGBA" if transparent else "RGB")).astype(int)
    if values.shape[2] == 3:
        return values
    alpha = values[:, :, 3:]
    return (values[:, :, :3] * alpha + 255 * (255 - alpha) + 127) // 255


def decoded(decode_file, paths, upright, size=0, crop=0):
    """The pixels of each file, or why it is refused; with a size, also where the square lies and what becomes of it."""
    command = [decode_file, str(int(upright)), str(size), str(crop), *paths]
    for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines():
        width, _, rest = line.partition(" ")
        if width == "refused":
            yield rest
            continue
        height, digits, *square = rest.split(" ")
        values = numpy.frombuffer(bytes.fromhex(digits), numpy.uint8).reshape(int(height), int(width), 3).astype(int)
        yield (values, numpy.array(square, float)) if size else values


def write(generator, suffix, mode, path, most=40):
    width, height = (int(v) for v in generator.integers(1, most, 2))
    if isinstance(mode, str):
        picture(generator, mode, width, height).save(path, **options(generator, suffix, mode))
    else:
        path.write_bytes(png_kinds.png(generator, *mode[:2], width, height, mode[2]))


def compare(paths, upright):
    """The largest difference, and what is refused."""
    worst, refused = 0, []
    for path, found in zip(paths, decoded(sys.argv[1], paths, upright), strict=True):
        if isinstance(found, str):
            refused.append(f"{path}: {found}")
            continue
        wanted = expected(path, upright)
        if wanted.shape != found.shape:
            refused.append(f"{path}: {found.shape[:2]} instead of {wanted.shape[:2]}")
        else:
            worst = max(worst, int(abs(found - wanted).max()))
    return worst, refused


def drafted(path, upright, size, crop):
    """What Pillow makes of a file by Image.draft() for twice the size, and its square, resized: of a crop, draft() is
    told the size at which the crop is twice the one wanted."""
    with Image.open(path) as file:
        width, height = file.size
        side = min(width, height, crop or width)
        scale = next(scale for scale in (8, 4, 2, 1) if scale == 1 or side // (2 * size) >= scale)
        file.draft(None, (2 * size, 2 * size) if crop == 0 else (width // scale, height // scale))
        file.load()
        assert file.size == (-(-width // scale), -(-height // scale)), (file.size, scale)
        turn = file.getexif().get(0x0112, 1) if upright else 1
        opened = ImageOps.exif_transpose(file) if upright else file
        values = opened.convert("RGB")
    if turn >= 5:
        width, height = height, width
    # a mirrored picture begins with what was the last pixel of a row, which may reach beyond the picture
    before = [(-width % scale) if turn in (2, 3, 6, 7) else 0, (-height % scale) if turn in (3, 4, 7, 8) else 0]
    start = [((whole - side) // 2 + more) / scale for whole, more in zip((width, height), before, strict=True)]
    outer = [int(first) for first in start]
    outer += [-(-(first * scale + side) // scale) for first in start]
    inner = [first - int(first) for first in start]
    box = (*inner, *(first + side / scale for first in inner))
    square = values.crop(tuple(int(v) for v in outer))
    # in floats, because Pillow rounds bytes and cuts them off between its two passes
    bands = [band.convert("F").resize((size, size), Image.BICUBIC, box=box) for band in square.split()]
    return numpy.asarray(values).astype(int), (*start, side / scale), numpy.stack(bands, 2).clip(0, 255)


def compare_scaled(paths, upright, size, crop):
    """The largest differences of decoded and of resized pixels, how many files were scaled, and what went wrong."""
    worst, resized, scaled, wrong = 0, 0.0, 0, []
    for path, found in zip(paths, decoded(sys.argv[1], paths, upright, size, crop), strict=True):
        if isinstance(found, str):
            wrong.append(f"{path}: {found}")
            continue
        values, square, squared = drafted(path, upright, size, crop)
        if values.shape != found[0].shape or not numpy.allclose(square, found[1][:3]):
            wrong.append(f"{path}: {found[0].shape[:2]} and {found[1][:3]} instead of {values.shape[:2]} and {square}")
            continue
        worst = max(worst, int(abs(found[0] - values).max()))
        resized = max(resized, float(abs(found[1][3:] - squared.ravel()).max()))
        with Image.open(path) as file:
            scaled += sorted(values.shape[:2]) != sorted(file.size)
    return worst, resized, scaled, wrong


def name(mode):
    if isinstance(mode, str):
        return mode
    return f"of colour type {mode[0]} with {mode[1]} bits{', interlaced' if mode[2] else ''}"


# Encoders and decoders of JPEG and lossy WebP round alike only in one version of their libraries.
WITHIN = {"png": 0, "jpg": 2, "webp": 2}
KINDS = [
    *(("png", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    *(("jpg", mode) for mode in ("L", "RGB", "CMYK")),
    *(("webp", mode) for mode in ("RGB", "RGBA")),
    *(
        ("png", (colour, depth, interlaced))
        for colour, depths in png_kinds.DEPTHS.items()
        for depth in depths
        for interlaced in (False, True)
    ),
]
SCALED = [(mode, size, crop) for mode in ("L", "RGB", "CMYK") for size, crop in ((5, 0), (16, 0), (9, 75))]
EACH = int(sys.argv[2]) if len(sys.argv) > 2 else 42

generator = numpy.random.default_rng(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
failures = 0
with tempfile.TemporaryDirectory() as work:
    for suffix, mode in KINDS:
        paths = [Path(work) / f"{number}.{suffix}" for number in range(EACH)]
        for path in paths:
            write(generator, suffix, mode, path)
        for upright in (False, True):
            worst, refused = compare(paths, upright)
            fine = not refused and worst <= WITHIN[suffix]
            failures += not fine
            print(
                f"{'ok' if fine else 'not ok'} - {EACH} pictures {suffix} {name(mode)}{', turned' if upright else ''}: "
                f"within {worst}, {len(refused)} refused {refused[:1]}"
            )
    for mode, size, crop in SCALED:
        for path in paths:
            write(generator, "jpg", mode, path.with_suffix(".jpg"), 200)
        for upright in (False, True):
            worst, resized, scaled, wrong = compare_scaled([p.with_suffix(".jpg") for p in paths], upright, size, crop)
            fine = not wrong and worst <= WITHIN["jpg"] and resized <= 0.01 + 1.5 * worst and scaled > EACH / 4
            failures += not fine
            print(
                f"{'ok' if fine else 'not ok'} - {EACH} jpg {mode} scaled for a square of {crop} at {size}"
                f"{', turned' if upright else ''}: {scaled} scaled, within {worst}, resized {resized:.2f}, "
                f"{len(wrong)} wrong {wrong[:1]}"
            )
print(f"1..{2 * len(KINDS) + 2 * len(SCALED)}")
sys.exit(failures > 0)
