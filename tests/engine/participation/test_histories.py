"""Random histories of the board: what must hold after every command, told from the events alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine import Command, FileSink, Outcome
from engine.kernel.journal import Sink
from engine.kernel.units import HOUR_S
from engine.merging.persons import MergePersons
from engine.participation.news import PublishArticle, ReadArticle, WithdrawArticle
from engine.participation.questionnaires import CloseQuestionnaire
from engine.participation.responses import ReviseResponse
from engine.participation.reviews import InvalidateResponse, ValidateResponse
from engine.participation.votes import AnnulVote, ChangeBallot, CloseVote
from engine.replay import Journal, fold, state_digest
from tests.engine.participation.square import CALM, GOOD, Square

PEOPLE = [f"per_{number}" for number in range(1, 7)]
SHEETS = [(GOOD, 60), (GOOD, 1), ((1,) * 10, 60), ((0,) * 10, 60)]
ACTS = [
    "answer", "answer", "answer", "revise", "invalidate", "validate", "merge", "cast", "cast", "change", "close_vote",
    "annul", "close_questionnaire", "vote", "questionnaire", "publish", "read", "withdraw", "wait",
]  # fmt: skip
STEPS = st.lists(st.tuples(st.sampled_from(ACTS), *[st.integers(0, 11)] * 3), max_size=60)
UNITS = ("person", "household", "owner")


class History:
    """A square on which numbered steps are taken, and an oracle over its events."""

    def __init__(self, sink: Sink | None = None) -> None:
        self.square = Square(sink, participation__ballot_change=True, **CALM)
        self.oracle = Oracle()
        self.square.engine.observers.append(self.oracle)
        self.square.vote()
        self.square.questionnaire()

    def step(self, act: str, one: int, two: int, three: int) -> None:
        """Take the step `act`; the numbers choose people, things and how."""
        square, board = self.square, self.square.district.board
        person = PEOPLE[one % 6]
        votes, sheets, articles = list(board.votes), list(board.questionnaires), list(board.articles)
        vote, qst = votes[two % len(votes)], sheets[two % len(sheets)]
        responses = [f"rsp_{number:08d}" for number in range(1, square.district.ids.last.get("rsp", 0) + 2)]
        response, article = responses[two % len(responses)], articles[two % len(articles)] if articles else "art_1"
        office: dict[str, Command] = {
            "invalidate": InvalidateResponse(response, "not_genuine"),
            "validate": ValidateResponse(response),
            "merge": MergePersons(person, PEOPLE[two % 6]),
            "close_vote": CloseVote(vote),
            "annul": AnnulVote(vote),
            "close_questionnaire": CloseQuestionnaire(qst),
            "publish": PublishArticle("community"),
            "withdraw": WithdrawArticle(article),
        }
        if act in office:
            square.office(office[act])
        elif act == "answer":
            square.answer(person, qst, *SHEETS[three % 4])
        elif act == "revise":
            square.give(ReviseResponse(response, *SHEETS[three % 4]), "resident", person)
        elif act == "cast":
            square.cast(person, vote, three % 3)
        elif act == "change":
            square.resident(ChangeBallot(person, vote, (three % 3,)))
        elif act == "read":
            square.resident(ReadArticle(person, article))
        elif act == "vote":
            square.vote(UNITS[three % 3], quorum_bp=three * 900)
        elif act == "questionnaire":
            square.questionnaire(rewarded=bool(one % 3), unit=UNITS[three % 2])
        else:
            square.at += three * 7 * HOUR_S
            square.engine.advance(square.at)


class Oracle:
    """What the events say, kept in its own way: verdicts, awards in force, ballots, merges."""

    def __init__(self) -> None:
        self.into: dict[str, str] = {}
        self.sheet_of: dict[str, tuple[str, str]] = {}
        self.valid: set[str] = set()
        self.in_force: dict[str, tuple[str, str]] = {}
        self.open: set[str] = set()
        self.tallied: list[Any] = []
        self.electorate: dict[str, int] = {}

    def root(self, person: str) -> str:
        """Whom a row stands for."""
        while person in self.into:
            person = self.into[person]
        return person

    def observe(self, outcome: Outcome) -> None:
        """Look at each event."""
        for event in outcome.events:
            self._see(event)

    def _see(self, event: Any) -> None:
        name = event.type.partition(".")[2]
        if name == "person_merged":
            self.into[event.person] = event.into
        elif name == "response_submitted":
            self.sheet_of[event.response] = (event.questionnaire, event.person)
        elif name == "award_granted":
            self.in_force[event.award] = (event.evidence, event.rule)
        elif name in ("award_revoked", "award_cancelled"):
            del self.in_force[event.award]
        elif name == "vote_opened":
            self.electorate[event.vote] = event.electorate
            self.open.add(event.vote)
        elif name in ("vote_closed", "vote_annulled"):
            self.open.discard(event.vote)
        elif name == "ballot_cast":
            assert event.vote in self.open, "T20: a ballot after the close"
        elif name == "vote_tallied":
            self.tallied.append(event)
        if name == "response_validated":
            self.sheet_of[event.review] = self.sheet_of[event.response]


@given(STEPS)
def test_invariants_of_the_board_hold_in_any_history(steps: list[tuple[str, int, int, int]]) -> None:
    """S20, S21, T20, H11, H14: one ballot and one valid response a unit, and awards for exactly the valid ones."""
    history = History()
    for step in steps:
        history.step(*step)
        history.square.engine.advance(history.square.at)  # a merge's take-back is due at once
        check(history)


def check(history: History) -> None:
    """Compare the rows with what the events say."""
    oracle, district = history.oracle, history.square.district
    for sheet in district.board.questionnaires.values():
        handed_in = sum(qst == sheet.id and key.startswith("rsp") for key, (qst, _) in oracle.sheet_of.items())
        assert sheet.valid + sum(sheet.invalid.values()) == handed_in
        if sheet.state == "FINAL":
            continue
        valid = {key: row for key, row in sheet.responses.items() if row.state == "VALID"}
        units = Counter(oracle.root(row.person) if sheet.unit == "person" else row.unit for row in valid.values())
        assert sheet.valid == len(valid) == len(units), "S21: two valid responses of one unit"
        assert set(sheet.answered.values()) == set(valid)
        of_sheet = {key for key, (qst, _) in oracle.sheet_of.items() if qst == sheet.id}
        rewarded = Counter(rule for evidence, rule in oracle.in_force.values() if evidence in of_sheet)
        expected = len(valid) if sheet.rewarded else 0
        assert rewarded["questionnaire"] == rewarded["questionnaire_moral"] == expected, "H14"
    for vote in district.board.votes.values():
        assert vote.cast == len(vote.ballots) or vote.state != "OPEN"
        assert vote.cast <= vote.electorate
        assert len(set(vote.entitled.values())) <= vote.electorate
    for event in oracle.tallied:
        assert sum(event.counts) == event.ballots <= oracle.electorate[event.vote], "S20"


def test_events_alone_rebuild_the_board(tmp_path: Path) -> None:
    """H02: folding the log of a long random history gives the state, keys included, that the engine had."""
    rng = Random(20)  # noqa: S311 - a history, no secret
    path = tmp_path / "journal.gz"
    history = History(FileSink(path))
    for _ in range(600):
        history.step(rng.choice(ACTS), *(rng.randrange(12) for _ in range(3)))
    engine = history.square.engine
    assert engine.chain is not None
    engine.chain.close()
    with path.open("rb") as file:
        folded = fold(Journal(file))
    assert state_digest(folded) == state_digest(engine)
    states = {each.state for each in history.square.district.board.questionnaires.values()}
    assert states == {"OPEN", "CLOSED", "FINAL"}
    assert history.oracle.tallied
    assert history.oracle.into
