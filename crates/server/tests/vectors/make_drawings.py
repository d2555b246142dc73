"""Makes drawings.json: README.md says how."""

import base64
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).parent
MNIST = Path(sys.argv[1])
TEN = list(range(10))
F32_MAX = 3.4028234663852886e38


def images_and_labels(part):
    images = gzip.open(MNIST / f"{part}-images-idx3-ubyte.gz").read()
    labels = gzip.open(MNIST / f"{part}-labels-idx1-ubyte.gz").read()
    return (
        np.frombuffer(images, np.uint8, offset=16).reshape(-1, 28, 28),
        np.frombuffer(labels, np.uint8, offset=8),
    )


# The networks, in the format of an exported page.


def as_inputs(images):
    """The course's resize, pixels column by column."""
    weights = HERE / "../../../data/tests/fixtures/resize_28_to_20_weights.csv"
    weights = np.loadtxt(weights, delimiter=",", dtype=np.float32)
    small = weights @ (images.astype(np.float32) / 255) @ weights.T
    return torch.tensor(small.transpose(0, 2, 1).reshape(len(images), 400).copy())


def trained(inputs, labels, digits, hidden, seed, epochs):
    torch.manual_seed(seed)
    of_digits = torch.isin(labels, torch.tensor(digits))
    inputs, labels = inputs[of_digits], labels[of_digits]
    classes = torch.tensor([digits.index(label) for label in labels.tolist()])
    outputs = 1 if len(digits) == 2 else len(digits)
    targets = classes[:, None] if outputs == 1 else torch.nn.functional.one_hot(classes)
    sides = [400, *hidden, outputs]
    layers = [torch.nn.Linear(*pair) for pair in zip(sides, sides[1:])]
    sigmoid = torch.nn.Sigmoid()
    network = torch.nn.Sequential(layers[0], sigmoid, layers[1], sigmoid, layers[2])
    optimizer = torch.optim.Adam(network.parameters(), 0.01)
    for _ in range(epochs):
        for batch in torch.randperm(len(inputs)).split(256):
            logits = network(inputs[batch])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                logits, targets[batch].float()
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return {"layers": [as_layer(layer) for layer in layers]}


def as_layer(layer):
    def encoded(numbers):
        numbers = numbers.detach().numpy().astype("<f4")
        return base64.b64encode(numbers.tobytes()).decode()

    kernel, bias = encoded(layer.weight.T.contiguous()), encoded(layer.bias)
    sides = {"inputs": layer.in_features, "units": layer.out_features}
    return {**sides, "kernel": kernel, "bias": bias}


def make_networks():
    torch.set_num_threads(1)
    images, labels = images_and_labels("train")
    data = as_inputs(images[:30000]), torch.tensor(labels[:30000].astype(np.int64))
    members = {
        "a": trained(*data, TEN, [12, 10], 1, 12),
        "b": trained(*data, TEN, [12, 10], 2, 12),
        "c": trained(*data, [0, 1], [5, 4], 3, 6),
        "d": trained(*data, [8, 3], [5, 4], 4, 6),
    }

    def network(name, digits, threshold, reject, members):
        return {
            "format": 1,
            "name": name,
            "description": f"{name} for vectors",
            "digits": digits,
            "decision": {"threshold": threshold, "reject": reject},
            "epoch": 12,
            "metrics": [{"name": "accuracy", "value": 0.9}],
            "networks": members,
        }

    networks = [
        network("ten", TEN, 0.5, 0.5, ["a"]),
        network("mean", TEN, 0.5, 0.0, ["a", "b"]),
        network("two", [0, 1], 0.5, 0.0, ["c"]),
        network("eights", [8, 3], 0.7, 0.9, ["d"]),
    ]
    return members, {network["name"]: network for network in networks}


# Strokes, of points [x, y].

AROUND = [(1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1)]
ENLARGED = 4


def enlarged(image):
    side = 28 * ENLARGED
    place = (np.arange(side) + 0.5) / ENLARGED - 0.5
    first = np.clip(np.floor(place).astype(int), 0, 27)
    second, share = np.minimum(first + 1, 27), np.clip(place - first, 0, 1)
    image = image / 255
    image = image[first] * (1 - share)[:, None] + image[second] * share[:, None]
    return image[:, first] * (1 - share) + image[:, second] * share


