"""Rules for the shape of code: how long, how many parameters, which names."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from statistics import median

from tests.style.sources import Finding, Source, inside

Rule = Callable[[Source], Iterator[Finding]]
Function = ast.FunctionDef | ast.AsyncFunctionDef

FILE_LINES = 300
FUNCTION_LINES = 50
MEDIAN_LINES = 8
CLASS_LINES = 200
PARAMETERS = 5
FRONT_DOORS = (
    "mashang.py",
    "mashang_load.py",
    "sim/command_line.py",
    "sim/check_command_line.py",
    "sim/log_command_line.py",
    "loadtests/command_line",
)
"""An option of the command line is a parameter of its function."""
BANNED = {
    "utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "service", "handler", "processor",
    "data", "info",
}  # fmt: skip


def functions(source: Source) -> Iterator[Function]:
    """Every function and method of a file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, Function))


def lines_of(function: Function) -> int:
    """Lines from `def` to the end, the docstring not counted: saying why shall cost nothing."""
    last = function.end_lineno or function.lineno
    first = function.body[0]
    has_docstring = ast.get_docstring(function, clean=False) is not None
    docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if has_docstring else 0
    return last - function.lineno + 1 - docstring


def file_is_long(source: Source) -> Iterator[Finding]:
    """One subject, one file: 60 to 250 lines, 300 at most."""
    count = len(source.text.splitlines())
    if count > FILE_LINES:
        yield source.finding(count, f"{count} lines, {FILE_LINES} at most", "split it by subject, not by kind of code")


def function_is_long(source: Source) -> Iterator[Finding]:
    """A function is read at one sight."""
    for function in functions(source):
        if (count := lines_of(function)) > FUNCTION_LINES:
            what = f"{function.name} has {count} lines, {FUNCTION_LINES} at most"
            yield source.finding(function, what, "ifs up, fors down: name the steps as functions of their own")


def class_is_long(source: Source) -> Iterator[Finding]:
    """No class knows everything."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef) and (node.end_lineno or 0) - node.lineno + 1 > CLASS_LINES:
            what = f"class {node.name} has more than {CLASS_LINES} lines"
            yield source.finding(node, what, "move what needs little of its state into functions")


def takes_much(source: Source) -> Iterator[Finding]:
    """Five parameters at most, self not counted."""
    if inside(source.path, *FRONT_DOORS):
        return
    for function in functions(source):
        given = function.args
        names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
        count = len([name for name in names if name not in {"self", "cls"}])
        if count > PARAMETERS:
            what = f"{function.name} takes {count} parameters, {PARAMETERS} at most"
            yield source.finding(function, what, "hand over the object that the values belong to")


def name_says_nothing(source: Source) -> Iterator[Finding]:
    """A name says what the thing is in the town, not that it is a thing."""
    path = PurePosixPath(source.path)
    named: list[tuple[int, str]] = [(1, part) for part in (*path.parts[:-1], path.stem)]
    defined = (node for node in ast.walk(source.tree) if isinstance(node, Function | ast.ClassDef))
    named.extend((node.lineno, node.name) for node in defined)
    for line, name in named:
        words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
        for word in words:
            if word.lower() in BANNED:
                yield source.finding(line, f"`{word}` in the name `{name}`", "the word of the town for what it does")


def median_lines(of: tuple[Source, ...]) -> float:
    """Median length of the functions of several files."""
    return median(lines_of(function) for source in of for function in functions(source))


RULES: tuple[Rule, ...] = (file_is_long, function_is_long, class_is_long, takes_much, name_says_nothing)
