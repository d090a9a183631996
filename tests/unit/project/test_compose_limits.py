"""docker-compose.yml: what a container may do and use is limited, and versions stay."""

import re
from typing import Any

import pytest

from tests.unit.project.compose_file import REQUIRED, read_compose

SERVICES = read_compose()["services"]
# Containers that write more than a few files: on a volume, because a tmpfs counts as memory.
SPOOLS = {"web", "worker"}


@pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
def test_a_container_is_limited(service: dict[str, Any]) -> None:
    """No new privileges, no capability, a root that cannot be written, a limit of memory and
    processes, and a place for temporary files."""
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert (service["cap_drop"], service["read_only"]) == (["ALL"], True)
    assert "cap_add" not in service
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["pids_limit"] <= 1024
    places = [each.split(":") for each in (*service["tmpfs"], *service.get("volumes", []))]
    assert any("/tmp" in parts[:2] for parts in places)  # noqa: S108
    assert all("size=" in each for each in service["tmpfs"])


@pytest.mark.parametrize("name", sorted(SPOOLS))
def test_large_temporary_files_are_on_disk(name: str) -> None:
    """A video of gigabytes is spooled there, and must not use up the memory."""
    assert SERVICES[name]["tmpfs"] == []
    assert "spool:/tmp" in SERVICES[name]["volumes"]


def test_the_servers_do_not_run_as_root() -> None:
    """Without capabilities their entry points could not leave root."""
    assert {name: SERVICES[name]["user"] for name in ("postgres", "redis")} == {
        "postgres": "postgres",
        "redis": "redis",
    }


def test_no_image_moves() -> None:
    """Each is an exact version on a named Debian, or a digest; a tag like `postgres:16` moves."""
    images = {each["image"] for each in SERVICES.values() if "build" not in each}
    assert len(images) == 2
    for image in images:
        assert re.fullmatch(r"\w+(:\d+(\.\d+)+-[a-z]+)?(@sha256:[0-9a-f]{64})?", image), image
        assert re.search(r":\d+\.\d+|@sha256:", image), image


def test_ports_are_for_this_machine_unless_somebody_decides_otherwise() -> None:
    """The API is on 127.0.0.1, or on the address that is set; Flower on 127.0.0.1; no others."""
    ports = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}
    assert ports == {"web": ["127.0.0.1:8000:8000"], "flower": ["127.0.0.1:5555:5555"]}
    chosen = read_compose({**REQUIRED, "BIND_ADDRESS": "192.0.2.1", "PORT": "80"})
    assert chosen["services"]["web"]["ports"] == ["192.0.2.1:80:8000"]


def test_redis_takes_its_password_from_memory() -> None:
    """Its command, which the process list shows, has the variable's name alone; a full Redis
    refuses before the container's limit ends it."""
    redis = SERVICES["redis"]
    command = " ".join(redis["command"])
    assert REQUIRED["REDIS_PASSWORD"] not in command
    assert 'requirepass "%s"' in command
    assert redis["environment"] == {"REDISCLI_AUTH": REQUIRED["REDIS_PASSWORD"]}
    (limit,) = re.findall(r"--maxmemory (\d+)mb", command)
    assert int(limit) < int(redis["mem_limit"].removesuffix("m"))
    assert "--maxmemory-policy noeviction" in command
