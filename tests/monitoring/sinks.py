"""Real servers on loopback that take what is sent to them: a mail relay and a webhook's receiver."""

from __future__ import annotations

import http.server
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any


@dataclass
class MailSink:
    """A mail relay that says yes, or no while ``is_refusing``, and keeps what came."""

    port: int = 0
    mails: list[Message] = field(default_factory=list)
    is_refusing: bool = False


@dataclass
class WebSink:
    """A receiver that keeps what was posted and answers with ``status``."""

    port: int = 0
    posts: list[dict[str, Any]] = field(default_factory=list)
    status: int = 204
    location: str = ""


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    sink = MailSink()

    class Relay(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 sink\r\n")
            while line := self.rfile.readline():
                verb = line.split()[0].upper() if line.split() else b""
                if verb == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                if verb == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = list(iter(self.rfile.readline, b".\r\n"))
                    sink.mails.append(message_from_bytes(b"".join(lines)))
                self.wfile.write(b"451 later\r\n" if sink.is_refusing and verb == b"MAIL" else b"250 yes\r\n")

    with _serving(socketserver.ThreadingTCPServer, Relay) as sink.port:
        yield sink


@contextmanager
def web_sink() -> Iterator[WebSink]:
    sink = WebSink()

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802  the parent's name
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if sink.status < 300:
                sink.posts.append(json.loads(body))
            self.send_response(sink.status)
            if sink.location:
                self.send_header("Location", sink.location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with _serving(http.server.ThreadingHTTPServer, Receiver) as sink.port:
        yield sink


@contextmanager
def _serving(kind: type[socketserver.TCPServer], handler: Any) -> Iterator[int]:
    server = kind(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
