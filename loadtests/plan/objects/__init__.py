"""Plans for the objects that an adapter serves: registers, counters, collections of any API."""

from loadtests.plan.objects.writing import plan_of_objects

__all__ = ["plan_of_objects"]
