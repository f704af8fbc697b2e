"""The core of the engine is exact, repeatable and silent."""

import pytest

from tests.style.engine_rules import EXCEPTED, RULES, Rule
from tests.style.sources import Source, report, sources

RULE_FILE = "engine/points/awards.py"
BAD = [
    ("uses_floats", "cap = 0.3"),
    ("uses_floats", "half = points / 2"),
    ("uses_floats", "half = 1\nhalf /= 2"),
    ("uses_floats", "whole = round(points)"),
    ("uses_floats", "def share(points: int) -> float: ..."),
    ("touches_the_world", "import time"),
    ("touches_the_world", "from random import choice"),
    ("touches_the_world", "import os.path"),
    ("touches_the_world", "at = datetime.now()"),
    ("touches_the_world", "day = date.today()"),
    ("touches_the_world", "open('journal')"),
    ("touches_the_world", "print('done')"),
    ("walks_a_set", "for person in {1, 2}: ..."),
    ("walks_a_set", "waiting: set[str] = set()\nfor person in waiting: ..."),
    ("walks_a_set", "class Row:\n    tags: frozenset[str]\ndef of(row): return [tag for tag in row.tags]"),
    ("walks_a_set", "first = list(set(persons))"),
    ("walks_a_set", "text = ','.join({each for each in persons})"),
    ("walks_a_set", "for person in before.keys() & after.keys(): ..."),
    ("walks_a_set", "def of(tags: set[str]): return tuple(tags)"),
    ("walks_a_set", "row = (*set(persons),)"),
    ("holds_a_number", "cap = 30"),
    ("holds_a_number", "if day % 7 == 6: ..."),
    ("writes_outside_the_district", "district.at = 5"),
    ("writes_outside_the_district", "district.points.lots[lot].remaining -= 1"),
    ("writes_outside_the_district", "district.board.items.append(item)"),
    ("writes_outside_the_district", "del district.points.lots[lot]"),
    ("writes_outside_the_district", "district.points.of(person).update(more)"),
]
GOOD = [
    "half = points // 2 if points else 0",
    "from datetime import date",
    "for person in sorted({first, second}): ...",
    "known = first in {second, third}",
    "most = max(len(each) for each in set(persons))",
    "left = cap - used",
    "found = {}\nfound[person] = district.points.get(person)\nfound.update(district.points)",
    "district = District(policy)",
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_core_keeps_the_rule(rule: Rule) -> None:
    """No file of the engine breaks the rule, but for the doors and sinks that are excepted by name."""
    findings = [
        finding
        for source in sources("engine")
        if (source.path, rule.__name__) not in EXCEPTED
        for finding in rule(source)
    ]
    assert not findings, report(findings)


def test_every_exception_is_still_needed() -> None:
    """An exception for a file that no longer breaks the rule is taken off the list."""
    by_name = {rule.__name__: rule for rule in RULES}
    files = {source.path: source for source in sources("engine")}
    idle = [key for key in EXCEPTED if key[0] not in files or not list(by_name[key[1]](files[key[0]]))]
    assert not idle, f"no longer needed in EXCEPTED of tests/style/engine_rules.py, take off: {idle}"


@pytest.mark.parametrize(("name", "text"), BAD)
def test_a_breach_is_found(name: str, text: str) -> None:
    """Each rule finds the snippet that breaks it, and names file, line and remedy."""
    by_name = {rule.__name__: rule for rule in RULES}
    found = list(by_name[name](Source(RULE_FILE, text)))
    assert found
    assert str(found[0]).startswith(f"{RULE_FILE}:")
    assert "; instead: " in str(found[0])


@pytest.mark.parametrize("text", GOOD)
def test_clean_code_is_left_alone(text: str) -> None:
    """What looks like a breach and is none passes every rule, but for the numbers in these snippets."""
    rules = [rule for rule in RULES if rule.__name__ != "holds_a_number"]
    assert [str(finding) for rule in rules for finding in rule(Source(RULE_FILE, text))] == []
