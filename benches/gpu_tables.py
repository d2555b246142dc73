"""The results of gpu.py as Markdown tables."""

import math
from statistics import median

import measure


def section(facts, measurements):
    """Return all tables, as lines; those without results are left out."""
    ok = [entry for entry in measurements if entry["state"] == "ok"]
    lines = [facts.get("title", "## On a GPU"), "", *(f"- {fact}" for fact in facts["lines"]), ""]
    for table in (checks, processes, steps, trainings, sweeps, predictions, commands, not_measured):
        lines += table(measurements if table is not_measured else ok)
    return lines


def line(entry):
    """Return an entry as a line for the terminal."""
    head = f"{entry['group']}, {entry['name']}: "
    if entry["state"] != "ok":
        return f"{head}{entry['state']}: {entry['reason']}"
    parts = [f"{entry['wall_seconds']:.2f} s"] if entry["wall_seconds"] else []
    if "fit_seconds" in entry:
        parts.append(f"fit {entry['fit_seconds']:.3f} s")
    if "networks" in entry:
        parts.append(f"{entry['networks'] / entry['fit_seconds']:,.1f} networks per second")
    if "benchmark" in entry:
        parts += [
            f"{step['path']} at {step['batch_size']}: {step['microseconds_per_step']:,.1f} µs per step"
            for step in entry["benchmark"]["training"]
        ]
    parts += entry.get("says", [])
    return head + "; ".join(parts)


def of(group, entries):
    """Return the entries of a group."""
    return [entry for entry in entries if entry["group"] == group]


def by_name(entries):
    """Return lists of entries with the same name, in the order of their first ones."""
    found = {}
    for entry in entries:
        found.setdefault(entry["name"], []).append(entry)
    return found


def checks(entries):
    """Return what the program says about the devices."""
    found = [f"- {entry['name']}: {said}" for entry in of("check", entries) for said in entry["says"]]
    return ["### Devices", "", *found, ""] if found else []


def processes(entries):
    """Return the table of first and second processes."""
    found = of("process", entries)
    if not found:
        return []
    rows = [
        [
            entry["name"],
            entry["benchmark"]["device"],
            measure.times([entry["wall_seconds"]]),
            measure.times([entry["benchmark"]["open_seconds"]]),
            measure.times([entry["benchmark"]["first_step_seconds"]]),
            entry["caches"],
        ]
        for entry in found
    ]
    head = ["ours", "device", "whole process, s", "open, s", "first step, s", "caches afterwards"]
    return ["### First and second process", "", *measure.table(head, rows), ""]


def steps(entries):
    """Return the table of training steps."""
    rows = [
        [
            entry["name"],
            step["path"],
            f"{step['batch_size']:,}",
            f"{step['microseconds_per_step']:,.1f}",
            f"{step['images_per_second']:,.0f}",
        ]
        for entry in entries
        if "benchmark" in entry
        for step in entry["benchmark"]["training"]
    ]
    if not rows:
        return []
    return [
        "### Training, step by step",
        "",
        *measure.table(["`app benchmark`", "engine", "batch", "µs per step", "images per second"], rows),
        "",
    ]


def trainings(entries):
    """Return the table of single trainings; losses are compared with those of the CPU and the same seed."""
    found = of("training", entries)
    if not found:
        return []
    on_cpu = {(entry["recipe"], entry["seed"]): entry for entry in found if entry.get("on_cpu")}
    rows = []
    for name, runs in by_name(found).items():
        pairs = [(run, on_cpu.get((run["recipe"], run["seed"]))) for run in runs]
        differences = [difference(run["losses"], other["losses"]) for run, other in pairs if other and "losses" in run]
        rows.append(
            [
                name,
                str(len(runs)),
                measure.times([run["wall_seconds"] for run in runs]),
                measure.times([run["fit_seconds"] for run in runs]),
                measure.times([run.get("steps_seconds") for run in runs]),
                measure.spread([run["loss"] for run in runs], 4),
                "" if runs[0].get("on_cpu") or not differences else f"{max(differences):.1e}",
            ]
        )
    head = ["contender", "rounds", "whole process, s", "fit, s", "steps only, s", "loss"]
    head += ["largest difference of an epoch's loss from the CPU's"]
    return ["### One training", "", *measure.table(head, rows), ""]


def difference(values, others):
    """Return the largest difference between two lists; infinite if one is shorter or has a value that is not finite."""
    if len(values) != len(others) or not all(map(math.isfinite, [*values, *others])):
        return math.inf
    return max(abs(value - other) for value, other in zip(values, others))


def sweeps(entries):
    """Return the tables of many networks, one for each recipe; losses are compared with those of the CPU."""
    found = of("sweep", entries)
    lines = []
    for recipe in dict.fromkeys(entry["recipe"] for entry in found):
        of_recipe = [entry for entry in found if entry["recipe"] == recipe]
        on_cpu = {entry["networks"]: entry for entry in of_recipe if entry.get("on_cpu")}
        rows = []
        for runs in by_name(of_recipe).values():
            entry = runs[-1]
            other = on_cpu.get(entry["networks"])
            compared = other and "losses" in entry and not entry.get("on_cpu")
            group = entry.get("largest_group")
            speeds = [run["networks"] / run["fit_seconds"] for run in runs]
            rows.append(
                [
                    entry["contender"],
                    f"{entry['networks']:,}",
                    str(len(runs)),
                    measure.times([run["wall_seconds"] for run in runs]),
                    measure.times([run["fit_seconds"] for run in runs]),
                    measure.spread(speeds, 1 if median(speeds) >= 10 else 2),
                    f"{group['networks']:,}: {group['networks'] / group['seconds']:,.1f}" if group else "",
                    f"{entry['loss']:.4f}",
                    f"{100 * entry['accuracy']:.2f} %",
                    f"{difference(entry['losses'], other['losses']):.1e}" if compared else "",
                ]
            )
        head = ["contender", "networks", "rounds", "whole process, s", "fit, s", "networks per second"]
        head += ["largest group: its networks per second", "validation loss", "correct"]
        head += ["largest difference of a network's loss from the CPU's"]
        lines += [f"### Many networks: {of_recipe[0]['title']}", "", *measure.table(head, rows), ""]
    return lines


def predictions(entries):
    """Return the table of predictions."""
    rows = [
        [
            entry["name"],
            entry["benchmark"]["prediction"]["path"],
            f"{entry['benchmark']['prediction']['one_image_microseconds']:,.1f}",
            f"{entry['benchmark']['prediction']['images']:,}",
            f"{entry['benchmark']['prediction']['images_per_second']:,.0f}",
        ]
        for entry in entries
        if "benchmark" in entry
    ]
    head = ["`app benchmark`", "engine", "one image, µs", "images in bulk", "images per second"]
    return ["### Prediction", "", *measure.table(head, rows), ""] if rows else []


def commands(entries):
    """Return the table of whole processes that predict."""
    found = by_name(of("prediction", entries))
    rows = [[name, str(len(runs)), measure.times([run["wall_seconds"] for run in runs])] for name, runs in found.items()]
    head = ["command", "rounds", "seconds"]
    return ["### Prediction, whole processes", "", *measure.table(head, rows), ""] if rows else []


def not_measured(entries):
    """Return what failed or was skipped, as a list."""
    rows = [f"- {line(entry)}" for entry in entries if entry["state"] != "ok"]
    return ["### Not measured", "", *dict.fromkeys(rows), ""] if rows else []
