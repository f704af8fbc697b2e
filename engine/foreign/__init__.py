"""A log that no engine of ours wrote: its lines read strictly, told to a district of their own, judged by the watchers.

`Checker(policy, terms, found)` takes entries in order and `finish()` gives the verdict. What a line must say stands in
`docs/foreign_logs.md`; `lines` reads a stream within limits, `entries` makes an entry of each line, `Mapping` knows how
somebody else calls things. Whatever a file says, it ends in a verdict or in one `Unreadable`.
"""

from engine.foreign.checker import Checker
from engine.foreign.entry import Entry, entries
from engine.foreign.lines import Line, Unreadable, lines, object_of
from engine.foreign.mapping import Mapping
from engine.foreign.terms import PROFILES, Terms, is_header, terms_of
from engine.foreign.verdict import Found, Judged, Verdict

__all__ = [
    "PROFILES",
    "Checker",
    "Entry",
    "Found",
    "Judged",
    "Line",
    "Mapping",
    "Terms",
    "Unreadable",
    "Verdict",
    "entries",
    "is_header",
    "lines",
    "object_of",
    "terms_of",
]
