"""Prints the JSON Schema of plan.json: `python -m loadtests.plan.schema > schemas/plan-1.json` (make schemas)."""

from __future__ import annotations

import json
import sys

from loadtests.plan.manifest import plan_schema

if __name__ == "__main__":
    sys.stdout.write(json.dumps(plan_schema(), ensure_ascii=False, indent=1) + "\n")
