"""A foreign log as a file: opening it, with mapping and policy beside it; and writing the histories that show faults.

Files are read within limits: a policy or a mapping of a gigabyte is refused by its size.
"""

from __future__ import annotations

import itertools
import json
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from engine.foreign import Checker, Mapping, Terms, Unreadable, Verdict, entries, is_header, lines, object_of, terms_of
from engine.foreign.history import History, header, history_of, part_terms, shortest
from engine.foreign.lines import Line, begins_as_lines, shown
from engine.foreign.mapping import BadMapping
from engine.policy import Policy, policy_from
from sim.log_file import collector_off
from wording import ExitCode, MashangError, Wording

DOCUMENT_BYTES = 1 << 22  # a policy document has 15 KB
SHOWN_HISTORIES = 10
START_BYTES = 1 << 12


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the command line says about a log."""

    level: str | None = None
    profile: str | None = None
    policy: Path | None = None
    mapping: Path | None = None


@dataclass(frozen=True, slots=True)
class ForeignLog:
    """A log, and how it is to be read."""

    path: Path
    policy: Policy
    terms: Terms
    mapping: Mapping | None

    @property
    def given(self) -> tuple[Policy, Terms, Mapping | None]:
        """What a check of a part of it takes."""
        return self.policy, self.terms, self.mapping

    def check(self, wording: Wording) -> Verdict:
        """One pass over it; raises MashangError for a line that cannot be read."""
        checker = Checker(self.policy, self.terms)
        with collector_off(), _opened(self.path) as source, _said(self.path, wording):
            return checker.check(entries(lines(source), self.mapping))

    def lines(self) -> Iterator[Line]:
        """Its lines once more."""
        with _opened(self.path) as source:
            yield from lines(source)


def is_foreign(path: Path) -> bool:
    """Whether a file is to be read as a foreign log: it begins as JSON lines do, and is no journal of ours."""
    try:
        with path.open("rb") as source:
            return begins_as_lines(source.read(START_BYTES))
    except OSError:
        return False


def foreign_log(path: Path, wishes: Wishes, wording: Wording) -> ForeignLog:
    """The log with what its header, the mapping and the command line say; the latter win. Raises MashangError."""
    mapping = _mapping(wishes.mapping, wording) if wishes.mapping is not None else None
    terms = mapping.terms if mapping is not None else Terms()
    with _opened(path) as source, _said(path, wording):
        first = next(lines(source), None)
        if first is None:
            raise MashangError(ExitCode.USAGE, "log.not_ours.empty", file=path)
        found = object_of(first)
        if is_header(found):
            terms = terms_of(found)
    if wishes.level is not None:
        terms = replace(terms, level=wishes.level)  # type: ignore[arg-type]
    if wishes.profile is not None:
        terms = replace(terms, profile=wishes.profile)
    policy = policy_file(wishes.policy) if wishes.policy is not None else _policy(terms.policy, path)
    return ForeignLog(path, policy, terms, mapping)


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with path.open("rb") as source:
            yield source
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise MashangError(ExitCode.USAGE, "log.not_readable", file=path, reason=reason) from wrong


@contextmanager
def _said(path: Path, wording: Wording) -> Iterator[None]:
    try:
        yield
    except Unreadable as wrong:
        values = {name: shown(value) for name, value in wrong.values.items()}
        reason = wording.text(f"foreign.reason.{wrong.reason}", **values)
        raise MashangError(ExitCode.USAGE, "foreign.not_readable", file=path, line=wrong.line, reason=reason) from wrong


def _document(path: Path) -> bytes:
    """The content of a small file. Raises MashangError."""
    try:
        with path.open("rb") as source:
            content = source.read(DOCUMENT_BYTES + 1)
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise MashangError(ExitCode.USAGE, "log.not_readable", file=path, reason=reason) from wrong
    if len(content) > DOCUMENT_BYTES:
        raise MashangError(ExitCode.CONTENT, "foreign.too_large", file=path, bytes=f"{DOCUMENT_BYTES:,}")
    return content


def policy_file(path: Path) -> Policy:
    """A policy: a whole document, or numbers by path that differ from the defaults; JSON. Raises MashangError."""
    try:
        found = object_of(Line(1, b" ".join(_document(path).split(b"\n"))))
    except Unreadable as wrong:
        raise MashangError(ExitCode.CONTENT, "foreign.bad_policy", file=path, reason=wrong.reason) from wrong
    return _policy(found, path)


def _policy(found: dict[str, Any] | None, path: Path) -> Policy:
    if found is None:
        return Policy()
    try:
        return policy_from(found) if "points" in found or "version" in found else Policy().changed(found)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, OverflowError) as wrong:
        reason = shown(" ".join(str(wrong).split()))
        raise MashangError(ExitCode.CONTENT, "foreign.bad_policy", file=path, reason=reason) from wrong


def _mapping(path: Path, wording: Wording) -> Mapping:
    content = _document(path)
    try:
        found = tomllib.loads(content.decode())
    except (ValueError, RecursionError, OverflowError) as wrong:
        reason = shown(" ".join(str(wrong).split()))
        raise MashangError(ExitCode.CONTENT, "foreign.bad_toml", file=path, reason=reason) from wrong
    try:
        return Mapping.of(found)
    except BadMapping as wrong:
        reason = wording.text(f"foreign.mapping.{wrong.reason}")
        raise MashangError(
            ExitCode.CONTENT, "foreign.bad_mapping", file=path, place=wrong.place, reason=reason
        ) from wrong


def write_histories(log: ForeignLog, verdict: Verdict, folder: Path) -> dict[str, Path]:
    """A file for the first violation of each invariant (ten at most), by its id. Raises MashangError."""
    first = {each.violation.id: each for each in reversed(verdict.found)}
    wanted = list(itertools.islice((first[name] for name in verdict.counts if name in first), SHOWN_HISTORIES))
    histories = [history_of(each, log.mapping) for each in wanted]
    with closing(log.lines()) as source:  # type: ignore[type-var]
        for line in source:
            for each in histories:
                each.see(line)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return {each.found.violation.id: _write(log, each, folder) for each in histories}
    except OSError as wrong:
        reason = wrong.strerror or str(wrong)
        raise MashangError(ExitCode.USAGE, "foreign.not_written", folder=folder, reason=reason) from wrong


def _write(log: ForeignLog, history: History, folder: Path) -> Path:
    found = history.found
    path = folder / f"{found.violation.id}-line-{found.line}.jsonl"
    part = shortest(history, log.given)
    terms = part_terms(log.terms, found.violation.id) if part is not None else log.terms
    prefix: Iterable[Line] = itertools.takewhile(lambda line: line.number <= found.line, log.lines())
    with path.open("wb") as target:
        target.write(json.dumps(header(terms, log.policy), ensure_ascii=False).encode() + b"\n")
        for line in part if part is not None else prefix:
            if line.number > 1 or not is_header(object_of(line)):
                target.write(line.raw.strip() + b"\n")
    return path
