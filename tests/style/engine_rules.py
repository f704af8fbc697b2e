"""Rules for the core of the engine: no float, no clock, no chance, no unordered step, no number that is policy.

Each rule takes a source and gives its findings. A rule file decides and the district writes; doors and sinks are
excepted by name, with the reason.
"""

import ast
from collections.abc import Callable, Iterator

from tests.style.sources import Finding, Source, inside

Rule = Callable[[Source], Iterator[Finding]]

EXCEPTED = {
    ("engine/kernel/encoding.py", "uses_floats"): "the door where floats are refused has to name them",
    ("engine/kernel/journal.py", "touches_the_world"): "a sink: it writes the journal to a file",
    ("engine/kernel/vault.py", "touches_the_world"): "a sink: it draws salts",
    ("engine/kernel/vault_file.py", "touches_the_world"): "a sink: it keeps personal fields in a file",
}
"""(file, rule) -> why the rule does not hold there."""

WORLD = {
    "asyncio", "io", "logging", "os", "pathlib", "random", "secrets", "shutil", "socket", "subprocess", "sys",
    "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo",
}  # fmt: skip
CLOCKS = {"now", "today", "utcnow", "fromtimestamp"}
ACTS = {"open", "print", "input"}
ORDER_FREE = {"sorted", "set", "frozenset", "len", "sum", "any", "all", "min", "max"}
ORDERED_COPIES = {"list", "tuple", "enumerate", "iter", "map", "filter", "zip", "next", "dict"}
RULE_FOLDERS = tuple(
    f"engine/{name}"
    for name in ("binding", "participation", "reporting", "points", "payments", "epidemic", "merging", "views")
)
"""Where the rules stand; a number there is policy in the wrong place."""
WRITERS = {
    "append", "add", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update",
}  # fmt: skip


def uses_floats(source: Source) -> Iterator[Finding]:
    """Money, points, shares and time are integers: a float would round somewhere, and differently elsewhere."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield source.finding(node, f"float {node.value}", "an integer with its unit in the name (_fen, _bp, _s)")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield source.finding(node, "division with /", "// , and say in a comment which way it rounds and for whom")
        elif isinstance(node, ast.Name) and node.id in {"float", "round"} and isinstance(node.ctx, ast.Load):
            yield source.finding(node, node.id, "exact integers; a rounding is a rule of its own with // or divmod")


def touches_the_world(source: Source) -> Iterator[Finding]:
    """The core has no clock, no chance and no I/O: `at` is a field of the command, files belong to sinks."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            for name in names:
                if name.partition(".")[0] in WORLD:
                    yield source.finding(node, f"import of {name}", "take it as an argument, or do it in a sink")
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS:
                yield source.finding(node, f".{node.func.attr}()", "the field `at` of the envelope, seconds UTC")
            elif isinstance(node.func, ast.Name) and node.func.id in ACTS:
                yield source.finding(node, f"{node.func.id}()", "return a value; sinks and doors do the I/O")


def walks_a_set(source: Source) -> Iterator[Finding]:
    """The order of a set changes with PYTHONHASHSEED, and with it the order of events and the digest."""
    known = _names_of_sets(source.tree)
    free = set(_order_free_comprehensions(source.tree))
    for node in ast.walk(source.tree):
        walked: list[ast.expr] = []
        if isinstance(node, ast.For):
            walked = [node.iter]
        elif isinstance(node, ast.ListComp | ast.DictComp | ast.GeneratorExp) and node not in free:
            walked = [each.iter for each in node.generators]
        elif isinstance(node, ast.Starred):
            walked = [node.value]
        elif isinstance(node, ast.Call):
            orders = (isinstance(node.func, ast.Name) and node.func.id in ORDERED_COPIES) or (
                isinstance(node.func, ast.Attribute) and node.func.attr == "join"
            )
            walked = list(node.args) if orders else []
        for each in walked:
            if _is_set(each, known):
                yield source.finding(each, f"walks the set `{ast.unparse(each)}`", "sorted(...), or a dict or tuple")


def _names_of_sets(tree: ast.Module) -> set[str]:
    """Names and attributes that are annotated or filled as sets anywhere in the file."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign) and _last_name(node.target) and _annotates_set(node.annotation):
            names.add(_last_name(node.target))
        elif isinstance(node, ast.Assign) and _is_set(node.value, set()):
            names.update(filter(None, map(_last_name, node.targets)))
        elif isinstance(node, ast.arg) and node.annotation and _annotates_set(node.annotation):
            names.add(node.arg)
    return names


def _annotates_set(annotation: ast.expr) -> bool:
    outer = annotation.value if isinstance(annotation, ast.Subscript) else annotation
    return _last_name(outer) in {"set", "frozenset", "Set", "AbstractSet", "MutableSet"}


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_set(node: ast.expr, known: set[str]) -> bool:
    if isinstance(node, ast.Set | ast.SetComp):
        return True
    if isinstance(node, ast.Call):
        called = _last_name(node.func)
        is_method = isinstance(node.func, ast.Attribute)
        return called in {"intersection", "union", "difference"} if is_method else called in {"set", "frozenset"}
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr | ast.Sub | ast.BitXor):
        return any(_is_set(side, known) or _is_keys(side) for side in (node.left, node.right))
    return _last_name(node) in known


def _is_keys(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"keys", "items"}


def _order_free_comprehensions(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ORDER_FREE:
            yield from node.args


def holds_a_number(source: Source) -> Iterator[Finding]:
    """A number in a rule is a decision that no planner can turn: it belongs to the policy, or is a unit."""
    if not inside(source.path, *RULE_FOLDERS):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and type(node.value) is int and node.value not in {0, 1}:
            yield source.finding(node, f"the number {node.value}", "a field of engine/policy, or kernel/units.py")


def writes_outside_the_district(source: Source) -> Iterator[Finding]:
    """Decide, then write: only the events in engine/district may change a row."""
    if not inside(source.path, *RULE_FOLDERS, "engine/invariants", "engine/policy"):
        return
    for node in ast.walk(source.tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign):
            targets = [node.target]
        elif isinstance(node, ast.Delete):
            targets = node.targets
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITERS:
            targets = [node.func]
        for target in targets:
            if not isinstance(target, ast.Name) and _root(target) == "district":
                yield source.finding(node, f"writes `{ast.unparse(target)}`", "return an event whose apply writes it")


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


RULES: tuple[Rule, ...] = (uses_floats, touches_the_world, walks_a_set, holds_a_number, writes_outside_the_district)