def thinned(shape):
    shape = np.pad(shape.astype(int), 1)
    while True:
        before = shape.copy()
        for step in range(2):
            around = [np.roll(shape, move, (0, 1)) for move in AROUND]
            count = sum(around)
            turns = sum((around[i] == 0) & (around[(i + 1) % 8] == 1) for i in range(8))
            north, east, south, west = around[0], around[2], around[4], around[6]
            if step == 0:
                is_edge = (north * east * south == 0) & (east * south * west == 0)
            else:
                is_edge = (north * east * west == 0) & (north * south * west == 0)
            is_gone = (shape == 1) & (count >= 2) & (count <= 6) & (turns == 1) & is_edge
            shape[is_gone] = 0
        if (shape == before).all():
            return shape[1:-1, 1:-1]


def beside(place, places):
    found = [(place[0] + down, place[1] + right) for down, right in AROUND]
    return [other for other in found if other in places]


def followed(shape):
    """Lines from end to end, each as straight on as it can be."""
    every = {(int(y), int(x)) for y, x in zip(*np.nonzero(shape))}
    left, lines = set(every), []
    while left:
        ends = [place for place in left if len(beside(place, left)) <= 1]
        place, direction = min(ends or left), np.zeros(2)
        line = [*beside(place, every - left)[:1], place]
        left.discard(place)
        while beside(place, left):
            here = np.array(place)
            steps = {other: np.array(other) - here for other in beside(place, left)}
            place = max(steps, key=lambda to: steps[to] @ direction - 0.1 * abs(steps[to]).sum())
            direction = 0.6 * direction + steps[place]
            line.append(place)
            left.discard(place)
        line += [other for other in beside(place, every - left) if other not in line][:1]
        if len(line) > 4 or not lines:
            lines.append(line)
    kept = [line[::3] + ([line[-1]] if (len(line) - 1) % 3 else []) for line in lines]
    return [[(x / ENLARGED, y / ENLARGED) for y, x in line] for line in kept]


LETTERS = {
    "A": [[(0, 9), (3, 0), (6, 9)], [(1, 6), (5, 6)]],
    "E": [[(6, 0), (0, 0), (0, 9), (6, 9)], [(0, 4.5), (5, 4.5)]],
    "F": [[(6, 0), (0, 0), (0, 9)], [(0, 4), (4, 4)]],
    "H": [[(0, 0), (0, 9)], [(6, 0), (6, 9)], [(0, 4), (6, 4)]],
    "K": [[(0, 0), (0, 9)], [(6, 0), (0, 5), (6, 9)]],
    "M": [[(0, 9), (0, 0), (4, 6), (8, 0), (8, 9)]],
    "W": [[(0, 0), (2, 9), (4, 3), (6, 9), (8, 0)]],
    "X": [[(0, 0), (6, 9)], [(6, 0), (0, 9)]],
    "plus": [[(0, 4), (8, 4)], [(4, 0), (4, 8)]],
    "bar": [[(0, 0), (12, 0)]],
    "one": [[(0, 0), (0, 9)]],
    "slash": [[(0, 9), (5, 0)]],
    "square": [[(0, 0), (8, 0), (8, 8), (0, 8), (0, 0)]],
}
LIMITS = [
    ([], 3.0),
    ([[]], None),
    ([[[3, 3]]], None),
    ([[[F32_MAX, -F32_MAX]]], F32_MAX),
    ([[[0, 0]]], 1e-30),
    ([[[-F32_MAX, -F32_MAX], [F32_MAX, F32_MAX]]], None),
    ([[[index % 2 * 1000.0, index % 97 * 1.0] for index in range(6000)]], 100.0),
    ([[[0, 0], [5000, 1]]], 5.0),
    ([[[0, 0], [1, 5000]]], 5.0),
    ([[[1e-20 * index, 1e-20 * (index * index % 7)] for index in range(9)]], None),
]


