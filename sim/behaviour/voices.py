"""Suggestions after they were made: how soon they are answered and how far they come.

Answers take an exponential time in office; each stage is a share of those that reached the one before. No such shares
were published: petition platforms act on one suggestion in four to one in ten, and carry out fewer.
"""

from __future__ import annotations

from sim.sourced import Parameters, Share, sourced


class SuggestionBehaviour(Parameters):
    """The section `[behaviour.suggestions]`; how many are made stands in `[behaviour.reporting]`."""

    answer_days: float = sourced("days", "Mean time from screening to the answer (exponential).", gt=0)
    withdrawn_share: Share = sourced("share", "Suggestions that are taken back before anybody looks at them.")
    reroute_share: Share = sourced("share", "Suggestions that the office sends to the other of the two routes.")
    accepted_share: Share = sourced("share", "Answered suggestions that are accepted; others are declined.")
    adopted_share: Share = sourced("share", "Accepted suggestions that are adopted; others are left at that.")
    implemented_share: Share = sourced("share", "Adopted suggestions that are carried out; others are declined.")
    decision_days: float = sourced("days", "Mean time from one stage to the next (exponential).", gt=0)
