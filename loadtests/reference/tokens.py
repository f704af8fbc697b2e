"""Tokens: who asks, and until when, under an HMAC (RFC 2104, SHA-256) with the deployment's secret.

A token is `base64url(kind:id|expiry).base64url(mac)`; there is nothing to look up, and nothing to steal but itself.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Callable

from engine.contract import ACTOR_KINDS, PLAIN

DAY_S = 86_400
KNOWN_TOKENS = 50_000
"""How many verified tokens are remembered; a MAC costs as much as a small command."""


class Tokens:
    """Issues and reads tokens. Instants are those of the real clock, whatever the town's clock says."""

    def __init__(self, secret: str, now: Callable[[], float] = time.time) -> None:
        """`secret` is the operator's; the key is derived from it, so that a MAC is never one of the secret itself."""
        self._secret = secret.encode()
        self._key = hashlib.sha256(b"mashang tokens 1:" + self._secret).digest()
        self._now = now
        self._known: dict[str, tuple[tuple[str, str], int]] = {}

    def is_operator(self, shown: str) -> bool:
        """True for the operator's secret."""
        return hmac.compare_digest(shown.encode(), self._secret)

    def issue(self, actor: str, seconds: int = DAY_S) -> tuple[str, int]:
        """A token for an actor `kind:id` and when it ends. Raises ValueError for what no actor can be."""
        kind, _, who = actor.partition(":")
        if kind not in ACTOR_KINDS or not who or not PLAIN.fullmatch(actor):
            raise ValueError(actor)
        ends_at = int(self._now()) + seconds
        content = f"{actor}|{ends_at}".encode()
        return f"{_text(content)}.{_text(self._mac(content))}", ends_at

    def actor_of(self, token: str) -> tuple[str, str] | None:
        """Kind and id of a token's actor; None for one that is forged, changed or over."""
        found = self._known.get(token) or self._verified(token)
        if found is None or self._now() >= found[1]:
            return None
        return found[0]

    def _verified(self, token: str) -> tuple[tuple[str, str], int] | None:
        content, _, mac = token.partition(".")
        try:
            told, shown = urlsafe_b64decode(content), urlsafe_b64decode(mac)
        except (NotBase64, ValueError):
            return None
        canonical = f"{_text(told)}.{_text(shown)}" == token  # base64 has several texts for one value
        if not canonical or not hmac.compare_digest(shown, self._mac(told)):
            return None
        actor, _, ends_at = told.decode().rpartition("|")
        kind, _, who = actor.partition(":")
        if len(self._known) >= KNOWN_TOKENS:
            self._known.clear()
        found = self._known[token] = ((ACTOR_KINDS[kind], who), int(ends_at))
        return found

    def _mac(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).decode()
