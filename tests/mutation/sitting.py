"""A sitting: the plug-in of pytest that tries mutants instead of running tests.

pytest collects the tests of a subject once. Each runs once while `reach` looks on; then each mutant is tried in a fork
of this process. Who killed the last mutant of a function is asked first about the next one.
"""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType

import pytest
from hypothesis import Phase, settings

from tests.mutation.cold import attempt_cold
from tests.mutation.mutants import Function, Mutant, functions_of
from tests.mutation.reach import Reach
from tests.mutation.records import FOLDER, Result, write, written
from tests.mutation.subjects import Subject
from tests.mutation.switching import Cache, Living, caches, living, switch
from tests.mutation.trial import SURVIVED, UNREACHED, FirstFailure, Verdict, attempt

EXAMPLES = 8
"""Hypothesis draws this many examples a property: mutants that only a rare example shows are left to `make slow`."""
DRAWN_BY = "_hypothesis_internal_use_settings"
"""Where Hypothesis keeps the settings of a test; a later release that moves it costs time, not verdicts."""
SLACK_S, SLACK_TIMES = 0.5, 5


@dataclass(slots=True)
class Plan:
    """What a sitting does. `shard` is (which, of how many); `again` tries survivors once more."""

    root: Path
    subject: Subject
    shard: tuple[int, int] = (1, 1)
    minutes: float = 0.0
    budget_s: float = 3.0
    again: bool = False
    only: str = ""
    results: Path = FOLDER
    kept: Path = FOLDER.parents[2] / ".mutation"
    packages: tuple[str, ...] = ("engine", "tests")


class Sitting(FirstFailure):
    """One subject, as much of it as fits into the minutes."""

    def __init__(self, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.reach = Reach(plan.root, plan.subject.paths[0].split("/")[0], plan.kept)
        self.items: dict[str, pytest.Item] = {}
        self.killers: list[str] = []
        self.caches: list[Cache] = []
        self.began_s = time.monotonic()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests."""
        self.items = {item.nodeid: item for item in session.items}
        for item in session.items:
            few_examples(item)
        fresh = self.reach.watch(session.items)
        say(f"{self.plan.subject.name}: {len(self.items)} tests; coverage looked on at {fresh} of them")
        if self.reach.failed:
            say(f"these fail without any mutant, so nothing can be said: {', '.join(self.reach.failed[:5])}")
            session.testsfailed = len(self.reach.failed)
            return True
        self.work()
        return True

    def work(self) -> None:
        """Try the functions of the subject that have no result for their text."""
        plan = self.plan
        revision = revision_of(plan.root)
        functions = living(plan.root)
        self.caches = caches(plan.packages)
        gc.collect()
        gc.freeze()
        done = written(plan.subject.name, plan.results)
        for path in plan.subject.files(plan.root):
            if plan.only not in path:
                continue
            for function in functions_of(plan.root, path):
                if self.over():
                    return
                old = done.get(function.id)
                current = old is not None and old.source == function.source
                if not mine(function, plan.shard) or (current and not plan.again):
                    continue
                if current and old is not None and set(old.verdicts) <= {"k", "t"}:
                    continue
                verdicts = self.function(function, functions, old.verdicts if old and current else "")
                result = summed(function, verdicts, revision)
                write(plan.subject.name, result, plan.results)
                say(f"{function.id} {result.verdicts} {result.cpu_s:.1f} s")

    def over(self) -> bool:
        """Whether the minutes are used up."""
        return bool(self.plan.minutes) and time.monotonic() - self.began_s > 60 * self.plan.minutes

    def function(self, function: Function, functions: Living, before: str) -> list[Verdict]:
        """Try the mutants of a function; those that were killed before stay killed."""
        self.killers = []
        verdicts = []
        for number, mutant in enumerate(function.mutants):
            if before and before[number] in "kt":
                verdicts.append(Verdict(before[number]))
                continue
            verdict = self.mutant(function, mutant, functions)
            if verdict.by in self.items:
                self.killers = [verdict.by, *(each for each in self.killers if each != verdict.by)][:5]
            verdicts.append(verdict)
        return verdicts

    def mutant(self, function: Function, mutant: Mutant, functions: Living) -> Verdict:
        """Try one mutant with the tests that run its statement."""
        of = functions.get((str(self.plan.root / function.path), function.line), [])
        lines = mutant.lines if mutant.lines.start in function.body else function.body
        chosen = self.chosen(self.reach.tests(function.path, lines))
        verdict = self.warm(function, mutant, of, chosen) if chosen and of else Verdict(UNREACHED)
        if verdict.letter in SURVIVED + UNREACHED and self.reach.at_import(function.path, function.body):
            return attempt_cold(self.plan.root, function, mutant, self.plan.subject.tests)
        return verdict

    def warm(self, function: Function, mutant: Mutant, of: list[FunctionType], chosen: list[pytest.Item]) -> Verdict:
        """Try a mutant in a fork of this process."""
        asked_s = sum(self.reach.cpu_s[each.nodeid] for each in chosen)

        def spoil() -> None:
            for cache in self.caches:
                cache.cache_clear()
            switch(of, function, mutant)

        return attempt(self, spoil, chosen, SLACK_S + SLACK_TIMES * asked_s)

    def chosen(self, names: set[str]) -> list[pytest.Item]:
        """Tests in the order in which they are asked: the last killers, the subject's own, then the quickest."""
        first = [each for each in self.killers if each in names]
        own = f"{self.plan.subject.tests[0]}/"
        rest = sorted(names.difference(first), key=lambda each: (own not in each, self.reach.cpu_s[each], each))
        found: list[pytest.Item] = []
        left_s = self.plan.budget_s
        for name in first + rest:
            left_s -= self.reach.cpu_s[name]
            if left_s < 0 and found:
                break
            found.append(self.items[name])
        return found


def few_examples(item: pytest.Item) -> None:
    """Let a property draw few examples, always the same, and leave a failure as it is."""
    test = getattr(item, "obj", None)
    test = getattr(test, "__func__", test)
    if (old := getattr(test, DRAWN_BY, None)) is not None:
        count = min(EXAMPLES, old.max_examples)
        phases = (Phase.explicit, Phase.generate)
        setattr(test, DRAWN_BY, settings(old, max_examples=count, derandomize=True, phases=phases, database=None))


def summed(function: Function, verdicts: list[Verdict], revision: str) -> Result:
    """The result of a function."""
    letters = "".join(each.letter for each in verdicts)
    survivors = {
        str(number): mutant.change
        for number, (mutant, letter) in enumerate(zip(function.mutants, letters, strict=True), start=1)
        if letter in SURVIVED + UNREACHED
    }
    spent_s = round(sum(each.cpu_s for each in verdicts), 2)
    return Result(function.id, function.source, revision, letters, survivors, spent_s)


def mine(function: Function, shard: tuple[int, int]) -> bool:
    """Whether a function belongs to a shard: by its name, so that shards stay what they are when others change."""
    which, of = shard
    return sum(function.id.encode()) % of == which - 1


def revision_of(root: Path) -> str:
    """The short name of the commit that is checked out, with a + when files differ from it."""
    line = ["git", "-C", str(root), "describe", "--always", "--abbrev=7", "--exclude=*", "--dirty=+"]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def say(line: str) -> None:
    """A line for whoever waits."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
