"""Answers of binding, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE, LIMIT = Precedence.NOT_FOUND, Precedence.STATE, Precedence.LIMIT

PERSON_NOT_FOUND = Code("PERSON_NOT_FOUND", NOT_FOUND, "No person has this id.")
DWELLING_NOT_FOUND = Code("DWELLING_NOT_FOUND", NOT_FOUND, "No dwelling has this id.")
GRID_NOT_FOUND = Code("GRID_NOT_FOUND", NOT_FOUND, "No grid has this id.")
PERSON_MERGED = Code("PERSON_MERGED", STATE, "The person's row was merged into another one; use that one.")
PERSON_NOT_BOUND = Code("PERSON_NOT_BOUND", STATE, "The person has no active binding; bind first.")
