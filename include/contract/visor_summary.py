"""A summary of the register. No risk-management text leaves ViSOR."""

from __future__ import annotations

from include.contract.model import DateOrder, Entity, FutureAllowed, Source, date, enum, key, pnc_id, text

_LEVELS = ("low", "medium", "high", "very_high")

VISOR_SUMMARY_FILE = Entity(
    name="visor_summary",
    columns=(
        key("visor_id"),
        text("nominal_id", nullable=True),
        pnc_id(nullable=True),
        text("surname", nullable=True),
        text("forename", nullable=True),
        date("date_of_birth", nullable=True),
        enum("mappa_category", "1", "2", "3", "4"),
        enum("mappa_level", "1", "2", "3"),
        date("registration_start", nullable=True),
        date("registration_end", nullable=True, future=FutureAllowed()),
        enum("rm2000_level", *_LEVELS, nullable=True),
        enum("arms_level", *_LEVELS, nullable=True),
        date("arms_date", nullable=True),
        date("release_date", nullable=True, future=FutureAllowed()),
        date("last_visit_date", nullable=True),
        date("next_visit_due", nullable=True, future=FutureAllowed()),
        text("manager_id", nullable=True),
        text("division"),
        enum("status", "community", "custody", "hospital", "abroad", "missing"),
    ),
    orders=(DateOrder("registration_end", "registration_start"),),
)

VISOR_SUMMARY = Source(name="visor_summary", entities=(VISOR_SUMMARY_FILE,))
