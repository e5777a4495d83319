"""What is said to protect the data is what does: asked of the data directory and the key, not of a variable."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from include import pages
from include.cli import app
from include.encryption import KEYRING, VARIABLE, active_keys, make_key_file, retire, rotate
from include.errors import EncryptionError, IntegrityError
from include.settings import Settings
from include.status import report
from tests.encryption.conftest import under
from tests.encryption.test_stores import _parquet


def _said(settings: Settings) -> tuple[str, int]:
    lines, code = report(settings)
    return "\n".join(lines), code


def test_with_its_key_it_is_encrypted(settings: Settings) -> None:
    active_keys()
    told, code = _said(settings)
    assert "warehouse, bronze, published lists" in told
    assert "before encryption was switched on" not in told
    assert code == 1, "nothing is published"


def test_a_key_alone_encrypts_nothing(settings: Settings) -> None:
    assert "nothing is encrypted yet" in _said(settings)[0]
    assert not (settings.state_dir / KEYRING).exists(), "who asks what is the case changes nothing"


def test_what_was_written_before_is_not_said_to_be_encrypted(
    settings: Settings, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.bronze_dir.mkdir(parents=True)
    under(monkeypatch, None)
    _parquet(settings.bronze_dir / "old.parquet", 3)
    active_keys(under(monkeypatch, key_file))
    assert "Nor is what was written before encryption was switched on." in _said(settings)[0]


def test_a_key_that_is_not_there_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = under(monkeypatch, tmp_path / "nowhere.key")
    told, code = _said(settings)
    assert f"nowhere.key ({VARIABLE}) is not there" in told
    assert code == EncryptionError.exit_code == CliRunner().invoke(app, ["status"]).exit_code
    assert "is not there" in pages._protection(settings), "the page of a failed run says so too, and is made"


def test_an_encrypted_directory_is_one_without_its_key_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service that watches has no key, on purpose: what it asks for is no secret."""
    active_keys()
    told, code = _said(under(monkeypatch, None))
    assert "warehouse, bronze, published lists" in told
    assert f"Here is no key ({VARIABLE} is not set)" in told
    assert code == 1, "nothing is published"


def test_a_retired_key_is_named(
    settings: Settings, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_key_file(tmp_path / "second.key")
    rotate(settings, tmp_path / "second.key")
    retire(under(monkeypatch, tmp_path / "second.key"))
    told, code = _said(under(monkeypatch, key_file))
    assert "does not open this data directory" in told
    assert code == EncryptionError.exit_code


@pytest.mark.parametrize("is_set", [True, False])
def test_a_lost_keyring_is_named(settings: Settings, monkeypatch: pytest.MonkeyPatch, is_set: bool) -> None:
    settings.bronze_dir.mkdir(parents=True)
    _parquet(settings.bronze_dir / "x.parquet", 3)
    (settings.state_dir / KEYRING).unlink()
    told, code = _said(settings if is_set else under(monkeypatch, None))
    assert f"{KEYRING} is gone" in told
    assert code == IntegrityError.exit_code
