"""What the gate looks at: one build, its plan and the release in force."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from include.settings import Settings
from include.warehouse.build import BuildResult
from include.warehouse.plan import RunPlan


@dataclass(frozen=True)
class Subject:
    """One build under judgement.

    Attributes:
        settings: Of this installation.
        plan: What was to be built.
        build: Where it lies.
        today: For the expiry of waivers only.
        suites_dir: GX suites, waivers and bounds.
    """

    settings: Settings
    plan: RunPlan
    build: BuildResult
    today: date
    suites_dir: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The dbt manifest of the build."""
        return dict(json.loads(self.build.manifest.read_bytes()))

    @property
    def scratch(self) -> Path:
        """Staging and intermediate models, and bronze as the build saw it."""
        return self.build.folder / "scratch.duckdb"

    @property
    def base_warehouse(self) -> Path | None:
        """Warehouse of the release that this run was planned on; ``None`` before the first."""
        if self.plan.base_release is None:
            return None
        return self.settings.published_dir / self.plan.base_release / "warehouse.duckdb"
