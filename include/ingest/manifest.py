"""The manifest: read strictly, because it is what the delivery is held against."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from include.contract import CONTRACT_VERSION, SOURCES, Entity
from include.contract.model import DATE_PATTERN, DELIVERY_ID, EARLIEST_DATE, MANIFEST_NAME
from include.ingest.faults import DeliveryFaultError, Fault, column_label, printable, refuse

MAX_BYTES = 1_000_000
_KEYS = ("contract_version", "source", "delivery_id", "extract_date", "mode", "files")
_FILE_KEYS = ("name", "rows", "sha256")
_SHA256 = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)
_MAX_ROWS = 10**12


@dataclass(frozen=True)
class ListedFile:
    """One file that the manifest lists."""

    name: str
    rows: int
    sha256: str
    entity: Entity


@dataclass(frozen=True)
class Manifest:
    """A manifest that keeps the contract."""

    source: str
    delivery_id: str
    extract_date: date
    mode: Literal["full", "delta"]
    files: tuple[ListedFile, ...]

    @property
    def is_delta(self) -> bool:
        """Whether the delivery holds changes only."""
        return self.mode == "delta"

    @property
    def identity(self) -> str:
        """What makes it the same delivery: source, id, mode, extract_date and the set of files."""
        files = sorted([file.name, file.rows, file.sha256] for file in self.files)
        body = [self.source, self.delivery_id, self.mode, self.extract_date.isoformat(), files]
        return hashlib.sha256(json.dumps(body, separators=(",", ":")).encode()).hexdigest()


class _RepeatedKeyError(ValueError):
    """A JSON object has a key twice, which Python would pass over."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _RepeatedKeyError(key)
        found[key] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def parse_manifest(content: bytes, source: str, delivery_id: str) -> Manifest:
    """Read a manifest and hold it against the contract and the folder names.

    Args:
        content: The bytes of manifest.json.
        source: Name of the source folder.
        delivery_id: Name of the delivery folder.

    Raises:
        DeliveryFaultError: With everything that is wrong with it.
    """
    body = _load(content)
    faults = _key_faults(body, _KEYS, "")
    if faults:
        raise DeliveryFaultError(faults)
    faults = _header_faults(body, source, delivery_id)
    files, file_faults = _files(body["files"], str(body["source"]))
    faults += file_faults
    mode: Literal["full", "delta"] = "delta" if body["mode"] == "delta" else "full"
    if not faults and mode == "full":
        listed = {file.entity.name for file in files}
        faults += [
            Fault("file_required", entity.file_names[0])
            for entity in SOURCES[source]
            if not entity.optional and entity.name not in listed
        ]
    if faults:
        raise DeliveryFaultError(faults)
    return Manifest(source, delivery_id, date.fromisoformat(body["extract_date"]), mode, tuple(files))


def _load(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except _RepeatedKeyError as error:
        raise refuse("manifest_key_repeated", MANIFEST_NAME, column=column_label(str(error), 0)) from error
    except json.JSONDecodeError as error:
        raise refuse("manifest_json", MANIFEST_NAME, error.lineno, detail=error.msg) from error
    except (
        ValueError,
        RecursionError,
    ) as error:  # not UTF-8, NaN, a number of thousands of digits, nested too deep
        raise refuse("manifest_json", MANIFEST_NAME) from error
    if not isinstance(body, dict):
        raise refuse("manifest_json", MANIFEST_NAME, detail="it must be one object")
    return body


def _key_faults(body: Mapping[str, Any], wanted: tuple[str, ...], prefix: str) -> list[Fault]:
    missing = [
        Fault("manifest_key_missing", MANIFEST_NAME, column=prefix + key) for key in wanted if key not in body
    ]
    unknown = [
        Fault("manifest_key_unknown", MANIFEST_NAME, column=prefix + column_label(key, position))
        for position, key in enumerate(body, start=1)
        if key not in wanted
    ]
    return missing + unknown


def _value(column: str, detail: str) -> Fault:
    return Fault("manifest_value", MANIFEST_NAME, column=column, detail=detail)


def _header_faults(body: Mapping[str, Any], source: str, delivery_id: str) -> list[Fault]:
    faults = [
        _value(key, "it must be a text") for key in _KEYS if key != "files" and not isinstance(body[key], str)
    ]
    if faults:
        return faults
    if body["contract_version"] != CONTRACT_VERSION:
        faults.append(Fault("contract_version", MANIFEST_NAME, detail=printable(body["contract_version"])))
    if body["source"] not in SOURCES:
        faults.append(Fault("source_unknown", MANIFEST_NAME, detail=printable(body["source"])))
    if not DELIVERY_ID.fullmatch(body["delivery_id"]):
        faults.append(Fault("delivery_id_form", MANIFEST_NAME, detail=printable(body["delivery_id"])))
    for key, folder in (("source", source), ("delivery_id", delivery_id)):
        if body[key] != folder:
            detail = f"folder {printable(folder)}, manifest {printable(body[key])}"
            faults.append(Fault("folder_name", MANIFEST_NAME, column=key, detail=detail))
    if body["mode"] not in ("full", "delta"):
        faults.append(_value("mode", "it must be full or delta"))
    if not _is_date(body["extract_date"]):
        faults.append(_value("extract_date", "it must be a real date YYYY-MM-DD, not before 1900-01-01"))
    return faults


def _is_date(text: str) -> bool:
    if not re.fullmatch(DATE_PATTERN, text, re.ASCII):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return text >= EARLIEST_DATE


def _files(items: Any, source: str) -> tuple[list[ListedFile], list[Fault]]:
    if not isinstance(items, list):
        return [], [_value("files", "it must be a list")]
    files: list[ListedFile] = []
    faults: list[Fault] = []
    for position, item in enumerate(items, start=1):
        file, wrong = _file(item, source, f"files[{position}]")
        faults += wrong
        if file and any(file.entity == other.entity for other in files):
            faults.append(Fault("file_listed_twice", file.name))
        elif file:
            files.append(file)
    return files, faults


def _file(item: Any, source: str, place: str) -> tuple[ListedFile | None, list[Fault]]:
    if not isinstance(item, dict):
        return None, [_value(place, "it must be an object")]
    faults = _key_faults(item, _FILE_KEYS, f"{place}.")
    if faults:
        return None, faults
    name, rows, sha256 = (item[key] for key in _FILE_KEYS)
    if not isinstance(name, str):
        faults.append(_value(f"{place}.name", "it must be a text"))
    if not isinstance(rows, int) or isinstance(rows, bool) or not 0 <= rows <= _MAX_ROWS:
        faults.append(_value(f"{place}.rows", "it must be a whole number, not negative"))
    if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
        faults.append(_value(f"{place}.sha256", "it must be 64 hexadecimal digits"))
    if faults:
        return None, faults
    entity = SOURCES[source].by_file_name(name) if source in SOURCES else None
    if entity is None:
        return None, [Fault("file_unknown", printable(name))] if source in SOURCES else []
    return ListedFile(name, rows, sha256.lower(), entity), []
