"""Draw README's picture: zeros and ones of the embedded digits, with what a run answers.

    python3 assets/make_picture.py answers.jsonl assets/digits.png

`answers.jsonl` is what `app predict RUN --index 0,25,...,475,500,...,975 --json` prints. Needs Pillow.
"""

import argparse
import gzip
import json
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CELL, CAPTION, COLUMNS, SCALE = 28, 22, 20, 2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("answers", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()

    answers = [json.loads(line) for line in arguments.answers.read_text().splitlines()]
    source = Path(__file__).parent / "digits-images.idx3-ubyte.gz"
    pixels = gzip.decompress(source.read_bytes())[16:]

    width, height = CELL * SCALE, CELL * SCALE + CAPTION
    rows = -(-len(answers) // COLUMNS)
    picture = Image.new("L", (COLUMNS * width, rows * height), 255)
    draw = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=13)
    for place, answer in enumerate(answers):
        row = int(answer["source"].removeprefix("row "))
        digit = Image.frombytes("L", (CELL, CELL), pixels[row * 784 : (row + 1) * 784])
        x, y = place % COLUMNS * width, place // COLUMNS * height
        picture.paste(digit.resize((width, width)).point(lambda ink: 255 - ink), (x, y + CAPTION))
        text = f"{answer['digit']}  {answer['probability']:.2f}"
        draw.text((x + width / 2, y + CAPTION / 2), text, fill=0, font=font, anchor="mm")
    picture.save(arguments.output, optimize=True)


if __name__ == "__main__":
    main()
