"""What the unit decided on the people of a list. Optional: a force without it loses nothing else. No free text."""

from __future__ import annotations

from include.contract.model import Column, DateOrder, Entity, Source, date, enum, key, text, words

DECISIONS = words("adopt not_adopt defer deselect retain")
REASONS = words(
    "meets_criteria rising_harm repeat_victims release_from_custody managed_elsewhere below_threshold in_custody "
    "no_capacity more_information moved_away reduced_risk deceased data_error other"
)

UNIT_DECISIONS_FILE = Entity(
    name="unit_decisions",
    columns=(
        key("run_date", "date"),
        key("nominal_id"),
        Column("rank", "count", nullable=True, minimum=1),
        enum("decision", *DECISIONS),
        enum("reason", *REASONS),
        text("decided_by"),
        date("decision_date"),
    ),
    orders=(DateOrder("decision_date", "run_date"),),
)

UNIT_DECISIONS = Source(name="unit_decisions", entities=(UNIT_DECISIONS_FILE,), optional=True)
