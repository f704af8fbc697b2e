"""Occasions of the board: what is withdrawn, changed, doubted, closed early or called off."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    CancelActivity,
    ChangeBallot,
    ChangePolicy,
    CloseActivity,
    CloseQuestionnaire,
    DraftActivity,
    InvalidateResponse,
    JoinActivity,
    PublishActivity,
    ReviseResponse,
    ValidateResponse,
    WithdrawArticle,
)
from sim.agents.board import Board
from sim.agents.occasions.picking import one_of, somebody
from sim.agents.residents import Residents
from sim.board_calendar import Opening
from sim.profiles import DAY_S, HOUR_S, civil_day
from sim.world import World

Steps = Generator[Any, Any, None]
EDITOR = ("officer", "editor")
STALE_DAYS = 14  # news that old are no longer read
EARLY_S = 900  # a questionnaire closed by hand closes that much before its time
SMALLEST_PLACES, INTERESTED = 5, 3
SECOND_LOOK_S = 60
REVIEWED_S = 3 * DAY_S
ALLOWED = (("participation.ballot_change", "true"),)


class BoardActs:
    """News, ballots, responses, questionnaires, activities."""

    def __init__(self, world: World, residents: Residents, board: Board) -> None:
        """`board` knows what is open."""
        self.world = world
        self.residents = residents
        self.board = board
        self._reviewed = 0

    def join(self) -> None:
        """Ballots may be changed from the second day on; some questionnaires are closed by hand."""
        behaviour = self.world.scenario.behaviour.occasions
        if behaviour.ballots_changed:
            self.world.env.process(self._allowed())
        openings = self.board.plan.questionnaires
        for opening in openings[:: max(1, len(openings) // max(1, behaviour.questionnaires_closed))][
            : behaviour.questionnaires_closed
        ]:
            self.world.env.process(self._closed(opening))

    def _allowed(self) -> Steps:
        yield self.world.env.timeout(HOUR_S)
        self.world.say(ChangePolicy(ALLOWED, self.world.start + DAY_S), *EDITOR)

    def _closed(self, opening: Opening) -> Steps:
        yield self.world.env.timeout(opening.closes_at - EARLY_S - self.world.env.now)
        self.world.must(CloseQuestionnaire(self.board.open_questionnaires[opening.number]), *EDITOR)

    def article_withdrawn(self, luck: np.random.Generator) -> bool:
        """An item that nobody reads any more no longer holds."""
        today = civil_day(int(self.world.env.now))
        stale = [name for day, name in self.board.articles if day < today - STALE_DAYS]
        article = one_of(stale, luck)
        return article is not None and self.world.say(WithdrawArticle(article), *EDITOR).ok

    def ballot_changed(self, luck: np.random.Generator) -> bool:
        """Somebody chooses otherwise in a vote that is open."""
        votes = self.world.engine.district.board.votes
        rows = [votes[each] for each in self.board.open_votes.values() if votes[each].state == "OPEN"]
        vote = one_of([each for each in rows if each.ballots], luck)
        if vote is None:
            return False
        person = one_of(vote.ballots, luck)
        other = (vote.ballots[person][0] + 1) % vote.options
        return self.world.say(ChangeBallot(person, vote.id, (other,)), "resident", person).ok

    def _valid_response(self, luck: np.random.Generator) -> tuple[Any, str] | None:
        """A questionnaire that is open, and a valid response to it."""
        rows = self.world.engine.district.board.questionnaires
        names = self.board.open_questionnaires.values()
        row = one_of([rows[each] for each in names if rows[each].state == "OPEN" and rows[each].responses], luck)
        response = one_of(row.responses, luck) if row is not None else None
        return None if response is None or row.responses[response].reason else (row, response)

    def response_revised(self, luck: np.random.Generator) -> bool:
        """Somebody fills a sheet in anew."""
        found = self._valid_response(luck)
        if found is None:
            return False
        row, response = found
        district = self.world.engine.district
        person = district.residents.root(row.responses[response].person)
        sheet = tuple(1 + item % 5 for item in range(row.items))
        return self.world.say(ReviseResponse(response, sheet, SECOND_LOOK_S), "resident", person).ok

    def response_reviewed(self, luck: np.random.Generator) -> Steps | bool:
        """An editor doubts a sheet; every second one is put back."""
        found = self._valid_response(luck)
        if found is None or not self.world.say(InvalidateResponse(found[1], "not_genuine"), *EDITOR).ok:
            return False
        self._reviewed += 1
        return self._put_back(found[1]) if self._reviewed % 2 else True

    def _put_back(self, response: str) -> Steps:
        yield self.world.env.timeout(REVIEWED_S)
        self.world.say(ValidateResponse(response), *EDITOR)

    def activity_called_off(self, luck: np.random.Generator) -> Steps:
        """An extra activity finds too few people: closed early and called off."""
        world, now = self.world, int(self.world.env.now)
        closes, begins = now + 7 * DAY_S, now + 8 * DAY_S
        draft = DraftActivity(SMALLEST_PLACES, now, closes, begins, begins + 2 * HOUR_S, rewarded=True)
        name = world.must(draft, "officer", "board").activity
        world.must(PublishActivity(name), "officer", "board")
        for _ in range(INTERESTED):
            person = somebody(world, self.residents, luck)
            if person is not None:
                world.say(JoinActivity(person, name), "resident", person)
        yield world.env.timeout(2 * DAY_S)
        world.must(CloseActivity(name), "officer", "board")
        yield world.env.timeout(DAY_S)
        world.must(CancelActivity(name), "officer", "board")
