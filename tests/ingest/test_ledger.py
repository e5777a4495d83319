"""The ledger: what is written is read back, and other events pass through."""

from __future__ import annotations

from pathlib import Path

import pytest

from include import intake, pipeline
from include.contract import RULES, SOURCES
from include.errors import IntegrityError
from include.ingest import find_deliveries, ingest_delivery
from include.ledger import Ledger
from include.runs import RunRequest, load_run
from include.settings import Settings

from .builder import change, delta, full, nominal
from .conftest import Place, counts_of


def test_what_is_written_is_read_back(place: Place) -> None:
    delivery = full()
    delivery.files["nominals"].append(nominal(9, sex="x", surname="Secretname"))
    outcome = place.take(delivery)
    (read,) = place.ledger.applied("police_records")
    assert read == outcome.delivery
    assert place.ledger.applied("idiom") == []
    assert place.ledger.last_applied("idiom") is None
    (fault,) = counts_of(outcome, "nominals").faults
    assert (fault.rule, fault.column, fault.rows, fault.first_line, fault.lines) == (
        "not_in_list",
        "sex",
        1,
        5,
        (5,),
    )
    written = (place.settings.state_dir / "ledger.jsonl").read_text()
    assert "Secretname" not in written
    assert (
        "Secretname"
        not in place.settings.quarantine_dir.joinpath("police_records/20260920/report.txt").read_text()
    )


def test_example_lines_are_few_and_first(place: Place) -> None:
    delivery = full()
    delivery.files["nominals"] += [nominal(n, sex="x") for n in range(10, 40)]
    (fault,) = counts_of(place.take(delivery), "nominals").faults
    assert (fault.rows, fault.first_line, fault.lines) == (30, 5, (5, 6, 7, 8, 9))


def test_in_effect(place: Place) -> None:
    place.take(full())
    place.take(delta({"nominals": change("I", [nominal(9)])}))
    assert [delivery.delivery_id for delivery in place.ledger.in_effect("police_records")] == [
        "20260920",
        "20260927",
    ]
    place.take(full(delivery_id="20261004", extract_date="2026-10-04"))
    assert [delivery.delivery_id for delivery in place.ledger.in_effect("police_records")] == ["20261004"]


def test_other_events_pass(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    entry = ledger.append("published", release_id="r1")
    assert (entry.seq, ledger.entries()[0].data) == (1, {"release_id": "r1"})
    assert ledger.applied() == []
    assert ledger.deliveries() == []


def test_a_changed_line_is_noticed(place: Place) -> None:
    place.take(full())
    path = place.settings.state_dir / "ledger.jsonl"
    path.write_text(path.read_text().replace('"loaded": 3', '"loaded": 4', 1))
    with pytest.raises(IntegrityError):
        place.ledger.journal.verify()
    path.unlink()
    place.ledger.append("published")


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [('"event": "applied"', '"event": "applyed"', "nobody writes"), ('"loaded": 3', '"loaded": 4', "chain")],
    ids=["a delivery that nobody would miss", "a count"],
)
def test_nothing_begins_on_a_ledger_that_was_changed(place: Place, was: str, becomes: str, said: str) -> None:
    place.take(full())
    settings = place.settings.model_copy(update={"landing": place.landing})
    ledger = settings.state_dir / "ledger.jsonl"
    sound = ledger.read_text()
    run_id = pipeline.open_run(settings, RunRequest(), key="opened before")
    full("idiom").write(place.landing)
    ledger.write_text(sound.replace(was, becomes, 1))
    before = place.tree(place.data)
    (found,) = find_deliveries(Settings(data_dir=place.data / "none", landing=place.landing))[:1]
    for begin in (
        place.run,
        lambda: intake.find(settings),
        lambda: ingest_delivery(settings, found),
        lambda: pipeline.open_run(settings, RunRequest(), key="opened after"),
    ):
        with pytest.raises(IntegrityError, match=said) as raised:
            begin()
        assert raised.value.exit_code == 74
    assert place.tree(place.data) == before
    with pytest.raises(IntegrityError, match=said):
        pipeline.plan_run(settings, run_id)
    ended = load_run(settings, run_id)
    assert (ended.exit_code, ended.build_id) == (74, None)
    ledger.write_text(sound)


def test_every_rule_has_sentence_and_remedy() -> None:
    for code, rule in RULES.items():
        assert rule.code == code
        assert rule.sentence.endswith(".")
        assert rule.kind == "warning" or rule.remedy.endswith(".")


def test_parents_stand_before_children() -> None:
    for source in SOURCES.values():
        seen: set[str] = set()
        for entity in source:
            assert all(parent.entity in seen for parent in entity.outer_parents)
            assert all(source.entity(parent.entity).key == (parent.key,) for parent in entity.parents)
            seen.add(entity.name)
