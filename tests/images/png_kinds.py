"""PNG files of all kinds that the format has (W3C's PNG specification), which Pillow does not write: every colour type
and bit depth, interlaced or not, with chunks that change nothing."""

import struct
import zlib

import numpy

# colour type: channels, bit depths
GREY, COLOUR, PALETTE, GREY_ALPHA, COLOUR_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, COLOUR: 3, PALETTE: 1, GREY_ALPHA: 2, COLOUR_ALPHA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), COLOUR: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), COLOUR_ALPHA: (8, 16)}
# Adam7's passes: first column and row, steps
PASSES = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packed(values, depth):
    """Rows of [height, width * channels] as bytes, each behind its filter: none or difference to the left."""
    rows = []
    for row in values:
        if depth == 16:
            line = row.astype(">u2").tobytes()
        elif depth == 8:
            line = row.astype(numpy.uint8).tobytes()
        else:
            bits = (row[:, None] >> numpy.arange(depth - 1, -1, -1)) & 1
            line = numpy.packbits(bits.astype(numpy.uint8).reshape(-1)).tobytes()
        rows.append(line)
    return rows


def filtered(generator, rows, step):
    made = []
    for line in rows:
        if generator.random() < 0.5:
            made.append(b"\0" + line)
        else:
            before = bytes(step) + line
            made.append(b"\1" + bytes((a - b) & 255 for a, b in zip(line, before)))
    return b"".join(made)


def png(generator, colour, depth, width, height, interlaced):
    channels = CHANNELS[colour]
    colours = 1 << depth
    if colour == PALETTE:
        colours = int(generator.integers(1, colours + 1))
    values = generator.integers(0, colours, (height, width, channels))
    step = max(1, channels * depth // 8)
    parts = PASSES if interlaced else [(0, 0, 1, 1)]
    data = b""
    for x, y, across, down in parts:
        part = values[y::down, x::across]
        if part.size > 0:
            data += filtered(generator, packed(part.reshape(part.shape[0], -1), depth), step)
    chunks = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced)))
    if generator.random() < 0.3:
        chunks += chunk(b"gAMA", struct.pack(">I", int(generator.integers(20000, 200000))))
    if generator.random() < 0.3:
        chunks += chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 70000, 30000, 20000, 70000, 15000, 6000))
    if colour == PALETTE:
        chunks += chunk(b"PLTE", generator.integers(0, 256, 3 * colours).astype(numpy.uint8).tobytes())
        if generator.random() < 0.5:
            alphas = int(generator.integers(1, colours + 1))
            chunks += chunk(b"tRNS", generator.integers(0, 256, alphas).astype(numpy.uint8).tobytes())
    if colour == COLOUR and generator.random() < 0.3:
        chunks += chunk(b"bKGD", struct.pack(">3H", 1, 2, 3))
    if generator.random() < 0.3:
        # an orientation, as cameras write it
        chunks += chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunks + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")
