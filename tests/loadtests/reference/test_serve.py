"""`mashang serve` end to end: clocks, policies, TLS, secrets, and what it says when it cannot begin."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import ssl
from pathlib import Path
from typing import Any

import pytest

from tests.forked import forked
from tests.loadtests.generator.servers import Authority
from tests.loadtests.reference.served import Served


def opened(served: Served, key: str, **headers: str) -> tuple[int, dict[str, Any]]:
    """Open the community com_1 as an officer."""
    line = served.connect()
    sent = {"Authorization": f"Bearer {served.token('officer:off_1')}", "Idempotency-Key": key, **headers}
    body = json.dumps({"community": "com_1", "subdistrict": "s"})
    line.request("POST", "/v1/binding/open_community", body, sent)
    answer = line.getresponse()
    found: dict[str, Any] = json.loads(answer.read())
    line.close()
    return answer.status, found


def refused(store: Path, *words: str) -> tuple[int, str]:
    """Exit code and sentence of a server that cannot begin."""
    english = {**os.environ, "MASHANG_LANG": "en"}
    done = forked("serve", "--db", store, "--port", "0", *words, environment=english, timeout=60)
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.returncode, done.stderr


def test_a_wall_clock_is_the_servers_own(tmp_path: Path) -> None:
    """Commands need no instant and cannot bring one: a header that says otherwise changes nothing."""
    served = Served(tmp_path / "town.db", clock="wall")
    status, body = opened(served, "one", **{"Mashang-At": "1"})
    assert (status, served.ready["clock"]) == (200, "wall")
    assert body["at"] >= int(Path(served.ready["secret"]).stat().st_mtime)  # it was made when the server began
    again = opened(served, "one", **{"Mashang-At": "9"})
    assert again == (200, body)
    assert served.end(signal.SIGTERM) == 0
    served = Served(tmp_path / "town.db", clock="wall")
    assert opened(served, "one") == (200, body)
    assert served.end(signal.SIGTERM) == 0


def test_a_driven_clock_needs_an_instant_and_never_falls(tmp_path: Path) -> None:
    """Without the header 400; an instant before the last one counts as the last one, so that no client is refused."""
    served = Served(tmp_path / "town.db")
    status, body = opened(served, "one")
    assert (status, body["error"]["param"]) == (400, "Mashang-At")
    assert opened(served, "two", **{"Mashang-At": "700"})[1]["at"] == 700
    late = opened(served, "three", **{"Mashang-At": "300"})
    assert (late[0], late[1]["error"]["at"]) == (409, 700)
    assert served.end(signal.SIGTERM) == 0


def policy(folder: Path, **numbers: int) -> Path:
    """A file of policy numbers."""
    file = folder / f"policy-{'-'.join(map(str, numbers.values()))}.json"
    file.write_text(json.dumps({name.replace("__", "."): value for name, value in numbers.items()}))
    return file


def test_a_policy_belongs_to_a_store_from_its_beginning(tmp_path: Path) -> None:
    """A new store begins under it and starts again with it or without; under another one it does not start."""
    own, other = policy(tmp_path, points__deduction_cap_bp=2_000), policy(tmp_path, points__deduction_cap_bp=1_000)
    store = tmp_path / "town.db"
    for more in (("--policy", str(own)), ("--policy", str(own)), ()):
        served = Served(store, more)
        assert served.end(signal.SIGTERM) == 0
    rows = sqlite3.connect(store)
    header = json.loads(rows.execute("SELECT content FROM frame ORDER BY last LIMIT 1").fetchone()[0].splitlines()[0])
    rows.close()
    assert header["policy"]["points"]["deduction_cap_bp"] == 2_000
    code, said = refused(store, "--policy", str(other))
    assert (code, "another policy" in said) == (2, True)


@pytest.mark.parametrize(
    ("text", "code"), [("{", 2), ('{"points.no_such": 1}', 3), ('{"points.deduction_cap_bp": -1}', 3), ("[1]", 3)]
)
def test_a_policy_file_that_is_none_is_said_to_be(text: str, code: int, tmp_path: Path) -> None:
    """No JSON is a file that cannot be read; a path or a value that is not there is content that does not hold."""
    file = tmp_path / "policy.json"
    file.write_text(text)
    assert refused(tmp_path / "town.db", "--policy", str(file))[0] == code


def test_https_with_an_own_certificate(tmp_path: Path) -> None:
    """Who trusts the CA is served, with the same answers; plain text on that port is not."""
    authority = Authority(tmp_path)
    certificate, key = map(str, authority.server)
    served = Served(tmp_path / "town.db", ("--tls-cert", certificate, "--tls-key", key))
    assert served.ready["url"] == f"https://127.0.0.1:{served.ready['port']}"
    context = ssl.create_default_context(cafile=str(authority.ca))
    line = http.client.HTTPSConnection("127.0.0.1", served.ready["port"], timeout=30, context=context)
    for path in ("/healthz", "/readyz"):
        line.request("GET", path)
        answer = line.getresponse()
        assert (answer.status, "status" in json.loads(answer.read())) == (200, True)
    line.close()
    plain = served.connect()
    plain.request("GET", "/healthz")
    with pytest.raises((http.client.HTTPException, OSError)):
        plain.getresponse()
    plain.close()
    with pytest.raises(ssl.SSLError):
        http.client.HTTPSConnection("127.0.0.1", served.ready["port"], timeout=30).request("GET", "/healthz")
    assert served.end(signal.SIGTERM) == 0


def test_what_cannot_begin_says_why_in_a_sentence(tmp_path: Path) -> None:
    """Half of TLS, a certificate that is none, no store, no folder, a short secret, a bad clock: exit code 2 each."""
    store, text = tmp_path / "town.db", tmp_path / "text"
    text.write_text("something else, and long enough to be no empty database file" * 9)
    for db, words in (
        (store, ("--tls-cert", str(text))),
        (store, ("--tls-cert", str(text), "--tls-key", str(text))),
        (text, ()),
        (tmp_path / "none" / "town.db", ()),
        (store, ("--secret", str(policy(tmp_path)))),
        (store, ("--clock", "sundial")),
        (store, ("--host", "no.such.host.invalid")),
    ):
        assert refused(db, *words)[0] == 2, words


def test_the_secret_is_for_its_owner_only(tmp_path: Path) -> None:
    """It is made once, nobody else may read the file, and tokens of before hold after a restart."""
    served = Served(tmp_path / "town.db")
    token = served.token("officer:off_1")
    secret = Path(served.ready["secret"])
    assert secret.stat().st_mode & 0o777 == 0o600
    assert served.end(signal.SIGTERM) == 0
    served = Served(tmp_path / "town.db")
    line = served.connect()
    line.request("GET", "/v1/read/district.totals", headers={"Authorization": f"Bearer {token}"})
    assert line.getresponse().status == 200
    line.close()
    assert served.end(signal.SIGTERM) == 0
