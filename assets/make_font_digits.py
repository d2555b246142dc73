#!/usr/bin/env python3
"""Write the digits of 42 fonts as two gzipped IDX files, the format of MNIST.

    npm install --ignore-scripts --prefix fonts $(sed 's/^/@expo-google-fonts\\//' guard-fonts.txt)
    pip install numpy==2.4.6 pillow==13.0.0
    python make_font_digits.py --fonts fonts --out .
    sha256sum --check SHA256SUMS

Of each family the lightest, a middle and the boldest upright font are taken, and the first and the last slanted one.
Digits are framed as MNIST's are: fitted into 20 x 20 pixels and centred by mass in 28 x 28.
"""

import argparse
import gzip
import hashlib
import pathlib

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from make_digits import idx

# With these the guard is measured, and so may networks be.
HELD_OUT = {"Kalam", "Schoolbell", "CourierPrime"}
SIZE, BOX, SIDE = 300, 20, 28


def chosen(folder):
    """Return the font files, sorted by name."""
    families = {}
    for path in sorted(folder.rglob("*.ttf"), key=lambda path: path.name):
        family = path.name.split("_")[0]
        if family not in HELD_OUT:
            families.setdefault(family, []).append(path)
    files = set()
    for fonts in families.values():
        upright = [path for path in fonts if "Italic" not in path.name]
        slanted = [path for path in fonts if "Italic" in path.name]
        files |= {upright[0], upright[len(upright) // 2], upright[-1], *slanted[:1], *slanted[-1:]}
    return sorted(files, key=lambda path: path.name)


def framed(font, digit):
    """Return a digit of a font as [28, 28] bytes."""
    picture = Image.new("L", (3 * SIZE, 3 * SIZE))
    ImageDraw.Draw(picture).text((SIZE, SIZE), str(digit), fill=255, font=font)
    picture = picture.crop(picture.point(lambda ink: 255 * (ink > 127)).getbbox())
    scale = BOX / max(picture.size)
    picture = picture.resize([max(1, round(length * scale)) for length in picture.size], Image.Resampling.LANCZOS)
    ink = np.asarray(picture, float)
    image = np.zeros((SIDE, SIDE), np.uint8)
    place = []
    for axis, length in enumerate(ink.shape):
        centre = (ink.sum(axis=1 - axis) * np.arange(length)).sum() / ink.sum()
        start = min(max(round((SIDE - 1) / 2 - centre), 0), SIDE - length)
        place.append(slice(start, start + length))
    image[tuple(place)] = ink
    return image


def main():
    """Write both files and print their SHA-256 sums."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fonts", type=pathlib.Path, required=True, help="folder of the fonts")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."), help="folder to write to")
    arguments = parser.parse_args()
    fonts = [ImageFont.truetype(path, SIZE) for path in chosen(arguments.fonts)]
    images = np.array([framed(font, digit) for digit in range(10) for font in fonts])
    labels = np.repeat(np.arange(10, dtype=np.uint8), len(fonts))
    for name, array in [("font-digits/images.idx3-ubyte.gz", images), ("font-digits/labels.idx1-ubyte.gz", labels)]:
        # With the time fixed at 0, the same digits always give the same file.
        packed = gzip.compress(idx(array), compresslevel=9, mtime=0)
        (arguments.out / name).parent.mkdir(parents=True, exist_ok=True)
        (arguments.out / name).write_bytes(packed)
        print(f"{hashlib.sha256(packed).hexdigest()}  {name}")


if __name__ == "__main__":
    main()
