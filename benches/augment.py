"""What augmentation costs, and what each kind of it buys on test images that look like the training images.

    python benches/augment.py PROGRAM MNIST [EPOCHS] [KIND...]

PROGRAM is the built `app`, MNIST a folder with MNIST's four files. Prints a table in Markdown: for each KIND (by
default all), which is a setting alone or a mixture, the accuracy on MNIST's 10,000 test images of the network of configs/ten.toml after
EPOCHS epochs (default 20) on MNIST's 60,000 training images, and on the built-in 5,000 digits, one in five of which is
held out, after six times as many epochs; and the least seconds of an epoch.
"""

import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

KINDS = {
    "none": {},
    "fonts": {"fonts": 0.2},
    "shift": {"shift": 1.0},
    "rotate": {"rotate": 12.0},
    "scale": {"scale": 0.15},
    "shear": {"shear": 12.0},
    "thickness": {"thickness": 0.5},
    "elastic": {"elastic": 0.6},
    "noise": {"noise": 0.05},
    "contrast": {"contrast": 0.2},
    "moderate": {"shift": 0.5, "rotate": 8.0, "scale": 0.1, "shear": 8.0, "elastic": 0.5},
}


def trained(program, folder, name, arguments):
    run = folder / name
    train = [program, "--quiet", "--backend=flex", "train", "--run-dir", run, *arguments]
    subprocess.run(train, check=True, stdout=subprocess.DEVNULL)
    with open(run / "history.csv", encoding="utf-8") as file:
        seconds = min(float(row["seconds"]) for row in csv.DictReader(file))
    output = subprocess.run([program, "evaluate", run, "--json"], check=True, capture_output=True, text=True)
    return json.loads(output.stdout.splitlines()[0])["accuracy"], seconds


def main():
    program, mnist = (str(Path(path).resolve()) for path in sys.argv[1:3])
    epochs = sys.argv[3] if len(sys.argv) > 3 else "20"
    print("| augmentation | MNIST, test images | s an epoch | built-in digits, held out | s an epoch |")
    print("| --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        kinds = {name: ["--config=ten", *(f"--augment-{key}={value}" for key, value in kind.items())]
                 for name, kind in KINDS.items()}
        kinds["robust"] = ["--config=robust"]
        for name in sys.argv[4:] or kinds:
            settings = kinds[name]
            large = [*settings, f"--data={mnist}", "--validation-split=0", f"--epochs={epochs}"]
            small = [*settings, f"--epochs={6 * int(epochs)}"]
            row = [*trained(program, folder, f"large-{name}", large), *trained(program, folder, f"small-{name}", small)]
            print(f"| {name} | {row[0]:.2%} | {row[1]:.2f} | {row[2]:.1%} | {row[3]:.3f} |", flush=True)


if __name__ == "__main__":
    main()
