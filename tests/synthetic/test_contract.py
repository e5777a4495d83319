"""Every generated file obeys the contract, every delivery folds, and the checker can fail."""

from __future__ import annotations

import hashlib
import json
from datetime import date
from pathlib import Path

import pytest

from include import ingest
from include.ledger import Ledger
from include.settings import Settings
from include.synthetic import generate_force
from include.warehouse.stores import memory_store
from tests.synthetic import extracts
from tests.synthetic.conftest import Made

pytestmark = pytest.mark.slow


def test_no_row_breaks_a_rule(force: Made) -> None:
    assert force.faults == []


@pytest.mark.parametrize(("nominals", "seed"), [(50, 1), (400, 2), (3_000, 3)])
def test_other_sizes_and_seeds_obey_too(tmp_path: Path, nominals: int, seed: int) -> None:
    generate_force(tmp_path, nominals, seed=seed)
    with memory_store() as store:
        assert extracts.load(store, tmp_path / "landing") == []


@pytest.mark.parametrize("day", [date(2024, 2, 29), date(2026, 9, 20), date(2031, 12, 31)])
def test_any_extract_date(tmp_path: Path, day: date) -> None:
    generate_force(tmp_path, 300, extract_date=day)
    with memory_store() as store:
        assert extracts.load(store, tmp_path / "landing") == []
    last = {max(path.name for path in source.iterdir()) for source in (tmp_path / "landing").iterdir()}
    assert {name[:8] for name in last} == {f"{day:%Y%m%d}"}


def test_the_products_own_ingest_takes_every_row(force: Made, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    ingest.ingest_all(settings, force.folder / "landing")
    applied = Ledger(settings.state_dir).applied()
    assert len(applied) == force.summary.deliveries
    lost = [
        (delivery.source, delivery.delivery_id, counts.file)
        for delivery in applied
        for counts in delivery.files
        if counts.loaded != counts.rows or counts.faults or delivery.blocks
    ]
    assert lost == []


def test_deltas_use_all_three_changes(force: Made) -> None:
    seen: dict[str, set[str]] = {}
    for path in sorted((force.folder / "landing").rglob("*.csv")):
        header, *lines = path.read_text().splitlines()
        if header.endswith("change_type"):
            seen.setdefault(path.stem, set()).update(line[-2:].strip(',"') for line in lines)
    assert seen["nominals"] == seen["offences"] == seen["cohort_spells"] | {"D"} == {"I", "U", "D"}
    assert {"I", "U"} <= seen["visor_summary"]
    assert {"I", "U"} <= seen["referrals"]
    assert {"I", "D"} <= seen["pnc_events"]


def test_each_source_has_a_full_delivery_and_deltas_and_some_a_later_full_one(force: Made) -> None:
    modes = {
        source.name: [
            json.loads((folder / "manifest.json").read_text())["mode"] for folder in sorted(source.iterdir())
        ]
        for source in (force.folder / "landing").iterdir()
    }
    assert modes == {
        "police_records": ["full", "delta", "delta", "delta"],
        "visor_summary": ["full", "delta", "full", "delta"],
        "idiom": ["full", "delta", "full", "delta"],
        "unit_decisions": ["full", "delta", "delta", "delta"],
    }


def _damage(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["name"] == name:
            entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("offence_nominals.csv", ",suspect,", ",witness,", "role not of the list"),
        ("custody.csv", ",remand,", ",arrest,", "custody_type not of the list"),
        ("offence_nominals.csv", "N0000000", "N9000000", "without nominals"),
        ("offences.csv", '"46"', '"046"', "ho_code shape"),
        ("offences.csv", ',"Y"', ',"y"', "not of the list"),
    ],
)
def test_the_checker_finds_what_is_broken(tmp_path: Path, name: str, old: str, new: str, fault: str) -> None:
    generate_force(tmp_path, 400)
    folder = min((tmp_path / "landing" / "police_records").iterdir())
    _damage(folder, name, old, new)
    with memory_store() as store:
        assert any(fault in found for found in extracts.load(store, tmp_path / "landing"))
