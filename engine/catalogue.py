"""Every command, listed in order. Doors, strategies, load tasks and reference pages are derived from this list."""

from __future__ import annotations

from engine.administration import ChangePolicy, FireDeadline, Purge, SetRule, Sweep
from engine.kernel.command import Command
from engine.payments.purchases import PayPurchase, RegisterMerchant
from engine.payments.refunds import RefundPurchase
from engine.payments.settlement import ReimbursePoints, SettleChannel, SettleMerchants
from engine.points.awards import GrantAward, RevokeAward

COMMANDS: tuple[type[Command], ...] = (
    GrantAward,
    RevokeAward,
    RegisterMerchant,
    PayPurchase,
    RefundPurchase,
    SettleChannel,
    SettleMerchants,
    ReimbursePoints,
    ChangePolicy,
    SetRule,
    Purge,
    Sweep,
    FireDeadline,
)
BY_TYPE: dict[str, type[Command]] = {command.type: command for command in COMMANDS}
