"""Texts that must be known for ever, in twelve bytes each: a fingerprint of 64 bits and a number of 32.

Sorted leaves of machine words, one for each prefix of the fingerprint: a search is a bisection in C, and when leaves
have grown each is cut in two by one bit more. Two of 10 million texts share a fingerprint with a chance of 3 in a
million; then a repeat is claimed that was none.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import blake2b

BITS = 64
MOST: int = 2**BITS - 1
LEAF_ENTRIES = 512  # on average, when leaves are cut
LARGEST_NUMBER = 2**32 - 1


def fingerprint(text: str) -> int:
    """64 bits of a text; the same in every process, unlike `hash`."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=BITS // 8).digest(), "big")


def mark_of(text: str) -> int:
    """64 bits of a text under this process's own key: quicker, and no file can be made of texts that share one."""
    return hash(text) & MOST


class Fingerprints:
    """A number for each text that was put in."""

    __slots__ = ("_keys", "_numbers", "_shift", "count")

    def __init__(self) -> None:
        """Nothing known."""
        self._keys = [array("Q")]
        self._numbers = [array("I")]
        self._shift = BITS
        self.count = 0

    def put(self, text: str, number: int = 0) -> int | None:
        """Remember a text with a number (at most 32 bits; larger ones are cut); what it had before, None if new."""
        return self.put_mark(mark_of(text), number)

    def put_mark(self, mark: int, number: int = 0) -> int | None:
        """As `put`, by the fingerprint of a text."""
        leaf = mark >> self._shift
        keys = self._keys[leaf]
        place = bisect_left(keys, mark)
        numbers = self._numbers[leaf]
        number = min(number, LARGEST_NUMBER)
        if place < len(keys) and keys[place] == mark:
            before = numbers[place]
            numbers[place] = number
            return before
        keys.insert(place, mark)
        numbers.insert(place, number)
        self.count += 1
        if self.count > LEAF_ENTRIES * len(self._keys):
            self._cut()
        return None

    def get(self, text: str) -> int | None:
        """The number of a text; None for a text that is not known."""
        return self.get_mark(mark_of(text)) if self.count else None

    def get_mark(self, mark: int) -> int | None:
        """As `get`, by the fingerprint of a text."""
        leaf = mark >> self._shift
        keys = self._keys[leaf]
        place = bisect_left(keys, mark)
        return self._numbers[leaf][place] if place < len(keys) and keys[place] == mark else None

    def __contains__(self, text: str) -> bool:
        return self.get(text) is not None

    def _cut(self) -> None:
        self._shift -= 1
        keys, numbers = self._keys, self._numbers
        self._keys, self._numbers = [], []
        for leaf in range(len(keys)):
            border = bisect_left(keys[leaf], (2 * leaf + 1) << self._shift)
            self._keys += [keys[leaf][:border], keys[leaf][border:]]
            self._numbers += [numbers[leaf][:border], numbers[leaf][border:]]
            keys[leaf], numbers[leaf] = array("Q"), array("I")  # one leaf at a time is there twice
