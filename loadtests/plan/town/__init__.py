"""The town of a plan: the commands that bring an empty system to where the plan begins."""

from loadtests.plan.town.building import town_of

__all__ = ["town_of"]
