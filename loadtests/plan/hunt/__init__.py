"""Hunts: operations that find bugs, drawn from the catalogue with a model engine alongside."""

from loadtests.plan.hunt.writing import plan_of_hunt

__all__ = ["plan_of_hunt"]
