"""Adapter files: what is refused, and with which sentence."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from loadtests.adapter.capability import capabilities
from loadtests.adapter.reading import SHIPPED, adapter_from, read_adapter
from loadtests.adapter.schema import adapter_schema
from tests.loadtests.adapter.documents import SHOP, shop
from wording import MashangError

SCHEMA = Path(__file__).parents[3] / "schemas" / "adapter-1.json"
STEP = {"call": "POST /a"}


@pytest.mark.parametrize(
    ("changes", "entry"),
    [
        ({"surprise": 1}, "surprise"),
        ({"target": {"base_url": "ftp://x"}}, "target.base_url"),
        ({"limits": {"max_rps": "5"}}, "limits.max_rps"),
        ({"operations": {"a.b": {"steps": []}}}, "operations.a.b.steps"),
        ({"operations": {"a.b": {"steps": [{"call": "FETCH /a"}]}}}, "operations.a.b.steps.0.call"),
        ({"operations": {"a.b": {"steps": [STEP, STEP]}}}, "operations.a.b"),
        ({"operations": {"a.b": {"steps": [STEP], "commit_point": "x"}}}, "operations.a.b"),
        ({"outcome": [{"when": "status ==", "ok": {}}]}, "outcome.0.when"),
        ({"outcome": [{"when": "open('x')", "ok": {}}]}, "outcome.0.when"),
        ({"outcome": [{"when": "status == 1", "ok": {}, "error": "X"}]}, "outcome.0"),
        ({"outcome": [{"when": "status == 1", "error": "$[["}]}, "outcome.0.error"),
        ({"mashang": "2"}, "mashang"),
    ],
)
def test_a_slip_is_named_by_its_path(changes: dict[str, Any], entry: str) -> None:
    """A wrong entry ends with exit code 3 and the path of the entry."""
    with pytest.raises(MashangError) as refused:
        shop(**changes)
    assert refused.value.exit_code == 3
    assert refused.value.values["entry"] == entry


@pytest.mark.parametrize(("text", "code"), [("a: [", 3), ("- 1", 3), ("", 3), (None, 2)])
def test_a_file_that_is_no_adapter_is_refused(tmp_path: Path, text: str | None, code: int) -> None:
    """A missing file is a fault of use, one with other content a fault of content."""
    path = tmp_path / "x.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(MashangError) as refused:
        read_adapter(path)
    assert refused.value.exit_code == code


def test_an_arazzo_document_carries_an_adapter(tmp_path: Path) -> None:
    """Under x-mashang an Arazzo document holds the same adapter; other tools pass it over."""
    path = tmp_path / "arazzo.yaml"
    document = {
        "arazzo": "1.0.1",
        "info": {"title": "Shop", "version": "1"},
        "sourceDescriptions": [{"name": "shop", "url": "./openapi.json", "type": "openapi"}],
        "workflows": [{"workflowId": "pay", "steps": [{"stepId": "order", "operationId": "createOrder"}]}],
        "x-mashang": SHOP,
    }
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert read_adapter(path) == adapter_from(SHOP, path)


def test_the_published_schema_is_that_of_the_code() -> None:
    """schemas/adapter-1.json is what the code accepts."""
    assert SCHEMA.read_text(encoding="utf-8") == adapter_schema()


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.yaml")))
def test_shipped_adapters_are_valid(name: str) -> None:
    """A shipped adapter is read by its bare name."""
    assert read_adapter(Path(name)).operations


def test_the_reference_serves_every_command_and_open311_two() -> None:
    """One rule serves the whole catalogue; a standard that knows none of our events lets no invariant be checked."""
    reference, open311 = (capabilities(read_adapter(Path(name))) for name in ("reference", "open311"))
    assert reference.lacking == ()
    assert set(reference.invariants.values()) == {"", "absent"}
    assert open311.served == ("reporting.submit_report", "reporting.submit_praise")
    assert open311.checkable == ()
    assert open311.invariants["S08"] == "no_operations"


def matrix_of(**changes: Any) -> dict[str, str]:
    """Why each invariant cannot be checked where payments are served and answer with events."""
    entry = {"steps": [STEP], "outcome": [{"when": "status == 200", "ok": {"view": "$", "events": True}}]}
    return dict(capabilities(shop(operations={"payments.*": entry} | changes.pop("reads", {}), **changes)).invariants)


def test_evidence_is_asked_for_step_by_step() -> None:
    """Answers show A0, reads A1, an export as much as it carries; subjects that are not served show nothing."""
    reads = {"read:points.*": {"steps": [{"call": "GET /b"}]}}
    answers = matrix_of()
    assert (answers["S08"], answers["S02"], answers["S14"]) == ("", "no_reads", "no_reads")
    both = matrix_of(reads=reads)
    assert (both["S02"], both["S14"]) == ("", "no_export")
    assert matrix_of(reads={"read:weather.today": reads["read:points.*"]})["S02"] == "no_reads"
    exported = matrix_of(reads=reads, export={"call": "GET /e", "level": "E1"})
    assert (exported["S14"], exported["S01"], exported["S17"]) == ("", "export_too_small", "no_operations")
    assert capabilities(shop()).checkable == ()
