"""The small language of `when`: comparisons over status, body, headers, and the faults; nothing is ever evaluated.

`status == 409 && body.error.code == 'FULL'`, `timeout or reset or status >= 500`, `status in (429, 503)`. Python's
parser reads it, a list of allowed nodes bounds it, and this file walks it. What an answer does not have is None, and
a comparison of things that have no order is false.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

NAMES = frozenset({"status", "body", "headers", "timeout", "reset", "refused", "incomplete", "stopped"})
LENGTH = 500
COMPARISONS: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda found, among: found in among,
    ast.NotIn: lambda found, among: found not in among,
}
ALLOWED = (
    ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Compare, ast.Name, ast.Load,
    ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, *COMPARISONS,
)  # fmt: skip
QUOTED = re.compile(r"('[^']*'|\"[^\"]*\")")


class Expression:
    """A rule's condition, parsed once."""

    def __init__(self, text: str) -> None:
        """Raises ValueError with a sentence for anything but the language above."""
        if len(text) > LENGTH:
            raise ValueError(f"a condition has at most {LENGTH} characters")
        try:
            tree = ast.parse(_as_python(text), mode="eval")
        except (SyntaxError, ValueError, RecursionError) as wrong:
            raise ValueError("this is no condition; write for example: status == 409 && body.code == 'FULL'") from wrong
        for node in ast.walk(tree):
            if not isinstance(node, ALLOWED):
                raise ValueError(f"{type(node).__name__} is not allowed in a condition; compare status, body, headers")  # noqa: TRY004
            if isinstance(node, ast.Name) and node.id not in NAMES:
                raise ValueError(f"{node.id} is not known in a condition; there are {', '.join(sorted(NAMES))}")
        self._tree = tree.body

    def holds(self, values: Mapping[str, Any]) -> bool:
        """True if it is true of an answer; `values` by the names above, an absent one is None."""
        return bool(_value(self._tree, values))


def _as_python(text: str) -> str:
    parts = QUOTED.split(text.strip())
    for at in range(0, len(parts), 2):
        plain = parts[at].replace("&&", " and ").replace("||", " or ")
        parts[at] = re.sub(r"!(?!=)", " not ", plain)
    return "".join(parts).strip()


def _value(node: ast.expr, values: Mapping[str, Any]) -> Any:  # noqa: C901, PLR0911 - one line a kind of node
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return values.get(node.id)
        case ast.Attribute():
            return _member(_value(node.value, values), node.attr)
        case ast.Subscript():
            return _member(_value(node.value, values), _value(node.slice, values))
        case ast.Tuple() | ast.List():
            return [_value(each, values) for each in node.elts]
        case ast.UnaryOp(op=ast.Not()):
            return not _value(node.operand, values)
        case ast.UnaryOp():
            found = _value(node.operand, values)
            return -found if isinstance(found, int | float) else None
        case ast.BoolOp(op=ast.And()):
            return all(_value(each, values) for each in node.values)
        case ast.BoolOp():
            return any(_value(each, values) for each in node.values)
        case ast.Compare():
            return _compared(node, values)
    raise AssertionError(ast.dump(node))


def _member(found: Any, name: Any) -> Any:
    if isinstance(found, dict):
        return found.get(name)
    if isinstance(found, list) and isinstance(name, int) and -len(found) <= name < len(found):
        return found[name]
    return None


def _compared(node: ast.Compare, values: Mapping[str, Any]) -> bool:
    left = _value(node.left, values)
    for kind, right_node in zip(node.ops, node.comparators, strict=True):
        right = _value(right_node, values)
        try:
            if not COMPARISONS[type(kind)](left, right):
                return False
        except TypeError:
            return False
        left = right
    return True
