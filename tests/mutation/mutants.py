"""Wrong versions of functions, made by mutmut's operators.

mutmut's own runner imports a copy of the project in which every call goes through a switch; here only its operators are
used, and `switching` puts a wrong body into the running function, which costs nothing until then. That lets functions
with decorators be mutated, too: mutmut leaves out all of them, among them every property.

Left out, since no test of a rule could or should tell the difference:

- docstrings and annotations (by mutmut), and what stands outside of functions: tables of edges and codes, fields;
- two of the three ways in which mutmut spoils a string: who notices XXnameXX notices NAME;
- the words of an error that is our own fault (`raise ValueError(...)`): a crash is a crash; answers of the engine
  (`raise Rejected(...)`) stay in;
- the type in `cast(type, value)`, which does nothing when it runs.
"""

from __future__ import annotations

import ast
import difflib
import hashlib
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider
from mutmut.mutation.file_mutation import NEVER_MUTATE_FUNCTION_NAMES, Mutation, MutationVisitor, deep_replace
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import IgnoredCode

EMPTY = cst.Module([])


@dataclass(frozen=True, slots=True)
class Mutant:
    """One wrong version of a function: its whole text, what changed, the lines of the statement it stands in."""

    text: str
    change: str
    lines: range


@dataclass(frozen=True, slots=True)
class Function:
    """A function with its wrong versions.

    `place` are its lines from `def` on, `line` is where Python says it begins (its first decorator, if any), `body` are
    the lines that run when it is called; `source` is a digest of its text, by which older results are recognised.
    """

    path: str
    name: str
    line: int
    place: range
    body: range
    source: str
    mutants: tuple[Mutant, ...]

    @property
    def id(self) -> str:
        """As `engine/points/awards.py:draw`."""
        return f"{self.path}:{self.name}"

    @property
    def class_name(self) -> str:
        """The class that it is a method of, or nothing."""
        return self.name.rpartition(".")[0]


class Operators(MutationVisitor):
    """mutmut's walk, without what is left out and with decorated functions."""

    def __init__(self) -> None:
        super().__init__(mutation_operators, IgnoredCode(set(), set(), set()))

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.FunctionDef):
            return node.name.value in NEVER_MUTATE_FUNCTION_NAMES
        if isinstance(node, cst.Raise):
            return _own_fault(node)
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == "cast":
            node.args[-1].visit(self)
            return True
        return bool(super()._skip_node_and_children(node))


def _own_fault(node: cst.Raise) -> bool:
    called = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
    return isinstance(called, cst.Name) and called.value.endswith(("Error", "Malformed", "Broken"))


def functions_of(root: Path, path: str) -> list[Function]:
    """The functions of a file that have mutants, in the order of the file. `path` is relative to `root`."""
    text = (root / path).read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text))
    walk = Operators()
    wrapper.visit(walk)
    places = wrapper.resolve(PositionProvider)
    chosen: dict[cst.FunctionDef, list[Mutation]] = {}
    seen: set[int] = set()
    for each in walk.mutations:
        function = each.contained_by_top_level_function
        spoilt = isinstance(each.original_node, cst.SimpleString)
        if not isinstance(function, cst.FunctionDef) or (spoilt and id(each.original_node) in seen):
            continue
        seen.add(id(each.original_node))
        chosen.setdefault(function, []).append(each)
    defined = {node.lineno: (node, outer) for node, outer in _defined(ast.parse(text))}
    found = []
    for function, mutations in chosen.items():
        node, outer = defined[places[function.name].start.line]
        right = "".join(text.splitlines(keepends=True)[node.lineno - 1 : node.end_lineno])
        statements = _statements(node)
        mutants = []
        for each in mutations:
            at = places[each.original_node]
            wrong = _spliced(right, node.lineno, at, each) or _rendered(function, each, node.col_offset)
            lines = statements.get(at.start.line, range(at.start.line, at.start.line + 1))
            mutants.append(Mutant(wrong, difference(right, wrong), lines))
        first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
        end = (node.end_lineno or node.lineno) + 1
        place, body = range(node.lineno, end), range(node.body[0].lineno, end)
        name = f"{outer}.{node.name}" if outer else node.name
        found.append(Function(path, name, first, place, body, digest(right), tuple(mutants)))
    return found


def digest(text: str) -> str:
    """Ten hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _defined(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Functions of a module and methods of its classes, with the name of the class."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, ""
        elif isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, ast.FunctionDef):
                    yield method, node.name


def _statements(function: ast.FunctionDef) -> dict[int, range]:
    """Each line of a function: the lines of the innermost statement that it belongs to, or of its head."""
    found: dict[int, range] = {}
    for node in ast.walk(function):  # from the outside to the inside
        if isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            body = getattr(node, "body", None)
            first = node.pattern.lineno if isinstance(node, ast.match_case) else node.lineno
            last = body[0].lineno - 1 if body else getattr(node, "end_lineno", first)
            lines = range(first, max(first, last) + 1)
            found.update(dict.fromkeys(lines, lines))
    return found


def _spliced(right: str, first: int, place: CodeRange, made: Mutation) -> str:
    """The text of a function with one node exchanged; nothing where parentheses make the place of the node unclear.

    Rendering the whole function would take fifteen times as long.
    """
    lines = right.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    start = starts[place.start.line - first] + place.start.column
    end = starts[place.end.line - first] + place.end.column
    if right[start:end] != EMPTY.code_for_node(made.original_node).strip():
        return ""
    return right[:start] + EMPTY.code_for_node(made.mutated_node).strip() + right[end:]


def _rendered(function: cst.FunctionDef, made: Mutation, column: int) -> str:
    plain = function.with_changes(decorators=[], leading_lines=[])
    changed = cst.ensure_type(deep_replace(plain, made.original_node, made.mutated_node), cst.FunctionDef)
    return textwrap.indent(EMPTY.code_for_node(changed), " " * column)


def difference(right: str, wrong: str) -> str:
    """What changed, as `old -> new` in one line, without the lines that both have."""
    before, after = ([line.strip() for line in text.splitlines()] for text in (right, wrong))
    old: list[str] = []
    new: list[str] = []
    for tag, a_from, a_to, b_from, b_to in difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag != "equal":
            old += before[a_from:a_to]
            new += after[b_from:b_to]
    return f"{' '.join(old)} -> {' '.join(new)}"
