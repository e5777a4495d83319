"""Ways on which an alert leaves: a file, a mail, a webhook. None but to a host that configuration names."""

from __future__ import annotations

import json
import os
import smtplib
import ssl
import urllib.request
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from include.errors import UsageError
from include.files import PRIVATE_FILE, private_dir

_PATIENCE_SECONDS = 20
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What may leave; an alert's other fields stay. Sentences are written without personal data where they are raised.
_TOLD = ("at", "kind", "message", "dag_id", "task_id")
_LONGEST = 400


class NotifySettings(BaseSettings):
    """Where alerts go (environment prefix ``HHW_NOTIFY_``); empty means: not this way."""

    model_config = SettingsConfigDict(env_prefix="HHW_NOTIFY_", extra="ignore")

    hosts: str = Field(default="", description="Hosts that may be written to, with commas between.")
    smtp: str = Field(default="", description="HOST:PORT of the mail relay.")
    sender: str = Field(default="", validation_alias="HHW_NOTIFY_FROM", description="Sender of the mails.")
    to: str = Field(default="", description="Addresses that get the mails, with commas between.")
    user: str = Field(default="", description="Account at the mail relay.")
    password_file: str = Field(default="", description="File with that account's password.")
    webhook: str = Field(default="", description="Address that gets each alert as JSON by POST.")
    file: str = Field(default="", description="File to which each alert is appended.")
    dir: str = Field(default="", description="Where what has been sent is remembered.")


class Channel(Protocol):
    """A way out. ``send`` returns when the other side has taken the alert, and raises ``OSError`` if it has not."""

    @property
    def name(self) -> str:
        """Return what it is called in what is remembered."""
        ...

    def send(self, alert: dict[str, str]) -> None:
        """Send one alert."""
        ...


def told(line: dict[str, Any]) -> dict[str, str]:
    """Return what of an alert may leave, on one line each and of bounded length."""
    return {
        name: " ".join("".join(sign if sign.isprintable() else " " for sign in str(line[name])).split())[
            :_LONGEST
        ]
        for name in _TOLD
        if line.get(name)
    }


@dataclass(frozen=True)
class FileChannel:
    """Appends to a file that a monitoring agent follows."""

    path: Path
    name: str = "file"

    def send(self, alert: dict[str, str]) -> None:
        """Append one line, on disk before this returns."""
        private_dir(self.path.parent)
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, PRIVATE_FILE)
        try:
            os.write(handle, (json.dumps(alert, ensure_ascii=False) + "\n").encode())
            os.fsync(handle)
        finally:
            os.close(handle)


@dataclass(frozen=True)
class MailChannel:
    """Sends a mail through a relay; encrypted unless the relay is on this machine."""

    host: str
    port: int
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password_file: str = ""
    name: str = "mail"

    def send(self, alert: dict[str, str]) -> None:
        """Send one mail, in plain text."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, ", ".join(self.to)
        mail["Subject"] = f"High-harm warehouse: {alert.get('kind', 'alert')}"
        mail.set_content("\n".join(f"{name}: {value}" for name, value in alert.items()) + "\n")
        try:
            with smtplib.SMTP(self.host, self.port, timeout=_PATIENCE_SECONDS) as relay:
                if self.host not in _LOOPBACK:
                    relay.starttls(context=ssl.create_default_context())
                if self.user:
                    relay.login(self.user, Path(self.password_file).read_text(encoding="utf-8").strip())
                relay.send_message(mail)
        except smtplib.SMTPException as error:
            raise OSError(f"the mail relay refused: {type(error).__name__}") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows nothing: an answer must not decide where an alert goes."""

    def redirect_request(self, *_: object, **__: object) -> None:
        """Refuse."""


@dataclass(frozen=True)
class WebhookChannel:
    """Posts JSON; over TLS unless the receiver is on this machine; follows no redirect and uses no proxy."""

    address: str
    name: str = "webhook"

    def send(self, alert: dict[str, str]) -> None:
        """Post one alert; any answer but 2xx is a failure."""
        opener = urllib.request.build_opener(_NoRedirect, urllib.request.ProxyHandler({}))
        request = urllib.request.Request(  # noqa: S310  scheme and host were checked against the settings
            self.address,
            data=json.dumps(alert).encode(),
            headers={"Content-Type": "application/json"},
            method="POST",
        )
        with opener.open(request, timeout=_PATIENCE_SECONDS):
            return


def channels_of(settings: NotifySettings) -> list[Channel]:
    """Return the ways that are configured.

    Raises:
        UsageError: A way leads to a host that ``HHW_NOTIFY_HOSTS`` does not name, or cannot be used.
    """
    found: list[Channel] = []
    if settings.file:
        found.append(FileChannel(Path(settings.file)))
    if settings.smtp:
        found.append(_mail(settings))
    if settings.webhook:
        found.append(_webhook(settings))
    return found


def _mail(settings: NotifySettings) -> MailChannel:
    host, _, port = settings.smtp.rpartition(":")
    if not host or not port.isdigit():
        raise UsageError(
            f"HHW_NOTIFY_SMTP {settings.smtp!r} is no HOST:PORT.", "Write mail.force.example:587."
        )
    _require_named(settings, host, "HHW_NOTIFY_SMTP")
    to = tuple(one.strip() for one in settings.to.split(",") if one.strip())
    if not to or not settings.sender:
        raise UsageError(
            "HHW_NOTIFY_SMTP needs a sender and receivers.", "Set HHW_NOTIFY_FROM and HHW_NOTIFY_TO."
        )
    return MailChannel(host, int(port), settings.sender, to, settings.user, settings.password_file)


def _webhook(settings: NotifySettings) -> WebhookChannel:
    address = urlsplit(settings.webhook)
    host = address.hostname or ""
    if address.scheme != "https" and not (address.scheme == "http" and host in _LOOPBACK):
        raise UsageError("HHW_NOTIFY_WEBHOOK is not an https address.", "Write https://HOST/PATH.")
    _require_named(settings, host, "HHW_NOTIFY_WEBHOOK")
    return WebhookChannel(settings.webhook)


def _require_named(settings: NotifySettings, host: str, variable: str) -> None:
    if host not in {one.strip() for one in settings.hosts.split(",") if one.strip()}:
        raise UsageError(
            f"{variable} leads to {host!r}, which HHW_NOTIFY_HOSTS does not name.",
            "Add the host to HHW_NOTIFY_HOSTS if alerts may go there.",
        )
