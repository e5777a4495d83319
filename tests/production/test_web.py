"""The web server's own configuration, in the real nginx: who gets which page, how, and what is logged."""

from __future__ import annotations

import crypt
import http.client
import json
import re
import socket
import ssl
import subprocess
import time
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from include.settings import REPOSITORY
from tests.monitoring.sinks import web_sink
from tests.production.postgres import free_port

RELEASE = "20260920-0123abcd"
READER = "s.reader:a pass word"
Answer = tuple[int, dict[str, str], bytes]


@dataclass(frozen=True)
class Web:
    """A running nginx with its two doors, and the folder it logs into."""

    reports: int
    airflow: int
    logs: Path

    def get(
        self, path: str, login: str | None = READER, port: int = 0, method: str = "GET"
    ) -> tuple[int, dict[str, str], bytes]:
        context = ssl.create_default_context(cafile=str(self.logs.parent / "secrets" / "tls_certificate.pem"))
        connection = http.client.HTTPSConnection(
            "localhost", port or self.reports, context=context, timeout=20
        )
        headers = {"Authorization": "Basic " + b64encode(login.encode()).decode()} if login else {}
        connection.request(method, path, headers=headers)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    _publish(folder / "published")
    _secrets(folder / "secrets")
    (folder / "logs").mkdir()
    with web_sink() as airflow:  # answers for the API server: what matters is what reaches it
        served = Web(free_port(), free_port(), folder / "logs")
        config = folder / "nginx.conf"
        config.write_text(
            _here((REPOSITORY / "deploy" / "nginx.conf").read_text(), folder, served, airflow.port)
        )
        subprocess.run(["nginx", "-t", "-q", "-c", str(config)], check=True)
        server = subprocess.Popen(["nginx", "-c", str(config), "-g", "daemon off;"])
        try:
            _wait_for(served)
            yield served
        finally:
            server.terminate()
            server.wait(timeout=20)


def _here(config: str, folder: Path, served: Web, airflow: int) -> str:
    """Move the configuration from the container to this machine: places and ports, nothing else."""
    account = "user root;\n" if Path("/proc/self").owner() == "root" else ""
    moved = {
        "/tmp/": f"{folder}/",  # noqa: S108  nginx's own scratch folders
        "/srv/published": str(folder / "published"),
        "/run/secrets/": f"{folder}/secrets/",
        "/var/log/hhw/": f"{folder}/logs/",
        "listen 8443 ssl": f"listen 127.0.0.1:{served.reports} ssl",
        "listen 8444 ssl": f"listen 127.0.0.1:{served.airflow} ssl",
        "127.0.0.1:8081": f"127.0.0.1:{free_port()}",
        "http://api-server:8080": f"http://127.0.0.1:{airflow}",
    }
    for old, new in moved.items():
        assert old in config, old
        config = config.replace(old, new)
    return account + config


def _publish(folder: Path) -> None:
    reports = folder / RELEASE / "reports"
    (reports / "csv").mkdir(parents=True)
    (reports / "index.html").write_text("<h1>in force</h1>")
    (reports / "csv" / "list.csv").write_text("a,b\n")
    (folder / RELEASE / "warehouse.duckdb").write_text("everything")
    (folder / "current").symlink_to(RELEASE)
    (folder / "secret.txt").write_text("not for readers")


def _secrets(folder: Path) -> None:
    folder.mkdir()
    name, password = READER.split(":")
    (folder / "readers.htpasswd").write_text(f"{name}:{crypt.crypt(password, crypt.METHOD_SHA512)}\n")
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "tls_certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "tls_key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def _wait_for(served: Web) -> None:
    for _ in range(100):
        try:
            served.get("/")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("nginx did not start")


@pytest.mark.parametrize("login", [None, "s.reader:wrong", "nobody:a pass word", "s.reader:"])
@pytest.mark.parametrize("path", ["/current/reports/index.html", "/current/reports/csv/list.csv"])
def test_nothing_without_a_password(web: Web, path: str, login: str | None) -> None:
    status, _, body = web.get(path, login)
    assert status == 401
    assert b"in force" not in body


def test_a_reader_gets_the_release_in_force(web: Web) -> None:
    status, headers, _ = web.get("/")
    assert status == 302
    assert headers["location"].endswith("/current/reports/index.html")
    assert web.get("/current/reports/index.html")[2] == b"<h1>in force</h1>"
    assert web.get(f"/{RELEASE}/reports/csv/list.csv")[2] == b"a,b\n"


@pytest.mark.parametrize(
    "path",
    [
        "/secret.txt",
        "/current/warehouse.duckdb",
        "/current/",
        "/current/reports/",
        "/current/reports/csv/",
        "/current/reports/../warehouse.duckdb",
        "/current/reports/%2e%2e/warehouse.duckdb",
        "/current/reports/..%2f..%2fsecret.txt",
        "/other/reports/index.html",
        "/current/reports/nothing.html",
    ],
)
def test_a_reader_gets_pages_and_nothing_else(web: Web, path: str) -> None:
    status, _, body = web.get(path)
    assert status in {400, 403, 404}
    assert b"everything" not in body
    assert b"not for readers" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PROPFIND"])
def test_a_reader_changes_nothing(web: Web, method: str) -> None:
    assert web.get("/current/reports/index.html", method=method)[0] in {403, 405}


@pytest.mark.parametrize("path", ["/current/reports/index.html", "/nothing", "/"])
@pytest.mark.parametrize("login", [READER, None])
def test_security_headers_stand_on_every_answer(web: Web, path: str, login: str | None) -> None:
    headers = web.get(path, login)[1]
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert headers["strict-transport-security"].startswith("max-age=")
    assert not re.search(r"\d", headers["server"])


def test_the_pages_own_policy_and_the_servers_agree(web: Web) -> None:
    page = (REPOSITORY / "reports" / "templates" / "page.html.j2").read_text()
    (own,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    served = web.get("/current/reports/index.html")[1]["content-security-policy"].split("; ")
    assert set(own.split("; ")) <= set(served)


def test_who_read_which_page_is_on_record_and_no_password(web: Web) -> None:
    web.get("/current/reports/index.html")
    web.get('/current/reports/x"\n{}.html'.replace("\n", "%0A").replace('"', "%22"))
    time.sleep(0.2)
    text = (web.logs / "consultations.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    read = [one for one in lines if one["page"] == "/current/reports/index.html" and one["status"] == 200]
    assert {(one["by"], one["method"]) for one in read} == {("s.reader", "GET")}
    assert datetime.fromisoformat(read[-1]["at"]).tzinfo is not None
    assert "pass word" not in text
    assert b64encode(READER.encode()).decode() not in text


def test_the_tasks_own_interface_is_closed_to_people(web: Web) -> None:
    assert web.get("/execution/health", None, web.airflow)[0] == 404
    assert web.get("/execution/health", None, web.airflow, "POST")[0] == 404


def test_airflows_pages_are_passed_on_with_their_headers(web: Web) -> None:
    status, headers, _ = web.get("/api/v2/version", None, web.airflow)
    assert status == 501  # what the sink says to GET: it was asked
    assert headers["x-frame-options"] == "DENY"


def test_passwords_cannot_be_guessed_at_leisure(web: Web) -> None:
    answers = [web.get("/auth/token", None, web.airflow)[0] for _ in range(25)]
    assert answers.count(429) >= 10


def test_old_protocols_are_refused(web: Web) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError):
        context.wrap_socket(socket.create_connection(("127.0.0.1", web.reports)))
