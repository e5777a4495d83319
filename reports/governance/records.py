"""The governance records as a file holds them, filled with parameters, measured results and provenance of a release."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from include.errors import ReportError, UsageError

FILE = Path(__file__).resolve().parents[1] / "text" / "governance.yml"
_REMEDY = "Put reports/text/governance.yml right as its head says."


class Field(BaseModel):
    """One field of a record.

    Attributes:
        field: Its name.
        text: What the release can say, with names in braces to be filled.
        person: What only a person can say; exactly one of the two is given.
        evidence: Files of the repository that bear it out.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    text: str = ""
    person: str = ""
    evidence: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_of_two(self) -> Field:
        if bool(self.text.strip()) == bool(self.person.strip()):
            raise ValueError(f"{self.field}: give text, or person, and not both")
        return self


class Record(BaseModel):
    """One record: a standard's fields in its order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    source: str
    fields: tuple[Field, ...]


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    documents: tuple[Record, ...]


@cache
def records(path: Path = FILE) -> tuple[Record, ...]:
    """Read the records.

    Raises:
        UsageError: The file is not in order.
    """
    try:
        return _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).documents
    except (OSError, yaml.YAMLError, ValidationError) as error:
        raise UsageError(f"{path.name} cannot be used: {error}", _REMEDY) from error


def filled(field: Field, said: Mapping[str, Mapping[str, str]]) -> str:
    """Return a field's text with every name in braces replaced.

    Args:
        field: A field with text.
        said: ``p`` parameters, ``m`` measured results, ``c`` provenance, each by name.

    Raises:
        ReportError: The text names what the release does not hold: nothing is made up, nothing left open.
    """
    try:
        return field.text.strip().format(**said)
    except (KeyError, ValueError, IndexError) as error:
        raise ReportError(f"governance.yml, field {field.field!r}: {error} is not known", _REMEDY) from error
