"""Systems written by others, started for a test, which is skipped and says what is absent where one is."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PATIENCE_S = 30


def free_port() -> int:
    """A port that nobody listens to at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def program(name: str, package: str) -> str:
    """Where a program is; the test is skipped with the reason where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (Debian package {package})")
    return found


@contextmanager
def running(command: Sequence[str], port: int, log: Path) -> Iterator[None]:
    """A program until the block ends; it is there when its port answers."""
    with log.open("w") as file, subprocess.Popen(command, stdout=file, stderr=file, stdin=subprocess.DEVNULL) as child:
        try:
            until = time.monotonic() + PATIENCE_S
            while not _answers(port):
                if child.poll() is not None or time.monotonic() > until:
                    pytest.fail(f"{command[0]} did not start: {log.read_text()[-500:]}")
                time.sleep(0.05)
            yield
        finally:
            child.terminate()
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def etcd(folder: Path, *more: str, scheme: str = "http") -> Iterator[str]:
    """Etcd with its JSON gateway."""
    binary = program("etcd", "etcd-server")
    client, peer = free_port(), free_port()
    url = f"{scheme}://127.0.0.1:{client}"
    peers = f"http://127.0.0.1:{peer}"
    command = [
        binary, "--data-dir", str(folder / "etcd"), "--listen-client-urls", url, "--advertise-client-urls", url,
        "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers, "--initial-cluster", f"default={peers}",
        "--unsafe-no-fsync", *more,
    ]  # fmt: skip
    with running(command, client, folder / "etcd.log"):
        yield url


@contextmanager
def webdis(folder: Path) -> Iterator[str]:
    """Redis behind webdis."""
    server, door = program("redis-server", "redis-server"), program("webdis", "webdis")
    inside, outside = free_port(), free_port()
    told = {
        "redis_host": "127.0.0.1", "redis_port": inside, "http_host": "127.0.0.1", "http_port": outside, "threads": 2,
        "pool_size": 8, "daemonize": False, "websockets": False, "database": 0, "verbosity": 2,
        "logfile": str(folder / "webdis.out"),
    }  # fmt: skip
    (folder / "webdis.json").write_text(json.dumps(told))
    redis = [server, "--port", str(inside), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with (
        running(redis, inside, folder / "redis.log"),
        running([door, str(folder / "webdis.json")], outside, folder / "webdis.log"),
    ):
        yield f"http://127.0.0.1:{outside}"


@contextmanager
def roundup() -> Iterator[str]:
    """Roundup, whose programs lie in the folder that MASHANG_ROUNDUP names, beside this Python, or on the path."""
    places = [os.environ.get("MASHANG_ROUNDUP", ""), str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    path = os.pathsep.join(filter(None, places))
    admin, server = shutil.which("roundup-admin", path=path), shutil.which("roundup-server", path=path)
    if admin is None or server is None:
        pytest.skip("roundup-server is not installed (PyPI package roundup; MASHANG_ROUNDUP names its folder)")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="roundup-") as name:
        folder = Path(name)
        _make_tracker(admin, folder / "tracker", port)
        command = [server, "-p", str(port), "-n", "127.0.0.1", "-t", "thread"]
        if os.geteuid() == 0:  # it refuses to run as root
            for each in (folder, *folder.rglob("*")):
                shutil.chown(each, "nobody", "nogroup")
            command += ["-u", "nobody", "-g", "nogroup"]
        with running([*command, f"t={folder / 'tracker'}"], port, folder / "roundup.log"):
            yield f"http://127.0.0.1:{port}/t"


def _make_tracker(admin: str, home: Path, port: int) -> None:
    """An empty tracker; passwords are hashed quickly, since every request brings one."""
    subprocess.run([admin, "-i", str(home), "install", "classic", "sqlite"], check=True, capture_output=True)
    config = home / "config.ini"
    text = config.read_text()
    for name, value in {"web": f"http://127.0.0.1:{port}/t/", "domain": "localhost", "host": "localhost"}.items():
        text = text.replace(f"#{name} = NO DEFAULT", f"{name} = {value}")
    rounds = "password_pbkdf2_default_rounds = 250000"
    config.write_text(text.replace(rounds, "password_pbkdf2_default_rounds = 1000"))
    subprocess.run([admin, "-i", str(home), "initialise", "adminpw"], check=True, capture_output=True)
