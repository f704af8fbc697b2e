"""Assemblies: topics that people discuss, and votes of owners by area and heads.

The engine knows one electorate of owners, that of the district, so that a vote of the few who take part on the platform
does not reach the two thirds of the law, and says so.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np

from engine.catalogue import (
    AnnulVote,
    CastBallot,
    CloseTopic,
    CloseVote,
    ConcludeTopic,
    DraftVote,
    HidePost,
    OpenTopic,
    OpenVote,
    PostInTopic,
    RetractPost,
)
from sim.agents.occasions.picking import somebody
from sim.agents.praises import TEXT
from sim.agents.residents import Residents
from sim.population.town import Relation
from sim.profiles import DAY_S
from sim.world import World

Steps = Generator[Any, Any, None]
COUNCIL = ("officer", "council")
TOPIC_DAYS, VOTE_DAYS = 14, 10
RETRACTED, HIDDEN = 0.05, 0.02  # of posts
AGREED = 0.7  # of owners who take part
ANSWERED = 3  # suggestions that an outcome names at most
QUORUM_BP = 0  # that of owners is the law's
SIDES = 2


class Assemblies:
    """Every topic and every owners' vote of a run."""

    def __init__(self, world: World, residents: Residents) -> None:
        """Nobody has met."""
        self.world = world
        self.residents = residents
        self._owners = np.flatnonzero(world.town.people.relation == Relation.OWNER).tolist()
        self._topics = self._votes = 0

    def _number(self, luck: np.random.Generator, mean: float) -> int:
        return max(1, int(luck.poisson(mean * self.world.scale)))

    def topic(self, luck: np.random.Generator) -> Steps:
        """A topic is opened, people post, and its outcome answers some suggestions."""
        world = self.world
        opened = int(world.env.now)
        topic = world.must(OpenTopic(opened + TOPIC_DAYS * DAY_S), *COUNCIL).topic
        self._topics += 1
        posts = self._number(luck, world.scenario.behaviour.occasions.topic_posts)
        waits = np.sort(luck.random(posts) * (TOPIC_DAYS - 1) * DAY_S).astype(int).tolist()
        ends = [*luck.random(posts - 1).tolist(), 0.0] if self._topics == 1 else luck.random(posts).tolist()
        for wait, end in zip(waits, ends, strict=True):
            yield world.env.timeout(opened + wait - world.env.now)
            self._post(topic, somebody(world, self.residents, luck), end)
        if self._topics % SIDES:  # every second one runs to its end
            world.must(CloseTopic(topic), *COUNCIL)
        yield world.env.timeout(opened + (TOPIC_DAYS + 1) * DAY_S - world.env.now)
        world.must(ConcludeTopic(topic, TEXT, self._screened()), *COUNCIL)

    def _post(self, topic: str, person: str | None, end: float) -> None:
        """Somebody says something; a few posts are taken back, fewer are hidden."""
        if person is None:
            return
        posted = self.world.say(PostInTopic(person, topic, TEXT), "resident", person)
        if not posted.ok:
            return
        post = posted.events[0].post  # type: ignore[attr-defined]
        if end < HIDDEN:
            self.world.must(HidePost(post, "off_topic"), *COUNCIL)
        elif end < HIDDEN + RETRACTED:
            self.world.must(RetractPost(post), "resident", person)

    def _screened(self) -> tuple[str, ...]:
        """The latest suggestions that were screened and wait for an answer."""
        rows = reversed(self.world.engine.district.voices.suggestions.values())
        waiting = (each.id for each in rows if each.state == "SCREENED" and each.answered_at is not None)
        return tuple(each for each, _ in zip(waiting, range(ANSWERED), strict=False))

    def owners_vote(self, luck: np.random.Generator) -> Steps:
        """Owners say yes or no; the first such vote is drafted wrongly and annulled, the second is closed by hand."""
        world = self.world
        opened = int(world.env.now)
        self._votes += 1
        matter = "major" if self._votes % SIDES else "ordinary"
        draft = DraftVote(SIDES, 1, "owner", opened + VOTE_DAYS * DAY_S, QUORUM_BP, matter)  # type: ignore[arg-type]
        if self._votes == 1:
            world.must(AnnulVote(world.must(draft, *COUNCIL).vote), *COUNCIL)
        vote = world.must(draft, *COUNCIL).vote
        if not world.say(OpenVote(vote), *COUNCIL).ok:
            return
        count = self._number(luck, world.scenario.behaviour.occasions.owners_ballots)
        owners = [self._owners[int(place)] for place in luck.integers(len(self._owners), size=count)]
        waits = np.sort(luck.random(count) * (VOTE_DAYS - 1) * DAY_S).astype(int).tolist()
        for who, wait, side in zip(owners, waits, luck.random(count).tolist(), strict=True):
            yield world.env.timeout(opened + wait - world.env.now)
            self._vote(vote, who, (int(side >= AGREED),))
        if self._votes == 1:
            world.must(CloseVote(vote), *COUNCIL)

    def _vote(self, vote: str, who: int, choice: tuple[int]) -> None:
        if self.residents.bound[who]:
            person = self.world.people[who]
            if person in self.world.engine.district.board.votes[vote].entitled:
                self.world.say(CastBallot(person, vote, choice), "resident", person)
