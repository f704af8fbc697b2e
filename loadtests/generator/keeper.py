"""Keeps logins alive beside the load: renews them before they run out, and those that the target says have run out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator

from loadtests.adapter.credentials import Credentials
from loadtests.generator.adapter_target import LiveTarget
from loadtests.generator.reception import Reception
from wording import MashangError, Wording, language_from_environment

LOOK_S = 0.05
EARLY = 0.8
"""Share of its life after which a login is renewed."""
logger = logging.getLogger("mashang")


class Keeper:
    """For the actors of one worker; `over` ends it."""

    def __init__(self, reception: Reception, target: LiveTarget, actors: Collection[str]) -> None:
        self._reception = reception
        self._target = target
        self._actors = sorted(actors)
        self.over = False

    def run(self, sleep: Callable[[float], object]) -> None:
        """Look again and again until it is over; a login that fails is tried again and logged."""
        while not self.over:
            for who, actor in list(self.due(time.time())):
                self._target.expired.discard((who.name, actor))
                try:
                    self._reception.log_in(who, actor)
                except MashangError as error:
                    logger.warning(Wording(language_from_environment()).text(error.wording_id, **error.values))
                    self._target.expired.add((who.name, actor))
            sleep(LOOK_S)
        self._reception.close()

    def due(self, now_s: float) -> Iterator[tuple[Credentials, str]]:
        """Logins to renew: old ones, and those that have run out."""
        session = self._reception.session
        for who in self._reception.target.adapter.auth:
            if who.loginEndpointAuth is None:
                continue
            actors = self._actors if who.per == "actor" else [""]
            gone = {actor if who.per == "actor" else "" for name, actor in self._target.expired if name == who.name}
            if who.per == "run":  # one login stands for everybody who was refused
                self._target.expired -= {each for each in self._target.expired if each[0] == who.name and gone}
            for actor in actors:
                age_s = now_s - session.since_s.get((who.name, actor), now_s)
                if actor in gone or (who.lifetime_s and age_s > EARLY * who.lifetime_s):
                    yield who, actor
