"""The page for testers is carried out as it stands: on etcd, over TLS and with a token."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from loadtests.adapter import read_adapter
from tests.docs.reading import document
from tests.loadtests.foreign.programs import etcd
from tests.style.sources import ROOT

PAGES = ("docs/qa.md", "docs/qa.zh.md")
NAMES = ("etcd.yaml", "broken.yaml")
EXPECTED = {
    ("audit", "broken_run"): {1},
    ("report", "run"): {0, 6},
    ("run", "--plan"): {0, 6},
}
"""Exit codes other than 0 that the page names: a fault that is found, and a machine too busy for exact times."""


@pytest.mark.parametrize("page", PAGES)
def test_the_files_of_the_page_are_adapters(page: str, tmp_path: Path) -> None:
    """Both files are read without a complaint, and both languages show the same ones."""
    blocks = document(page).fenced("yaml")
    assert blocks == document(PAGES[0]).fenced("yaml")
    assert document(page).fenced("sh") == document(PAGES[0]).fenced("sh")
    (tmp_path / "adds.py").write_text(document(page).fenced("python")[0])
    for name, text in zip(NAMES, blocks, strict=True):
        (tmp_path / name).write_text(text)
        assert read_adapter(tmp_path / name).objects


@pytest.mark.slow
def test_the_page_works_as_it_stands(tmp_path: Path) -> None:
    """From the certificate to the verdict, every command of the page ends as the page says."""
    page = document(PAGES[0])
    setup = page.fenced("sh")[1]
    certificate = setup[: setup.index("etcd ")].replace("\\\n", " ")
    subprocess.run(shlex.split(certificate), cwd=tmp_path, check=True, capture_output=True)
    keys = ["--cert-file", str(tmp_path / "cert.pem"), "--key-file", str(tmp_path / "key.pem")]
    with etcd(tmp_path, *keys, scheme="https") as url:
        login = setup[setup.index("AUTH=") :].replace("https://127.0.0.1:2379", url)
        done = subprocess.run(["sh", "-ec", login], cwd=tmp_path, check=True, capture_output=True, text=True)  # noqa: S607
        assert "error" not in done.stdout
        (tmp_path / "adds.py").write_text(page.fenced("python")[0])
        for name, text in zip(NAMES, page.fenced("yaml"), strict=True):
            (tmp_path / name).write_text(text.replace("https://127.0.0.1:2379", url))
        for block in page.fenced("sh")[2:]:
            for line in re.findall(r"^mashang (.*)$", block, re.MULTILINE):
                carry_out(shlex.split(line), tmp_path)


def carry_out(words: list[str], folder: Path) -> None:
    """One command of the page, in the reader's folder."""
    environment = {**os.environ, "MASHANG_LANG": "en", "ETCD_PASSWORD": "secret"}
    command = [sys.executable, str(ROOT / "mashang.py"), *words]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    allowed = EXPECTED.get((words[1], words[2]), {0})
    assert done.returncode in allowed, (words, done.returncode, done.stdout[-1500:], done.stderr[-500:])
