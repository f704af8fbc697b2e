"""Adapters on a live system: users, logins that run out, signatures, what an audit finds and what it does not."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests.adapter import Adapter
from loadtests.adapter.credentials import Accounts
from loadtests.adapter.reading import adapter_from, read_adapter
from loadtests.generator.reception import accounts_of
from tests.loadtests.live.runs import LiveRun, lines
from tests.loadtests.live.shop_server import Shop, selling
from wording import MashangError

SHOP = Path(__file__).parent / "shop.yaml"


def shop_adapter(**changes: Any) -> Adapter:
    """The adapter of the shop, with other entries."""
    return adapter_from(yaml.safe_load(SHOP.read_text()) | changes, SHOP)


def operations_with(name: str, **changes: Any) -> dict[str, Any]:
    """The shop's operations, one of them otherwise."""
    found: dict[str, Any] = yaml.safe_load(SHOP.read_text())["operations"]
    return found | {name: found[name] | changes}


def test_a_right_system_passes(tmp_path: Path) -> None:
    """Everybody is made a user and logs in once; all is signed; the audit finds nothing and settles everything."""
    shop = Shop()
    with selling(shop) as url:
        done = LiveRun(read_adapter(SHOP), url, tmp_path / "run").go(300)
    assert not done.audit.counts
    assert done.audit.unknown == 0
    assert done.audit.calls["ok"] > 250
    assert done.audit.layers["linearizability"].checked > 250
    assert shop.seen["POST /users"] == shop.seen["POST /login"] == 12
    assert len(lines(done.folder / "town-history.jsonl")) == 3


@pytest.mark.parametrize(("bug", "found"), [("forgets", "OBJECT"), ("races", "OBJECT"), ("twice", "H03")])
def test_a_wrong_system_is_found_out(tmp_path: Path, bug: str, found: str) -> None:
    """Changes that are forgotten, additions that get lost, and a key with two effects."""
    with selling(Shop(bug)) as url:
        done = LiveRun(read_adapter(SHOP), url, tmp_path / "run").go(300)
    assert done.audit.counts[found]


def test_logins_that_run_out_are_renewed(tmp_path: Path) -> None:
    """A request that came too late did nothing; it is sent again with the new login, and nothing is found."""
    shop = Shop(life=8)
    with selling(shop) as url:
        done = LiveRun(read_adapter(SHOP), url, tmp_path / "run").go(200, rate=150)
    assert not done.audit.counts
    assert shop.seen["POST /login"] > 20
    history = lines(done.folder / "history-0.jsonl")
    last = {each["op"]: each["status"] for each in sorted(history, key=lambda each: each["try"])}
    assert any(each["status"] == 401 for each in history)
    assert list(last.values()).count(401) < 10


def test_what_got_no_answer_is_found_out_by_a_read(tmp_path: Path) -> None:
    """Without a key an item whose answer is lost is looked for by its name, and then known to be there."""
    resolve = {"by": "read", "call": "GET /find", "query": {"name": "{{value.name}}"}, "happened": "body[0]"}
    adapter = shop_adapter(idempotency=None, operations=operations_with("items.create", resolve=resolve))
    with selling(Shop("silent")) as url:
        done = LiveRun(adapter, url, tmp_path / "run").go(150)
    history = lines(done.folder / "history-0.jsonl")
    lost = {each["op"] for each in history if each.get("fault") == "reset"}
    asked = {each["op"] for each in history if each.get("step") == "resolve"}
    assert lost
    assert lost <= asked
    assert done.audit.calls["unknown"] == 0
    assert not done.audit.counts


def test_a_confirming_read_is_judged(tmp_path: Path) -> None:
    """A read that follows each change shows at once that it was forgotten."""
    confirm = {"read": "items.get", "data": {"id": "{{id}}"}}
    adapter = shop_adapter(operations=operations_with("items.update", confirm=confirm))
    with selling(Shop("forgets")) as url:
        done = LiveRun(adapter, url, tmp_path / "run").go(100)
    asked = [each for each in lines(done.folder / "history-0.jsonl") if each.get("step") == "confirm"]
    assert asked
    assert done.audit.counts["OBJECT"]


def test_seed_and_teardown_frame_a_run(tmp_path: Path) -> None:
    """What the seed made stands in later requests, and the teardown takes it away."""
    shelf = {"id": "shelf", "call": "POST /items", "body": {"name": "{{run}}"}, "outputs": {"id": "$response.body#/id"}}
    adapter = shop_adapter(seed=[shelf], teardown=[{"id": "tidy", "call": "DELETE /items/{{seed.shelf.id}}"}])
    shop = Shop()
    with selling(shop) as url:
        done = LiveRun(adapter, url, tmp_path / "run").go(20)
    number = done.session.seed["shelf"]["id"]
    assert number == 1
    assert number not in shop.items
    assert shop.seen["DELETE /items/n"] >= 1


POOL = [
    ("login,password\nann,pw\nbob,pw\n", True, ["ann", "bob", "ann"], ""),
    ("actor,login,password\nclient:b,bob,pw\n,ann,pw\n", True, ["ann", "bob", "ann"], ""),
    ("login,password\nann,pw\n", False, [], "load.adapter.few_accounts"),
    ("", True, [], "load.adapter.few_accounts"),
]


@pytest.mark.parametrize(("text", "share", "logins", "refused"), POOL)
def test_accounts_come_from_a_pool(tmp_path: Path, text: str, share: bool, logins: list[str], refused: str) -> None:  # noqa: FBT001
    """Rows that name an actor are that actor's, others go round; too few are refused unless they may be shared."""
    pool = tmp_path / "people.csv"
    pool.write_text(text)
    actors = ["client:a", "client:b", "client:c"]
    if refused:
        with pytest.raises(MashangError) as lacking:
            accounts_of(Accounts(file=str(pool), share=share), actors)
        assert lacking.value.wording_id == refused
        return
    found = accounts_of(Accounts(file=str(pool), share=share), actors)
    assert [found[actor]["login"] for actor in actors] == logins
