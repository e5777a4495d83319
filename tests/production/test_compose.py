"""``docker-compose.yml`` as docker-compose reads it: hardened in every service, and closed to the outside."""

from __future__ import annotations

import os
import re
import subprocess
from typing import Any

import pytest
import yaml

from include.monitoring.channels import NotifySettings
from include.production.environment import production_environment
from include.production.keys import make_secrets
from include.settings import REPOSITORY, Settings

SERVICES = {
    "postgres", "prepare", "api-server", "scheduler", "dag-processor", "triggerer", "watch", "notify", "web"
}  # fmt: skip
AIRFLOW = {"prepare", "api-server", "scheduler", "dag-processor", "triggerer"}
SECRET = re.compile(r"password|secret|token|fernet|private|key$|_key_", re.IGNORECASE)
Compose = dict[str, Any]


def _config(**variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        ["docker-compose", "--file", "docker-compose.yml", "config"],
        cwd=REPOSITORY,
        env={**environment, **variables},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def compose() -> Compose:
    done = _config(HHW_HOME="/srv/hhw", HHW_FORCE_NAME="Test force")
    assert done.returncode == 0, done.stderr
    read: Compose = yaml.safe_load(done.stdout)
    return read


def test_the_exact_set_of_services(compose: Compose) -> None:
    assert set(compose["services"]) == SERVICES


@pytest.mark.parametrize("missing", ["HHW_HOME", "HHW_FORCE_NAME"])
def test_what_has_no_default_is_asked_for(missing: str) -> None:
    given = {"HHW_HOME": "/srv/hhw", "HHW_FORCE_NAME": "Test force"}
    del given[missing]
    done = _config(**given)
    assert done.returncode != 0
    assert missing in done.stderr


def test_every_setting_can_be_made() -> None:
    """What the pages on operation name is of no use where the containers do not hear of it."""
    fixed = {"profile", "data_dir", "landing", "secrets_dir", "airflow_home", "consultations_log"}
    secret = {"encryption_key_file", "pseudonym_key_file"}  # named by a file of one's own beside this one
    made = {"seeds_dir", "parsed_dir", "spark_memory", "spark_master"}  # of the image, or of another engine
    names = Settings.model_fields.keys() - fixed - secret - made
    given = {f"HHW_{name.upper()}": f"{place}GB" for place, name in enumerate(sorted(names))}
    done = _config(**given, HHW_HOME="/srv/hhw")
    told = yaml.safe_load(done.stdout)["services"]["scheduler"]["environment"]
    assert given.items() <= told.items()


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_every_service_is_hardened(compose: Compose, name: str) -> None:
    service = compose["services"][name]
    user = str(service["user"]).split(":")
    assert all(part.isdigit() and int(part) >= 1000 for part in user)
    assert len(user) == 2
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service.get("privileged")
    assert "devices" not in service
    assert service["pids_limit"] <= 1024
    assert service["init"] is True
    assert {"max-size", "max-file"} <= set(service["logging"]["options"])
    assert not {service.get(kind) for kind in ("pid", "ipc", "userns_mode", "network_mode")} & {"host"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_images_are_pinned_to_a_version(compose: Compose, name: str) -> None:
    image = str(compose["services"][name]["image"])
    assert re.fullmatch(r"[\w./-]+(:\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})", image), image


def test_images_can_be_pinned_to_a_digest() -> None:
    digest = "registry.force.example/postgres@sha256:" + "0" * 64
    done = _config(HHW_HOME="/srv/hhw", HHW_FORCE_NAME="x", HHW_POSTGRES_IMAGE=digest)
    assert yaml.safe_load(done.stdout)["services"]["postgres"]["image"] == digest


def test_the_base_image_is_pinned_and_the_image_does_not_run_as_root() -> None:
    lines = (REPOSITORY / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("ARG PYTHON_IMAGE=")] == [
        "ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm"
    ]
    assert {line for line in lines if line.startswith("FROM ")} == {
        "FROM ${PYTHON_IMAGE} AS build", "FROM ${PYTHON_IMAGE}"
    }  # fmt: skip
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    installs = [line for line in lines if re.search(r"pip install .*-r ", line)]
    assert len(installs) == 2
    assert all("--require-hashes" in line for line in installs)


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_no_secret_stands_in_the_environment_or_the_command(compose: Compose, name: str) -> None:
    service = compose["services"][name]
    for variable, value in service.get("environment", {}).items():
        if SECRET.search(variable):
            assert str(value).startswith("/run/secrets"), variable
    assert not SECRET.search(" ".join(map(str, service.get("command") or [])))


def test_secrets_are_files_and_go_only_where_they_are_needed(compose: Compose) -> None:
    files = {name: secret["file"] for name, secret in compose["secrets"].items()}
    assert set(files.values()) == {f"/srv/hhw/secrets/{name}" for name in files}
    given = {
        name: {one["source"] for one in service.get("secrets", [])}
        for name, service in compose["services"].items()
    }
    airflow = {"airflow_database_url", "airflow_fernet_key", "airflow_jwt_secret", "airflow_session_key"}
    assert given == {
        **dict.fromkeys(AIRFLOW, airflow),
        "postgres": {"postgres_password"},
        "web": {"readers.htpasswd", "tls_certificate.pem", "tls_key.pem"},
        "watch": set(),
        "notify": set(),
    }
    assert set().union(*given.values()) == set(files)


def test_only_the_web_server_is_published_and_only_on_loopback(compose: Compose) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert set(published) == {"web"}
    assert published["web"] == ["127.0.0.1:8443:8443/tcp", "127.0.0.1:8444:8444/tcp"]


def test_networks_are_internal_but_for_the_door_and_the_alerts(compose: Compose) -> None:
    outside = {name for name, network in compose["networks"].items() if not network.get("internal")}
    assert outside == {"edge", "alerts"}
    masquerade = compose["networks"]["edge"]["driver_opts"]["com.docker.network.bridge.enable_ip_masquerade"]
    assert masquerade == "false"
    joined = {name: set(service.get("networks", {})) for name, service in compose["services"].items()}
    assert {name for name, networks in joined.items() if networks & outside} == {"web", "notify"}
    assert joined["notify"] == {"alerts"}
    assert joined["postgres"] == {"metadata"}
    assert "metadata" not in joined["web"]
    assert compose["services"]["watch"]["network_mode"] == "none"


def test_data_is_mounted_where_it_is_needed_and_no_more(compose: Compose) -> None:
    mounts = {
        name: {
            (one["source"].removeprefix("/srv/hhw/"), bool(one.get("read_only")))
            for one in service["volumes"]
        }
        for name, service in compose["services"].items()
        if "volumes" in service
    }
    assert {mount for mount in mounts["web"] if not mount[1]} == {("consultations", False)}
    assert ("data/published", True) in mounts["web"]
    assert mounts["notify"] == {("data/state/alerts", True), ("notify", False)}
    writes_data = {name for name, held in mounts.items() if ("data", False) in held}
    assert writes_data == {"scheduler", "watch"}
    assert all(("landing", False) not in held for held in mounts.values())


@pytest.mark.parametrize("name", sorted(SERVICES - {"prepare"}))
def test_every_service_says_how_it_is(compose: Compose, name: str) -> None:
    assert compose["services"][name]["healthcheck"]["test"][0] == "CMD"


def test_the_age_of_the_release_is_part_of_health(compose: Compose) -> None:
    assert compose["services"]["watch"]["healthcheck"]["test"] == ["CMD", "hhw", "status"]


@pytest.mark.parametrize("name", sorted(AIRFLOW))
def test_what_compose_sets_is_what_the_start_accepts(compose: Compose, name: str, settings: Settings) -> None:
    given = {variable: str(value) for variable, value in compose["services"][name]["environment"].items()}
    assert production_environment(settings, given)["AIRFLOW__API__HOST"] == "api-server"
    known = {f"HHW_{field.upper()}" for field in Settings.model_fields}
    assert {variable for variable in given if variable.startswith("HHW_")} <= known


def test_the_notifier_knows_what_compose_sets(compose: Compose) -> None:
    assert (
        compose["services"]["notify"]["environment"]["HHW_PROFILE"] == "production"
    )  # no way fails its check
    known = {f"HHW_NOTIFY_{field.upper()}" for field in NotifySettings.model_fields} | {"HHW_NOTIFY_FROM"}
    given = {name for name in compose["services"]["notify"]["environment"] if name.startswith("HHW_NOTIFY_")}
    assert given <= known


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("compose")
    make_secrets(folder / "secrets")
    return Settings(
        data_dir=folder / "data",
        secrets_dir=folder / "secrets",
        airflow_home=folder / "home",
        profile="production",
    )


def test_with_encryption_the_key_goes_to_two_services_and_the_web_server_sees_memory() -> None:
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        ["docker-compose", "-f", "docker-compose.yml", "-f", "deploy/encrypted.yml", "config"],
        cwd=REPOSITORY,
        env={**environment, "HHW_HOME": "/srv/hhw", "HHW_FORCE_NAME": "Test force"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    services = yaml.safe_load(done.stdout)["services"]
    assert set(services) == SERVICES | {"opener"}
    holders = {
        name
        for name, service in services.items()
        if "encryption_key" in {one["source"] for one in service.get("secrets", [])}
    }
    assert holders == {"scheduler", "opener"}
    opener = services["opener"]
    assert (opener["read_only"], opener["cap_drop"], opener["network_mode"]) == (True, ["ALL"], "none")
    served = [one for one in services["web"]["volumes"] if one["target"] == "/srv/published"]
    assert [(one["type"], one["source"]) for one in served] == [("volume", "opened")]
    memory = yaml.safe_load(done.stdout)["volumes"]["opened"]["driver_opts"]
    assert (memory["type"], memory["device"]) == ("tmpfs", "tmpfs")
