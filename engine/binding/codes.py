"""Answers of binding, in order of precedence."""

from __future__ import annotations

from engine.kernel.rejection import Code, Precedence

NOT_FOUND, STATE, LIMIT = Precedence.NOT_FOUND, Precedence.STATE, Precedence.LIMIT

PERSON_NOT_FOUND = Code("PERSON_NOT_FOUND", NOT_FOUND, "No person has this id.")
DWELLING_NOT_FOUND = Code("DWELLING_NOT_FOUND", NOT_FOUND, "No dwelling has this id.")
GRID_NOT_FOUND = Code("GRID_NOT_FOUND", NOT_FOUND, "No grid has this id.")
QR_NOT_FOUND = Code("QR_NOT_FOUND", NOT_FOUND, "No code has this id.")
COMMUNITY_NOT_FOUND = Code("COMMUNITY_NOT_FOUND", NOT_FOUND, "No community has this id.")
BUILDING_NOT_FOUND = Code("BUILDING_NOT_FOUND", NOT_FOUND, "No building has this id.")
KIND_NOT_FOUND = Code("KIND_NOT_FOUND", NOT_FOUND, "The policy has no kind of grid members of this name.")
WORKER_NOT_FOUND = Code("WORKER_NOT_FOUND", NOT_FOUND, "No grid member has this id.")
BINDING_NOT_FOUND = Code("BINDING_NOT_FOUND", NOT_FOUND, "No binding has this id.")
TAG_NOT_FOUND = Code("TAG_NOT_FOUND", NOT_FOUND, "No special-group tag has this id.")

COMMUNITY_EXISTS = Code("COMMUNITY_EXISTS", STATE, "A community with this id is open.")
GRID_EXISTS = Code("GRID_EXISTS", STATE, "A grid with this id is open.")
BUILDING_EXISTS = Code("BUILDING_EXISTS", STATE, "A building with this id is in the base.")
DWELLING_EXISTS = Code("DWELLING_EXISTS", STATE, "A dwelling with this id is in the base.")
PERSON_EXISTS = Code("PERSON_EXISTS", STATE, "A person with this id is registered.")
WORKER_EXISTS = Code("WORKER_EXISTS", STATE, "A grid member with this id was appointed.")
WORKER_DISMISSED = Code("WORKER_DISMISSED", STATE, "The grid member was dismissed.")
GRID_ASSIGNED = Code("GRID_ASSIGNED", STATE, "The grid member covers this grid already.")
BIND_DUPLICATE = Code("BIND_DUPLICATE", STATE, "The person is bound to this dwelling, or waits for it: see `first`.")
BIND_QR_REVOKED = Code("BIND_QR_REVOKED", STATE, "The code was withdrawn; ask for a new one.")
BIND_QR_EXPIRED = Code("BIND_QR_EXPIRED", STATE, "The code has expired; ask for a new one.")
BIND_QR_USED = Code("BIND_QR_USED", STATE, "The code has been used as often as it may be; ask for a new one.")
BIND_QR_OUTDOOR = Code("BIND_QR_OUTDOOR", STATE, "The code stands out of doors and binds nobody; scan the home's.")
CODE_NOT_OUTDOOR = Code("CODE_NOT_OUTDOOR", STATE, "The code is that of a home; it carries no place out of doors.")
PLACE_ELSEWHERE = Code("PLACE_ELSEWHERE", STATE, "The building does not lie in this grid: see `grid`.")
BIND_ENDED = Code("BIND_ENDED", STATE, "The binding is over.")
BIND_NOT_ACTIVE = Code("BIND_NOT_ACTIVE", STATE, "The binding still waits for review.")
BIND_NOT_PENDING = Code("BIND_NOT_PENDING", STATE, "The binding does not wait for review.")
TAG_NO_EVIDENCE = Code("TAG_NO_EVIDENCE", STATE, "The evidence stands behind another tag; a tag needs its own.")
TAG_ENDED = Code("TAG_ENDED", STATE, "The tag is no longer in force.")
CONSENT_STANDS = Code("CONSENT_STANDS", STATE, "The person agrees to this purpose already.")
CONSENT_NOT_GIVEN = Code("CONSENT_NOT_GIVEN", STATE, "The person does not agree to this purpose.")
MERGE_ITSELF = Code("MERGE_ITSELF", STATE, "A person cannot be merged into the same row.")
PERSON_MERGED = Code(
    "PERSON_MERGED", STATE, "The person's row is closed: merged into `into`, or, where that is empty, the person died."
)
PERSON_NOT_BOUND = Code("PERSON_NOT_BOUND", STATE, "The person has no active binding; bind first.")
GRID_UNSTAFFED = Code(
    "GRID_UNSTAFFED", STATE, "A grid with active bindings needs an active community worker; assign one first."
)

HOUSEHOLD_FULL = Code("HOUSEHOLD_FULL", LIMIT, "The household has as many members as the policy allows.")
