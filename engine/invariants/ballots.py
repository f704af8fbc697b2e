"""Votes: one live ballot a unit (S20), the electorate and the close (T20), the quorum (T21), tallied at once (L09).

Ballots are counted here under who cast them (a household's under the household), and follow a merge: of two ballots of
one person the one of the row that goes is void.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from engine.invariants.holdings import Owned, agreed_of, owned_by, verdict
from engine.invariants.invariant import Broken, Look, Watcher
from engine.kernel.command import Outcome
from engine.kernel.units import BASIS

Choices = tuple[int, ...]


@dataclass(slots=True)
class Poll:
    """A vote as drafted, and its live ballots while it is open."""

    terms: Any
    electorate: int = 0
    open: bool = False
    ballots: dict[str, Choices] = field(default_factory=dict)
    owned: Owned = field(default_factory=dict)


class Ballots(Watcher):
    """Every vote from its draft to its tally."""

    ids: ClassVar[tuple[str, ...]] = ("S20", "T20", "T21", "L09")

    def __init__(self, district: Any, broken: Broken) -> None:
        """No vote."""
        super().__init__(district, broken)
        self.polls: dict[str, Poll] = {}
        self.cast_count = 0

    def looks(self) -> Mapping[str, Look]:
        """Events of votes."""
        return {
            "participation.vote_drafted": self.drafted,
            "participation.vote_opened": self.opened,
            "participation.ballot_cast": self.cast,
            "participation.ballot_changed": self.changed,
            "participation.acts_merged": self.merged,
            "participation.vote_closed": self.closed,
            "participation.vote_tallied": self.tallied,
            "participation.vote_annulled": self.annulled,
        }

    def drafted(self, event: Any, _outcome: Outcome) -> None:
        """The terms of a vote."""
        self.polls[event.vote] = Poll(event)

    def opened(self, event: Any, outcome: Outcome) -> None:
        """The electorate is everybody entitled now, counted once more from the bindings themselves."""
        poll = self.polls[event.vote]
        poll.electorate, poll.open = event.electorate, True
        poll.owned = owned_by(self.district) if poll.terms.matter else {}
        if event.area_dm2 != sum(area for area, _ in poll.owned.values()):
            self.broken("T20", f"{event} counts another area than {poll.owned}", outcome, event)
        persons, units = self._entitled(poll.terms.unit)
        self.counts["T20"] += 1
        row = self.district.board.votes[event.vote]
        if (event.electorate, row.electorate, len(row.entitled)) != (units, units, persons):
            seen = f"electorate {event.electorate} and {len(row.entitled)} persons; entitled {units} and {persons}"
            self.broken("T20", seen, outcome, event)
        if outcome.by.at >= poll.terms.closes_at:
            self.broken("T20", f"{event.vote} opens at its close", outcome, event)

    def _entitled(self, unit: str) -> tuple[int, int]:
        """How many persons may vote, and for how many units."""
        rows = self.district.residents
        if unit == "household":
            homes = [rows.bindings[each.home].household for each in rows.persons.values() if each.home]
            found = [home for home in homes if home]
            return len(found), len(set(found))
        bindings, count = rows.bindings, 0
        for row in rows.persons.values():
            for name in row.bindings:
                each = bindings[name]
                if each.state == "ACTIVE" and (unit != "owner" or each.relation == "owner"):
                    count += 1
                    break
        return count, count

    def cast(self, event: Any, outcome: Outcome) -> None:
        """A ballot of a unit that has none."""
        self.cast_count += 1
        poll = self._choice(event, outcome)
        voter = self._voter(poll, event)
        if voter in poll.ballots:
            self.broken("S20", f"{voter} has a live ballot in {event.vote}", outcome, event)
        poll.ballots[voter] = event.choices
        if len(poll.ballots) > poll.electorate:
            seen = f"{len(poll.ballots)} ballots of {poll.electorate} in {event.vote}"
            self.broken("S20", seen, outcome, event)

    def changed(self, event: Any, outcome: Outcome) -> None:
        """Other choices in place of those of a live ballot."""
        self.cast_count += 1
        poll = self._choice(event, outcome)
        voter = self._voter(poll, event)
        if voter not in poll.ballots:
            self.broken("S20", f"{voter} has no ballot in {event.vote} to change", outcome, event)
        poll.ballots[voter] = event.choices

    def _choice(self, event: Any, outcome: Outcome) -> Poll:
        """The open poll of a ballot with as many different options as it allows."""
        poll = self.polls[event.vote]
        if not poll.open or outcome.by.at >= poll.terms.closes_at:
            self.broken("T20", f"a ballot in {event.vote} at {outcome.by.at}, closed", outcome, event)
        choices, terms = event.choices, poll.terms
        if len(choices) != terms.choices or len(set(choices)) != terms.choices or not max(choices) < terms.options:
            self.broken("S20", f"{event} chooses {terms.choices} of {terms.options}", outcome, event)
        return poll

    def _voter(self, poll: Poll, event: Any) -> str:
        rows = self.district
        if poll.terms.unit != "household":
            return str(rows.residents.persons[event.person].id)  # the row's string
        return str(rows.board.votes[event.vote].entitled.get(event.person, event.person))

    def merged(self, event: Any, _outcome: Outcome) -> None:
        """Ballots of one person under two rows are one."""
        for poll in self.polls.values():
            for _, persons in poll.owned.values():
                if event.gone in persons:
                    persons.discard(event.gone)
                    persons.add(event.kept)
            ballot = poll.ballots.pop(event.gone, None) if poll.terms.unit != "household" else None
            if ballot is not None:
                poll.ballots.setdefault(self.district.residents.persons[event.kept].id, ballot)

    def closed(self, event: Any, outcome: Outcome) -> None:
        """Closed, at the latest at its instant, and tallied in the same record."""
        poll = self.polls[event.vote]
        poll.open = False
        self.counts["L09"] += 1
        if outcome.by.at > poll.terms.closes_at:
            self.broken("T20", f"{event.vote} closes at {outcome.by.at}, due {poll.terms.closes_at}", outcome, event)
        tallies = [each for each in outcome.events if each.type == "participation.vote_tallied"]
        if [each.vote for each in tallies] != [event.vote]:  # type: ignore[attr-defined]
            self.broken("L09", f"{event.vote} is closed and not tallied", outcome, event)

    def tallied(self, event: Any, outcome: Outcome) -> None:
        """The sums of the ballots, and the verdict."""
        poll = self.polls[event.vote]
        if poll.open:
            self.broken("T20", f"{event.vote} is tallied while it is open", outcome, event)
        counts = [0] * poll.terms.options
        for choices in poll.ballots.values():
            for option in choices:
                counts[option] += 1
        self.counts["S20"] += 1
        if (event.ballots, list(event.counts)) != (len(poll.ballots), counts):
            seen = f"{event.ballots} ballots, {event.counts}; cast {len(poll.ballots)}, {counts}"
            self.broken("S20", seen, outcome, event)
        self.counts["T21"] += 1
        if poll.terms.matter:
            self._carried(poll, event, outcome)
            return
        quorum = event.ballots > 0 and event.ballots * BASIS >= poll.electorate * poll.terms.quorum_bp
        leading = tuple(option for option, votes in enumerate(counts) if quorum and votes >= max(counts))
        if (event.valid, event.leading) != (quorum, leading):
            seen = f"{event.ballots} of {poll.electorate}, quorum {poll.terms.quorum_bp}"
            self.broken("T21", f"{seen}: valid {event.valid}, leading {event.leading}", outcome, event)
        poll.ballots = {}

    def _carried(self, poll: Poll, event: Any, outcome: Outcome) -> None:
        """A matter of owners: the law's shares of heads and of area, each in whole numbers."""
        found = agreed_of(poll.owned, poll.ballots)
        valid, leading = verdict(poll.terms.matter, poll.electorate, poll.ballots, found)
        if (event.valid, event.leading, event.areas) != (valid, leading, found):
            seen = f"{poll.terms.matter}: {len(poll.ballots)} of {poll.electorate} owners, areas {found}"
            self.broken("T21", f"{seen}: valid {event.valid}, leading {event.leading}, {event.areas}", outcome, event)
        poll.ballots, poll.owned = {}, {}

    def annulled(self, event: Any, _outcome: Outcome) -> None:
        """No result."""
        poll = self.polls[event.vote]
        poll.open, poll.ballots = False, {}

    def night(self) -> None:
        """Open votes show no counts, have the ballots that were cast, and are not over."""
        for vote, poll in self.polls.items():
            if poll.open:
                self.counts["T20"] += 1
                self.counts["S20"] += 1
                row = self.district.board.votes[vote]
                if row.counts or row.state != "OPEN" or self.district.at > poll.terms.closes_at:
                    self.broken("T20", f"{vote} shows {row.counts} in state {row.state}", None, None)
                if len(row.ballots) != len(poll.ballots) or row.cast != len(poll.ballots):
                    self.broken("S20", f"{vote} holds {len(row.ballots)} ballots, cast {len(poll.ballots)}", None, None)

    def checked(self) -> Mapping[str, int]:
        """Every ballot counts."""
        cast = self.cast_count
        return {**self.counts, "S20": self.counts["S20"] + cast, "T20": self.counts["T20"] + cast}
