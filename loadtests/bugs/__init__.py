"""The planted bugs: what is wrong in deployed platforms of this kind, one small patch each.

`BUGS` names them; `planted(bug)` puts one into the engine and the reference deployment of this process.
"""

from loadtests.bugs import aggregate, boundary, concurrency, fault, people, retry, services, sharing
from loadtests.bugs.bug import KINDS, Bug, Patches, Switch, planted, switched

ROOMS = (retry, concurrency, sharing, boundary, fault, aggregate, people, services)
BUGS: dict[str, Bug] = {bug.name: bug for room in ROOMS for bug in room.BUGS}

__all__ = ["BUGS", "KINDS", "Bug", "Patches", "Switch", "planted", "switched"]
