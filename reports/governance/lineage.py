"""Data dictionary and lineage of a build, from dbt's manifest: what is published, and what it was made from.

Lineage is in the OpenLineage format (openlineage.io, specification 2-0-2): a START and a COMPLETE event for every model
and seed, one JSON object a line. Nothing is sent anywhere.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from include.files import write_durably
from reports.tables import Column, csv_text

_SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
_FACET = "https://openlineage.io/spec/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
_NAMESPACE = "high-harm-warehouse"
_PUBLISHED = ("marts", "reporting")
_DICTIONARY = ("schema", "model", "grain", "column", "type", "is_required", "description")
_MADE = ("model", "seed")

Node = Mapping[str, Any]


def write_bundle(folder: Path, manifest: Path, code_version: str, as_at: date) -> list[Path]:
    """Write ``governance/data_dictionary.csv`` and ``governance/lineage.ndjson`` below a reports folder.

    Args:
        folder: The reports folder.
        manifest: ``target/manifest.json`` of the build.
        code_version: Of the code that made it.
        as_at: Date of the release: events carry it and no clock, so that a release can be made again to the byte.
    """
    nodes = json.loads(manifest.read_bytes())
    columns = tuple(Column(name, name) for name in _DICTIONARY)
    dictionary = csv_text(columns, list(_dictionary(nodes)))
    events = "".join(
        json.dumps(event, sort_keys=True) + "\n" for event in _events(nodes, code_version, as_at)
    )
    return [
        write_durably(folder / "governance" / "data_dictionary.csv", dictionary),
        write_durably(folder / "governance" / "lineage.ndjson", events),
    ]


def _models(manifest: Node, kinds: tuple[str, ...]) -> list[tuple[str, Node]]:
    return sorted((name, node) for name, node in manifest["nodes"].items() if node["resource_type"] in kinds)


def _dictionary(manifest: Node) -> Iterator[tuple[Any, ...]]:
    for _, node in _models(manifest, ("model",)):
        if node["schema"] not in _PUBLISHED:
            continue
        meta = {**(node.get("meta") or {}), **((node.get("config") or {}).get("meta") or {})}
        grain = ", ".join(meta.get("grain", ()))
        for column in node["columns"].values():
            required = any(rule.get("type") == "not_null" for rule in column.get("constraints") or ())
            told = (
                column["name"],
                column.get("data_type"),
                required,
                " ".join(column["description"].split()),
            )
            yield (node["schema"], node["name"], grain, *told)


def _events(manifest: Node, code_version: str, as_at: date) -> Iterator[dict[str, Any]]:
    every = {**manifest["nodes"], **manifest.get("sources", {})}
    producer = f"urn:{_NAMESPACE}:{code_version}"
    for name, node in _models(manifest, _MADE):
        run = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{producer}/{as_at}/{name}"))
        parents = [every[one] for one in (node.get("depends_on") or {}).get("nodes") or () if one in every]
        for kind in ("START", "COMPLETE"):
            yield {
                "eventType": kind,
                "eventTime": f"{as_at.isoformat()}T00:00:00Z",
                "producer": producer,
                "schemaURL": _SCHEMA,
                "run": {"runId": run},
                "job": {"namespace": _NAMESPACE, "name": name},
                "inputs": [
                    _dataset(parent) for parent in sorted(parents, key=lambda one: str(one["unique_id"]))
                ],
                "outputs": [_dataset(node) | {"facets": {"schema": _facet(node, producer)}}],
            }


def _dataset(node: Node) -> dict[str, Any]:
    return {"namespace": _NAMESPACE, "name": f"{node['schema']}.{node.get('identifier') or node['name']}"}


def _facet(node: Node, producer: str) -> dict[str, Any]:
    fields = [
        {"name": column["name"], "type": column.get("data_type") or "", "description": column["description"]}
        for column in node["columns"].values()
    ]
    return {"_producer": producer, "_schemaURL": _FACET, "fields": fields}
