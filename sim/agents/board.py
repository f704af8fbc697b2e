"""The board: editors open questionnaires and votes and publish news; residents look, answer, vote and read."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    CastBallot,
    DraftQuestionnaire,
    DraftVote,
    OpenQuestionnaire,
    OpenVote,
    PublishArticle,
    ReadArticle,
    SubmitResponse,
)
from sim.agents.residents import Residents
from sim.arrivals import Arrivals, Crowd, Looks
from sim.behaviour.answering import probability
from sim.board_calendar import OPENING_HOUR, Opening, articles_on, calendar_of
from sim.profiles import HOUR_S, Floats, civil_day, day_start
from sim.thinning import Thinned
from sim.world import World

SECTIONS = (
    "community",
    "medical_insurance",
    "epidemic_control",
    "pension_insurance",
    "public_rental_housing",
    "public_services",
)
SHEETS = 64  # different answer sheets; what people choose is not modelled
SHORTEST_READ_S, LONGEST_READ_S = 45, 400
FAST_S = 5
BALLOT_DECAY = 0.6  # options behind the leader are chosen in falling shares


class Board:
    """Everything that editors put up in a run."""

    def __init__(self, world: World, residents: Residents) -> None:
        """Plans the whole horizon; `join` puts it into the clock."""
        self.world = world
        self.residents = residents
        first = world.scenario.first_day
        self.plan = calendar_of(world.scenario.board, first, first + world.scenario.days)
        self.open_questionnaires: dict[int, str] = {}
        self.open_votes: dict[int, str] = {}
        self.articles: list[tuple[int, str]] = []
        self._fresh_of = (-1, -1)
        self._fresh_names: list[str] = []
        self._sheets = self._draw_sheets()
        self._option_reach = self._draw_options()
        self._vote_chances: Floats | None = None

    def _draw_sheets(self) -> list[tuple[int, ...]]:
        items = self.world.scenario.board.questionnaire_items
        choices = self.world.streams.generator("answer.sheets").integers(1, 6, (SHEETS, items))
        choices[:, 0] = np.where((choices == choices[:, :1]).all(axis=1), choices[:, 0] % 5 + 1, choices[:, 0])
        return [tuple(row) for row in choices.tolist()]

    def _draw_options(self) -> list[float]:
        leader = self.world.scenario.behaviour.voting.leader_share
        options = self.world.scenario.board.vote_options
        rest = np.array([BALLOT_DECAY**place for place in range(options - 1)])
        return [float(reach) for reach in np.cumsum([leader, *((1.0 - leader) * rest / rest.sum())])]

    def join(self) -> None:
        """Editors become processes, looks become streams."""
        world = self.world
        for opening in self.plan.questionnaires:
            world.env.process(self._opens_questionnaire(opening))
        for opening in self.plan.votes:
            world.env.process(self._opens_vote(opening))
        world.env.process(self._publishes())

    def add_streams(self) -> None:
        """Looks of all residents, thinned by their probability to act; the slow mode does without."""
        for opening in self.plan.questionnaires:
            self._answers(opening)
        for opening in self.plan.votes:
            self._ballots(opening)
        arrivals, read = self.reading()
        self.world.env.add_stream(arrivals.draw, read, "reading")

    def _answers(self, opening: Opening) -> None:
        world, hours = self.world, self.world.profiles.self_service.hours
        share = world.scenario.behaviour.answering.window_share
        looks = Looks("answer", opening, len(world.town.people), share, world.streams)
        stream = Thinned(
            lambda start, stop: looks.draw(start, stop, hours),
            self.residents.answer_bounds,
            self.residents.answer_probability,
            lambda who, _u: self.answer(opening.number, who, looks.mark(who)),
        )
        stream.join(world.env, f"answer.{opening.number}")

    def _ballots(self, opening: Opening) -> None:
        world, hours = self.world, self.world.profiles.self_service.hours
        share = world.scenario.behaviour.answering.window_share
        looks = Looks("ballot", opening, len(world.town.people), share, world.streams)
        chances = self.vote_chances()
        chance: Any = chances.data
        bound = self.residents.bound

        def cast(who: int, u: float) -> None:
            if bound[who] and u < chance[who]:
                self.cast(opening.number, who, u / chance[who])

        def hopeful(start: float, stop: float) -> Any:
            found = looks.draw(start, stop, hours)
            if found is None:
                return None
            t, who, u = found
            kept = u < chances[who]
            return t[kept], who[kept], u[kept]

        world.env.add_stream(hopeful, cast, f"ballot.{opening.number}")

    def vote_chances(self) -> Floats:
        """Probability of each person to cast a ballot when looking at a vote, whichever it is."""
        if self._vote_chances is None:
            level = self.world.scenario.behaviour.voting.intercept_logits
            self._vote_chances = np.array([probability(level + own) for own in self.residents.standing])
        return self._vote_chances

    def _opens_questionnaire(self, opening: Opening) -> Generator[Any, Any, None]:
        board, env = self.world.scenario.board, self.world.env
        yield env.timeout(opening.opens_at - env.now)
        draft = DraftQuestionnaire(board.questionnaire_items, board.required_items, opening.closes_at, rewarded=True)
        name = self.world.must(draft, "officer", "editor").questionnaire
        self.world.must(OpenQuestionnaire(name), "officer", "editor")
        self.open_questionnaires[opening.number] = name

    def _opens_vote(self, opening: Opening) -> Generator[Any, Any, None]:
        board, env = self.world.scenario.board, self.world.env
        yield env.timeout(opening.opens_at - env.now)
        draft = DraftVote(board.vote_options, 1, "person", opening.closes_at, 0)
        name = self.world.must(draft, "officer", "editor").vote
        self.world.must(OpenVote(name), "officer", "editor")
        self.open_votes[opening.number] = name

    def answer(self, number: int, who: int, u: float) -> None:
        """A person answers a questionnaire; `u`, uniform in [0, 1), decides how well."""
        behaviour, world = self.world.scenario.behaviour.answering, self.world
        sheet = self._sheets[int(u * SHEETS)]
        seconds = SHORTEST_READ_S + int(u * 7919) % (LONGEST_READ_S - SHORTEST_READ_S)
        bad = (u * 104_729) % 1.0  # a second uniform number out of the digits of the first
        if bad < behaviour.too_fast_share:
            seconds = FAST_S
        elif bad < behaviour.too_fast_share + behaviour.straight_line_share:
            sheet = (1,) * len(sheet)
        elif bad < behaviour.too_fast_share + behaviour.straight_line_share + behaviour.incomplete_share:
            sheet = (0, *sheet[1:])
        person = world.people[who]
        response = SubmitResponse(person, self.open_questionnaires[number], sheet, seconds)
        world.say(response, "resident", person)
        self.residents.answered(who)

    def cast(self, number: int, who: int, u: float) -> None:
        """A person casts a ballot; people who bound after the opening are no electors and see no ballot paper."""
        world = self.world
        option = next(place for place, reach in enumerate(self._option_reach) if u < reach or reach >= 1.0 - 1e-9)
        if self.residents.bound_at[who] < self.plan.votes[number].opens_at:
            person = world.people[who]
            world.say(CastBallot(person, self.open_votes[number], (option,)), "resident", person)

    def _publishes(self) -> Generator[Any, Any, None]:
        """The editors' office at nine: the day's news."""
        world = self.world
        for day in range(world.scenario.first_day, world.scenario.first_day + world.scenario.days):
            yield world.env.timeout(day_start(day) + OPENING_HOUR * HOUR_S - world.env.now)
            for section in articles_on(day, world.scenario.board, world.streams):
                made = world.must(PublishArticle(SECTIONS[section]), "officer", "editor")  # type: ignore[arg-type]
                self.articles.append((day, made.article))

    def _fresh(self, days: int) -> list[str]:
        """Items of the last days; the list is made anew when an item came or a day passed."""
        today = civil_day(int(self.world.env.now))
        if self._fresh_of != (today, len(self.articles)):
            self._fresh_of = today, len(self.articles)
            self._fresh_names = [name for day, name in self.articles if day > today - days]
        return self._fresh_names

    def reading(self) -> tuple[Arrivals, Any]:
        """The stream of people who open a news item, and what they then do."""
        world, behaviour = self.world, self.world.scenario.behaviour.reading
        activity = world.town.people.activity
        crowd = Crowd.of(activity)
        month = 365.25 / 12
        rate = behaviour.items_month / month * len(world.town.people)
        arrivals = Arrivals("reading", rate, crowd, world.profiles.self_service, world.streams)

        def read(who: int, u: float) -> None:
            if self.residents.bound[who]:
                fresh = self._fresh(behaviour.window_days)
                if fresh:
                    person = world.people[who]
                    world.say(ReadArticle(person, fresh[int(u * len(fresh))]), "resident", person)

        return arrivals, read