class Cases:
    def __init__(self):
        self.cases = []
        self.random = np.random.default_rng(7)
        self.images, labels = images_and_labels("t10k")
        self.rows = [np.flatnonzero(labels == digit) for digit in TEN]

    def add(self, name, strokes, pen, network="ten", row=True):
        def number(value):
            return round(float(value), 2) if 1e-3 < abs(value) < 1e5 else float(value)

        strokes = [[[number(x), number(y)] for x, y in stroke] for stroke in strokes]
        pen = None if pen is None else number(pen)
        case = {"name": name, "network": network, "row": row, "strokes": strokes}
        self.cases.append({**case, "pen_width": pen})

    def digit(self, digit, scale=1.0, tilt=0.0, shear=0.0, at=(0, 0)):
        image = self.images[self.random.choice(self.rows[digit])]
        strokes = followed(thinned(enlarged(image) > 0.45))
        return self.moved(strokes, scale, tilt, shear, at)

    def moved(self, strokes, scale, tilt=0.0, shear=0.0, at=(0, 0)):
        cosine, sine = np.cos(tilt), np.sin(tilt)
        turn = scale * np.array([[cosine, -sine], [sine, cosine]]) @ [[1, shear], [0, 1]]
        middle = 14 * scale + np.array(at)
        return [[turn @ (np.array(point) - 14) + middle for point in line] for line in strokes]

    def between(self, least, most, size=None):
        return self.random.uniform(least, most, size)

    def add_digits(self):
        for digit in TEN:
            for index in range(20):
                scale = self.between(0.8, 25)
                pen = self.random.choice([None, scale, scale * 2.5, scale * 3.5, scale * 6])
                tilt, shear = self.between(-0.3, 0.3), self.between(-0.2, 0.2)
                strokes = self.digit(digit, scale, tilt, shear, self.between(-500, 500, 2))
                network = ["ten", "mean", "two", "eights"][index % 4]
                self.add(f"digit {digit}", strokes, pen, network)

    def add_rows(self):
        for index in range(40):
            scale, place, row = self.between(3, 20), 0.0, []
            count = self.random.integers(2, 7)
            gaps = [6, 4, 3] if index % 2 else [2, 1.2, 0.2, -1.5]
            for digit in self.random.integers(10, size=count):
                strokes = self.digit(digit, scale, self.between(-0.15, 0.15))
                columns = [x for line in strokes for x, _ in line]
                move = place - min(columns)
                row += [[(x + move, y) for x, y in line] for line in strokes]
                place = max(columns) + move + scale * self.random.choice(gaps)
            network = ["ten", "mean"][index % 3 == 0]
            pen = scale * self.between(1.2, 3)
            self.add(f"row of {count}", row, pen, network, row=index % 5 > 0)

    def add_what_is_no_digit(self):
        for index in range(25):
            walk = np.cumsum(self.random.normal(0, 20, (self.random.integers(3, 120), 2)), 0)
            self.add("scribble", [walk], self.between(2, 30), ["ten", "two"][index % 2])
        for _ in range(10):
            dots = [[self.between(0, 100, 2)] for _ in range(self.random.integers(1, 4))]
            self.add("dot", dots, self.random.choice([None, 3.0, 40.0]))
        for _ in range(6):
            dots = [[self.between(0, 600, 2)] for _ in range(self.random.integers(65, 160))]
            self.add("many dots", dots, self.between(3, 9))
        for name, letter in LETTERS.items():
            for network in ["ten", "two"]:
                scale, tilt = self.between(3, 30), self.between(-0.15, 0.15)
                strokes = self.moved(letter, scale, tilt, at=self.between(-50, 50, 2))
                self.add(name, strokes, self.random.choice([None, 8.0, 20.0]), network)
        for strokes, pen in LIMITS:
            self.add("limit", strokes, pen)

    def add_clutter(self):
        for _ in range(8):
            digit = self.digit(self.random.integers(10), 8.0)
            points = np.array([point for line in digit for point in line])
            left, top = points.min(0) - self.between(10, 50)
            right, bottom = points.max(0) + self.between(10, 50)
            box = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
            self.add("boxed", [*digit, box], 10)
            self.add("underlined", [*digit, [(left, bottom), (right, bottom + 3)]], 10)
            self.add("speck", [*digit, [(right + 30, bottom)]], 10)
            zero = [*self.digit(0, 8.0), [(112.0, 112.0)]]
            self.add("dot inside", zero, self.between(5, 12))
        for _ in range(4):
            seven = [[(0, 0), (50, 0), (20, 90)], [(10, 45), (48, 42)]]
            self.add("slashed seven", seven, self.between(2, 16))
            five = [[(10, 8), (10, 40), (40, 45), (40, 80), (10, 85)], [(16, 0), (44, 0)]]
            self.add("five", five, self.between(2, 12))

    def add_images(self):
        for network in ["ten", "mean", "two", "eights"]:
            images = self.images[self.random.integers(len(self.images), size=2)]
            case = {"network": network, "row": False}
            bytes_ = [image.ravel().tolist() for image in images]
            self.cases.append({"name": "images of 28", **case, "images": bytes_})
            inner = [np.round(image[4:24, 4:24].ravel() / 255, 4).tolist() for image in images]
            self.cases.append({"name": "images of 20", **case, "images": [*inner, [0.0] * 400]})


