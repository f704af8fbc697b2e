"""Planted bugs as data: each says what it breaks, is really planted, and leaves nothing behind."""

from __future__ import annotations

from collections import Counter
from pkgutil import resolve_name
from typing import Any

import pytest

from engine.invariants import BY_ID
from loadtests.bugs import BUGS, KINDS, Bug, Patches, planted

PLACES = (
    "engine.kernel.idempotency.Keys.find",
    "engine.kernel.engine.Engine._settle",
    "engine.kernel.deadlines.Deadlines.add",
    "loadtests.reference.desk.Desk.begin",
    "loadtests.reference.desk.opened",
    "loadtests.reference.opening.attach",
)


def test_there_are_enough_of_every_kind() -> None:
    """At least forty bugs, at least eight of each kind."""
    kinds = Counter(bug.kind for bug in BUGS.values())
    assert len(BUGS) >= 40
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 8


@pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.name)
def test_a_bug_names_invariants_that_there_are(bug: Bug) -> None:
    """What it breaks is published, and its sentence is one."""
    assert bug.breaks
    assert set(bug.breaks) <= set(BY_ID)
    assert bug.sentence.endswith(".")


@pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.name)
def test_a_bug_ends_with_its_context(bug: Bug) -> None:
    """Something is changed while it is planted, and everything is as before afterwards."""
    before = [resolve_name(place) for place in PLACES]
    with planted(bug):
        assert [resolve_name(place) for place in PLACES] != before
    assert [resolve_name(place) for place in PLACES] == before


class Holder:
    """Holds values."""

    kept: Any = 1


def test_patches_are_undone_in_their_order() -> None:
    """Of two patches of one place the first value comes back, and what was not there is gone."""
    patches = Patches()
    patches.put_in(Holder, "kept", 2)
    patches.put_in(Holder, "kept", 3)
    patches.put_in(Holder, "added", 4)
    assert Holder.kept == 3
    patches.undo()
    assert Holder.kept == 1
    assert not hasattr(Holder, "added")
