"""The grid's own work: care visits, inspections, planted hazards, reports by outdoor codes.

Totals are expected numbers over the whole horizon at scale 1. A hazard is planted at a grid and lives for some days: an
inspection there finds it or not, and people report it, so that rules over cases may find it as well. A warning is true
if such a hazard is alive; that is the simulation's knowledge, so precision is a result and no input.
"""

from __future__ import annotations

from sim.sourced import Parameters, Share, sourced


class OutreachBehaviour(Parameters):
    """The section `[behaviour.outreach]`."""

    care_minutes: float = sourced("minutes", "A care visit.", gt=0)
    care_lead_days: float = sourced("days", "How long before it is due a care visit is put on the list.", ge=0)
    at_home_share: Share = sourced("share", "Care visits at which somebody opens.")
    hazards: float = sourced("hazards", "Hidden problems of buildings and property that arise.", ge=0)
    hazard_days: float = sourced("days", "Mean life of one that nobody finds (exponential).", gt=0)
    hazard_reports: float = sourced("cases", "Mean number of extra cases that one causes.", ge=0)
    inspections: float = sourced("inspections", "Inspections by grid members.", ge=0)
    found_share: Share = sourced("share", "Inspections in a grid with a hazard that see it.")
    alarm_share: Share = sourced("share", "Inspections without a hazard that raise a warning all the same.")
    judge_hours: float = sourced("hours", "Mean time until a warning is judged (exponential).", gt=0)
    not_ours_share: Share = sourced("share", "True warnings that are the owner's own affair, whose case is refused.")
    code_reports: float = sourced("cases", "Reports by visitors who scan an outdoor code.", ge=0)