def all_cases():
    cases = Cases()
    cases.add_digits()
    cases.add_rows()
    cases.add_what_is_no_digit()
    cases.add_clutter()
    cases.add_images()
    return cases.cases


# What is kept of them.

MOST_OF_A_NAME = {"row": 9, "scribble": 3, "dot": 2, "many": 2, "limit": 9, "images": 2}
MOST_CHARACTERS = {"images": 9000}


def rounded(number, places=6):
    number = round(number, places)
    return int(number) if number == int(number) else number


def shared(case, predicted):
    """A case with what was said of it."""
    answers = predicted["answer"]["images"]
    for digit in [digit for answer in answers for digit in answer["digits"]]:
        del digit["detail"]
        digit["probabilities"] = [rounded(one["probability"]) for one in digit["probabilities"]]
    prepared = predicted["prepared"]
    if isinstance(prepared, list):
        pixels = [[rounded(pixel) for pixel in digit["pixels"]] for digit in prepared]
        prepared = [
            {"box": digit["bounds"], "pixels": pixels} for digit, pixels in zip(prepared, pixels)
        ]
    return {**case, **({"prepared": prepared} if prepared else {}), "answers": answers}


def chosen(cases, predicted):
    """The smallest of each name, with different statuses."""
    found, counts = {}, {}

    def size(at):
        return len(json.dumps(cases[at].get("strokes") or cases[at].get("images")))

    for at in sorted(range(len(cases)), key=size):
        name = cases[at]["name"]
        kind = name if name.startswith("digit") else name.split()[0]
        status = (name if kind == "images" else kind, predicted[at]["answer"]["images"][0]["status"])
        is_new = counts.get(status, 0) < {"row": 3, "limit": 9}.get(kind, 1)
        has_room = counts.get(kind, 0) < MOST_OF_A_NAME.get(kind, 1)
        if is_new and has_room and size(at) <= MOST_CHARACTERS.get(kind, 3500):
            counts[kind], counts[status] = counts.get(kind, 0) + 1, counts.get(status, 0) + 1
            found[at] = shared(cases[at], predicted[at])
    return [found[at] for at in sorted(found)]


def main():
    members, networks = make_networks()
    cases = all_cases()
    if len(sys.argv) == 2:
        for network in networks.values():
            network["networks"] = [members[name] for name in network["networks"]]
        json.dump({"networks": networks, "cases": cases}, sys.stdout)
        return
    predicted = [json.loads(line) for line in open(sys.argv[2])]
    parts = [f'"members": {json.dumps(members)}', f'"networks": {json.dumps(networks)}']
    kept = [json.dumps(case, separators=(",", ":")) for case in chosen(cases, predicted)]
    parts.append('"cases": [\n' + ",\n".join(kept) + "\n]")
    (HERE / "drawings.json").write_text("{\n" + ",\n".join(parts) + "\n}\n")


main()
