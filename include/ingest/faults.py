"""What is wrong with a delivery, as the report says it: rule, file, line, column, detail, remedy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from include.contract import Rule, rule

_COLUMN_LIKE = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_LONGEST = 120
_MOST = 20


def printable(text: str) -> str:
    """Make a name that came from outside safe to print: one line, no control, bidi or broken characters."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape", "surrogatepass").decode("ascii")
        for char in text[: _LONGEST + 1]
    )
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "..."


def column_label(name: str, position: int) -> str:
    """Name an unknown column, but only if it looks like a column.

    A file without a header has a person's record in its first line; that must not get into a log.
    """
    return name if _COLUMN_LIKE.fullmatch(name) else f"column {position}"


@dataclass(frozen=True)
class Fault:
    """One reason to refuse a delivery.

    Attributes:
        code: Code in :mod:`include.contract.rules`.
        file: File name, safe to print; empty for the folder as a whole.
        line: Physical line, where there is one.
        column: Column or manifest key.
        detail: What was found and expected; no personal data.
    """

    code: str
    file: str = ""
    line: int | None = None
    column: str = ""
    detail: str = ""

    @property
    def rule(self) -> Rule:
        """The rule with its sentence and remedy."""
        return rule(self.code)

    @property
    def sentence(self) -> str:
        """Return where and what, in one line."""
        place = [self.file] if self.file else []
        if self.line is not None:
            place.append(f"line {self.line}")
        if self.column:
            place.append(f"column {self.column}")
        head = f"{', '.join(place)}: " if place else ""
        tail = f" ({self.detail})" if self.detail else ""
        return f"{head}{self.rule.sentence}{tail} [{self.code}]"


def condensed(faults: Sequence[Fault]) -> list[Fault]:
    """Keep the first of many faults of one kind in one file: a header of a million columns needs no million lines."""
    kept: list[Fault] = []
    seen: Counter[tuple[str, str]] = Counter()
    for fault in faults:
        place = (fault.code, fault.file if fault.code != "file_unlisted" else "")
        seen[place] += 1
        if seen[place] <= _MOST:
            kept.append(fault)
    more = {place: number - _MOST for place, number in seen.items() if number > _MOST}
    return kept + [Fault(code, file, detail=f"and {number} more") for (code, file), number in more.items()]


class DeliveryFaultError(Exception):
    """Raised where reading cannot go on; carries every fault found until then."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.sentence for fault in faults))
        self.faults = tuple(faults)


def refuse(
    code: str, file: str = "", line: int | None = None, column: str = "", detail: str = ""
) -> DeliveryFaultError:
    """Make the error for one fault."""
    return DeliveryFaultError([Fault(code, file, line, column, detail)])
