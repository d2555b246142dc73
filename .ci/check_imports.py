#!/usr/bin/env python3
"""Checks that imports run one way: between the folders of each crate, and between files.

The documentation of a crate's lib.rs gives the order of its folders, in the sentence "a folder imports
only folders before it in this list: `a`, `b`, ...". Files at the top of src/ count as folders. Tests are
ignored, because they may import anything.
"""

import re
import sys
from pathlib import Path

ORDER = re.compile(r"imports only folders before it in this list:((?:[^.`]|`[^`]*`)*)\.")
TESTS = re.compile(r"#\[cfg\(test\)\]\s*(?:pub\(crate\) )?mod \w+ \{.*", re.S)
TEST_MODULE = re.compile(r"#\[cfg\(test\)\]\s*(?:pub\(crate\) )?mod (\w+);")
REEXPORT = re.compile(r"^pub(?:\(crate\))? use ([^;]+);", re.M | re.S)


def expand(path):
    """Lists the paths of `a::{b, c::{d, e}}`."""
    path = path.strip()
    start = path.find("{")
    if start < 0:
        return [path.split(" as ")[0].strip()] if path else []
    parts, depth, part = [], 0, ""
    for character in path[start + 1 : path.rfind("}")]:
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            parts.append(part)
            part = ""
        else:
            part += character
    return [path[:start] + tail for part in parts + [part] for tail in expand(part)]


class Crate:
    def __init__(self, root):
        self.source = root / "src"
        files = [file for file in self.source.rglob("*.rs") if file.name != "main.rs"]
        texts = {file: file.read_text() for file in files}
        self.code = {self.module(file): self.strip(text) for file, text in texts.items()}
        for file, text in texts.items():
            for name in TEST_MODULE.findall(text):
                self.code.pop(self.module(file) + (name,), None)
        self.reexports = self.read_reexports()
        documentation = re.sub(r"^//! ?", "", texts[self.source / "lib.rs"], flags=re.M)
        found = ORDER.search(documentation.replace("\n", " "))
        if not found:
            sys.exit(f"{self.source}/lib.rs: its documentation lacks the order of the folders")
        self.order = re.findall(r"`([^`]+)`", found[1])

    def module(self, file):
        parts = file.relative_to(self.source).with_suffix("").parts
        return () if parts == ("lib",) else parts

    @staticmethod
    def strip(text):
        text = TESTS.sub("", text)
        return re.sub(r"//[^\n]*", "", text)

    def read_reexports(self):
        names = {}
        for statement in REEXPORT.findall(self.code[()]):
            for path in expand(statement):
                parts = tuple(part for part in path.split("::") if part not in ("crate", "self"))
                names[parts[-1].strip("()")] = parts
        return names

    def imports(self, module):
        """Yields the modules that a module names."""
        code = self.code[module]
        for statement in re.findall(r"\buse ((?:crate|super)::[^;]+);", code):
            for path in expand(statement):
                yield self.resolve(module, path)
        code = re.sub(r"\buse [^;]+;", "", code)
        for path in re.findall(r"\b(?:crate|super)(?:::\w+)+", code):
            yield self.resolve(module, path)

    def resolve(self, module, path):
        parts = path.split("::")
        if parts[0] == "crate":
            parts = tuple(parts[1:])
        else:
            up = sum(1 for part in parts if part == "super")
            parts = module[: len(module) - up] + tuple(parts[up:])
        if len(parts) > 0 and parts[0] in self.reexports and (parts[0],) not in self.code:
            parts = self.reexports[parts[0]]
        while parts and parts not in self.code:
            parts = parts[:-1]
        return parts

    def edges(self):
        for module in self.code:
            if module and module[0] != "fuzz":
                for target in self.imports(module):
                    if target not in ((), module):
                        yield module, target

    def problems(self):
        edges = set(self.edges())
        for module, target in sorted(edges):
            folder, imported = module[0], target[0]
            for name in (folder, imported):
                if name not in self.order:
                    yield f"{self.source}: `{name}` is missing in the list of lib.rs"
                    return
            if self.order.index(imported) > self.order.index(folder):
                yield f"{self.show(module)} imports {self.show(target)}, which comes later"
        for circle in circles(edges):
            yield "circle: " + ", ".join(self.show(module) for module in circle)

    def show(self, module):
        return str(self.source / Path(*module)) + ".rs"


def circles(edges):
    """Lists the strongly connected components of more than one module."""
    reach = {}
    targets = {}
    for module, target in edges:
        targets.setdefault(module, set()).add(target)
    for start in targets:
        seen, queue = set(), [start]
        while queue:
            for target in targets.get(queue.pop(), ()):
                if target not in seen:
                    seen.add(target)
                    queue.append(target)
        reach[start] = seen
    found = {
        tuple(sorted(other for other in seen if start in reach.get(other, ())))
        for start, seen in reach.items()
        if start in seen
    }
    return sorted(found)


def main():
    crates = [Crate(file.parent) for file in sorted(Path("crates").glob("*/Cargo.toml"))]
    problems = [problem for crate in crates for problem in crate.problems()]
    for problem in problems:
        print(problem)
    for crate in crates:
        print(f"{crate.source}: {len(crate.code)} modules, {' < '.join(crate.order)}")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
