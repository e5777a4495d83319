"""What is published is declared: dbt exposures, read from the manifest of the build, against the pages at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from include.errors import ReportError

RUN_PAGE = "runs/{run_id}.html"
PROFILES = ("unit", "board", "engineers")
_REMEDY = "Bring dbt_project/models/exposures.yml and reports/render.py together; docs/reports.md shows how."


@dataclass(frozen=True)
class Exposure:
    """A published report as it is declared.

    Args:
        name: Name of the exposure.
        file: Its page below ``reports/``.
        owner: Who answers for it.
        profile: Disclosure profile: ``unit``, ``board`` or ``engineers``.
        models: Reporting models that it may read.
    """

    name: str
    file: str
    owner: str
    profile: str
    models: frozenset[str]


def read_exposures(manifest: Path) -> tuple[Exposure, ...]:
    """Return the exposures that a manifest declares, by name.

    Args:
        manifest: ``target/manifest.json`` of the build.

    Raises:
        ReportError: An exposure lacks its file, owner or profile.
    """
    declared: Mapping[str, dict[str, Any]] = json.loads(manifest.read_bytes()).get("exposures", {})
    return tuple(_exposure(node) for node in sorted(declared.values(), key=lambda node: str(node["name"])))


def _exposure(node: Mapping[str, Any]) -> Exposure:
    meta = {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}
    nodes = (node.get("depends_on") or {}).get("nodes") or ()
    found = Exposure(
        str(node["name"]),
        str(meta.get("file") or ""),
        str((node.get("owner") or {}).get("name") or ""),
        str(meta.get("profile") or ""),
        frozenset(name.rpartition(".")[2] for name in nodes),
    )
    for field in ("file", "owner", "profile"):
        if not getattr(found, field):
            raise ReportError(f"Exposure {found.name} does not say its {field}", _REMEDY)
    if found.profile not in PROFILES:
        raise ReportError(
            f"Exposure {found.name} has the profile {found.profile}, which is none of {', '.join(PROFILES)}",
            _REMEDY,
        )
    return found


def check_published(
    pages: Sequence[str], read: Mapping[str, frozenset[str]], declared: Sequence[Exposure]
) -> None:
    """Refuse to publish what is not declared, and to leave out what is.

    Args:
        pages: Files of all pages that the code knows, :data:`RUN_PAGE` for the page of the run.
        read: Reporting models that each page made now has read, by file.
        declared: The exposures.

    Raises:
        ReportError: A page without an exposure, an exposure without a page, or a model read undeclared.
    """
    by_file = {exposure.file: exposure for exposure in declared}
    undeclared = sorted(set(pages) - set(by_file))
    if undeclared:
        raise ReportError(f"No exposure declares {', '.join(undeclared)}", _REMEDY)
    missing = sorted(set(by_file) - set(pages))
    if missing:
        raise ReportError(f"Nothing makes {', '.join(missing)}, which exposures declare", _REMEDY)
    for file, models in read.items():
        strays = sorted(models - by_file[file].models)
        if strays:
            raise ReportError(
                f"{file} reads {', '.join(strays)}, which its exposure does not depend on", _REMEDY
            )
