"""Model of a bank: transfers between accounts; a read shows several balances of one instant, so money is conserved."""

from __future__ import annotations

from typing import Any

from loadtests.linearizability.calls import Call
from loadtests.linearizability.model import IMPOSSIBLE, BadCall, Model, State, whole

INSUFFICIENT = "insufficient"


class Bank(Model):
    """All accounts are one object: `transfer` {from, to, amount}, `deposit` and `withdraw` {account, amount}, `read`.

    `read` answers balances by account, of all accounts or of the one that its value names. No balance falls below
    zero. A `fail` with the result "insufficient" says that the money was not there; other ones say nothing.
    """

    name = "bank"
    functions = frozenset({"transfer", "deposit", "withdraw", "read"})
    pure = frozenset({"read"})
    by_key = False
    judges_refusals = True

    def begin(self, _key: str | None) -> State:
        """`initial`: balances by account; others have nothing."""
        if self.initial is not None and not isinstance(self.initial, dict):
            raise BadCall(0, "`initial` of a bank are balances by account")
        balances = {str(account): int(amount) for account, amount in (self.initial or {}).items()}
        return frozenset(each for each in balances.items() if each[1])

    def step(self, state: Any, call: Call) -> State:
        """Next balances."""
        balances = dict(state)
        if call.f == "read":
            return state if call.type == "info" or self._shows(balances, call) else IMPOSSIBLE
        source, target, amount = _moved(call)
        if source is not None:
            balances[source] = balances.get(source, 0) - amount
            if balances[source] < 0:
                return state if call.type == "info" else IMPOSSIBLE
        if target is not None:
            balances[target] = balances.get(target, 0) + amount
        return frozenset(each for each in balances.items() if each[1])

    def refuses(self, state: Any, call: Call) -> bool:
        """A refusal for lack of money needs the lack."""
        if call.result != INSUFFICIENT or call.f not in ("transfer", "withdraw"):
            return True
        source, _, amount = _moved(call)
        return bool(dict(state).get(source, 0) < amount)

    @staticmethod
    def _shows(balances: dict[Any, int], call: Call) -> bool:
        if isinstance(call.result, dict):
            shown = {str(account): amount for account, amount in call.result.items()}
            hidden = call.value is None and any(account not in shown for account, n in balances.items() if n)
            return not hidden and all(balances.get(account, 0) == amount for account, amount in shown.items())
        return bool(balances.get(str(call.value), 0) == call.result)

    def check(self, call: Call) -> None:
        """Amounts are whole numbers of at least zero."""
        super().check(call)
        if call.f == "read":
            return
        names = ("from", "to") if call.f == "transfer" else ("account",)
        if not isinstance(call.value, dict) or not all(name in call.value for name in names):
            raise BadCall(call.number, f"`{call.f}` needs {', '.join((*names, 'amount'))}")
        if whole(call, call.value.get("amount")) < 0:
            raise BadCall(call.number, "an amount is at least zero")

    def shown(self, state: Any) -> Any:
        """Balances by account."""
        return dict(sorted(state))


def _moved(call: Call) -> tuple[str | None, str | None, int]:
    """From which account to which, and how much."""
    value = call.value
    if call.f == "transfer":
        return str(value["from"]), str(value["to"]), value["amount"]
    account = str(value["account"])
    return (account, None, value["amount"]) if call.f == "withdraw" else (None, account, value["amount"])
