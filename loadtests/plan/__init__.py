"""Plans: a simulated day, or a hunt for bugs, as a schedule of operations and the town that they need."""

from loadtests.plan.manifest import PLAN_SCHEMA, Expected, Manifest, Origin, Plan, plan_schema, read_plan, write_plan

__all__ = ["PLAN_SCHEMA", "Expected", "Manifest", "Origin", "Plan", "plan_schema", "read_plan", "write_plan"]
