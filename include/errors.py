"""The errors of the warehouse: each names the thing, the rule and the remedy, and carries an exit code.

Exit codes follow sysexits.h where it has a fitting one, so that a monitor can tell
"somebody must look at the data" (65) from "another run is at work" (75).
"""

from __future__ import annotations

import errno

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_ALLOWED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class HhwError(Exception):
    """Base of all errors that a person can do something about.

    Args:
        message: What is wrong, naming the thing.
        remedy: What to do about it; printed on a line of its own.
    """

    exit_code = 70

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  What to do: {self.remedy}" if self.remedy else self.message


class UsageError(HhwError):
    """A parameter or setting that cannot be used."""

    exit_code = 64


class InputError(HhwError):
    """Deliveries that are missing, or that nothing can be built from."""

    exit_code = 65


class BlockedError(HhwError):
    """The gate is closed: something was checked and failed, or was not checked."""

    exit_code = 3


class LockedError(HhwError):
    """Another run holds the run lock. Nothing was changed."""

    exit_code = 75


class IntegrityError(HhwError):
    """What is stored is not what was written: a hash, a chain or a count differs."""

    exit_code = 74


class FullDiskError(HhwError):
    """There is too little room to begin, in which case nothing was changed, or to go on."""

    exit_code = 73


class RightsError(HhwError):
    """A file or folder that this account may not read or write."""

    exit_code = 74


class EncryptionError(HhwError):
    """The key of the data directory is missing, wrong or not fit to be used. Nothing was read or written."""

    exit_code = 77


class BuildError(HhwError):
    """The warehouse could not be built."""

    exit_code = 70


class ReportError(HhwError):
    """A page would show something that it may not: nothing is published."""

    exit_code = 70


def storage_error(error: BaseException) -> HhwError | None:
    """Return what a person can do about a disk that takes nothing, or ``None`` if that is not what happened."""
    if not isinstance(error, OSError) or error.errno not in _FULL | _NOT_ALLOWED:
        return None
    # repr: a name from outside must not write over the line that it stands in
    where = repr(str(error.filename)) if error.filename else "a file of the data directory"
    if error.errno in _FULL:
        return FullDiskError(
            f"There was no room to write {where} ({error.strerror}); what is published stays.",
            "Make room (`hhw releases` lists what is kept; HHW_KEEP_RELEASES keeps fewer), then start again.",
        )
    return RightsError(
        f"This account may not read or write {where} ({error.strerror}).",
        "Give the account that runs hhw the right to, or mount the disk for writing; then start again.",
    )
