"""What happens now and then: corrections, second thoughts, small office work. No rates of it were published.

Each number is how often it happens over the horizon in the whole district; a smaller town has its part, but at least
one. Nothing here is meant to move a total: it is there because a platform that runs for a year meets all of it.
"""

from __future__ import annotations

from sim.sourced import MeanAndSpread, Parameters, sourced

MOST = 100_000


def _times(meaning: str) -> int:
    number: int = sourced("times", meaning, ge=0, le=MOST)
    return number


class OccasionsBehaviour(Parameters):
    """The section `[behaviour.occasions]`."""

    codes_replaced: int = _times("Printed codes of dwellings that are lost, revoked and printed again.")
    members_tried: int = _times("Grid members who are appointed on trial and leave before they cover a grid.")
    guests: int = _times("Guests of a family who are entered at the door and leave a week later.")
    requests_refused: int = _times("Requests to be bound that a grid member refuses.")
    tags_read: int = _times("Community workers who look up the special group of somebody.")
    tags_withdrawn: int = _times("Tags of special groups that are taken off.")
    consents: int = _times("Residents who agree to an optional purpose; one in ten no longer does a month later.")
    guardians: int = _times("Minors for whom a guardian is registered.")
    articles_withdrawn: int = _times("News items that no longer hold.")
    ballots_changed: int = _times("Ballots that are changed; if none, changing is never allowed.")
    responses_revised: int = _times("Valid sheets that are filled in anew.")
    responses_reviewed: int = _times("Valid sheets that are doubted; half of them are put back.")
    questionnaires_closed: int = _times("Questionnaires that are closed by hand some minutes early; not scaled.")
    activities_called_off: int = _times("Extra calls for an activity that are closed early and called off; not scaled.")
    topics: int = _times("Topics for deliberation; not scaled.")
    topic_posts: int = _times("Posts in a topic.")
    owners_votes: int = _times("Votes of owners by area and heads, beside the votes of the board; not scaled.")
    owners_ballots: int = _times("Owners who take part in such a vote.")
    home_area_m2: MeanAndSpread = sourced("m2, log units", "Median floor area of a home, and its spread (lognormal).")
    prizes: int = _times("Prizes in points that officers give; one in ten is taken back.")
    bills_withdrawn: int = _times("Utility bills that are sent by mistake and taken back.")
    bills_reversed: int = _times("Posted utility bills that the company gives back.")
    offers_withdrawn: int = _times("Special offers that a merchant ends early.")
    code_praises: int = _times("Praises by visitors who scan an outdoor code.")
    sweeps: int = _times("Nights on which the operator moves the clock by hand.")
    purges: int = _times("Rounds in which an officer deletes texts that are old enough.")
    purge_days: int = sourced("days", "Age of texts that are deleted.", ge=1, le=3_660)
