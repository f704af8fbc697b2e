"""The reference engine: an executable statement of the platform's rules.

Public face: `new_engine(policy)`, `Engine.execute(Envelope)`, the commands of `engine.catalogue`, `engine.views`,
`engine.contract`, `digest`. Needs the standard library and pydantic only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.administration import FireDeadline
from engine.district import District
from engine.kernel.command import Command, Envelope, Outcome
from engine.kernel.digest import digest, state_digest
from engine.kernel.engine import Engine, Observer
from engine.kernel.journal import Chain, FileSink, MemorySink, Sink
from engine.kernel.rejection import Code, Rejected
from engine.kernel.vault import MemoryVault, Sealing, Vault, random_salt, seeded_salt
from engine.kernel.vault_file import FileVault
from engine.policy import Policy

__all__ = [
    "Code",
    "Command",
    "District",
    "Engine",
    "Envelope",
    "FileSink",
    "FileVault",
    "MemorySink",
    "MemoryVault",
    "Outcome",
    "Policy",
    "Rejected",
    "Sink",
    "Vault",
    "digest",
    "new_engine",
    "random_salt",
    "seeded_salt",
    "state_digest",
]


def new_engine(
    policy: Policy | None = None,
    sink: Sink | None = None,
    vault: Vault | None = None,
    salt: Callable[[], bytes] = random_salt,
    observers: Sequence[Observer] = (),
) -> Engine:
    """An engine over an empty district.

    `sink` None keeps no journal, `vault` None keeps personal values in memory. Invariants are handed in as observers.
    """
    policy = policy or Policy()
    kept = vault if vault is not None else MemoryVault()
    chain = Chain(sink, policy.document()) if sink is not None else None
    engine = Engine(District(policy), chain, Sealing(kept, salt), FireDeadline)
    engine.watch["vault.purged"] = [lambda purged, _outcome: kept.purge(purged.field, purged.before)]
    engine.observers.extend(observers)
    return engine
