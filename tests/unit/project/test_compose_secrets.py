"""docker-compose.yml: nothing starts without passwords, and each container has its own alone."""

import os

import pytest

from config.provider_keys import check_provider_keys
from config.secret_key import secret_key
from config.settings import PREFIX, SECRETS, Settings, load_settings
from tests.paths import ROOT
from tests.unit.project.compose_file import REQUIRED, Refused, read_compose

OPTIONAL = {
    f"{PREFIX}{name}": f"{name.lower()}-0123456789"
    for name in (
        *("SECRET_KEY_PREVIOUS", "ADMIN_TOKEN", "SWONKIE_API_ID", "SWONKIE_API_KEY"),
        *("SWONKIE_API_KEY_SECONDARY", "MEDIA_S3_ACCESS_KEY_ID", "MEDIA_S3_SECRET_ACCESS_KEY"),
    )
} | {"SLOTBEAT_RATE_LIMIT_URL": "redis://rate_limit_url"}
CHOSEN = {
    "SLOTBEAT_PROVIDER": "swonkie",
    "SLOTBEAT_MEDIA_STORAGE": "s3://bucket",
    **REQUIRED,
    **OPTIONAL,
}
S3 = {"SLOTBEAT_MEDIA_S3_ACCESS_KEY_ID", "SLOTBEAT_MEDIA_S3_SECRET_ACCESS_KEY"}
KEYS = {"SLOTBEAT_SECRET_KEY", "SLOTBEAT_SECRET_KEY_PREVIOUS", *S3}
SERVERS = {"POSTGRES_PASSWORD", "REDIS_PASSWORD"}
PROVIDER = {
    "SLOTBEAT_SWONKIE_API_ID",
    "SLOTBEAT_SWONKIE_API_KEY",
    "SLOTBEAT_SWONKIE_API_KEY_SECONDARY",
}
OWN_SECRETS = {
    "postgres": {"POSTGRES_PASSWORD"},
    "redis": {"REDIS_PASSWORD"},
    "release": {"POSTGRES_PASSWORD"},
    "web": {*SERVERS, *KEYS, "SLOTBEAT_ADMIN_TOKEN", "SLOTBEAT_RATE_LIMIT_URL"},
    "beat": SERVERS,
    "worker": {*SERVERS, *KEYS, *PROVIDER},
    "flower": {"REDIS_PASSWORD", "FLOWER_BASIC_AUTH"},
    "simulator": set[str](),
}


@pytest.mark.parametrize("name", REQUIRED)
@pytest.mark.parametrize("value", [None, ""])
def test_compose_refuses_to_start_without_a_secret(name: str, value: str | None) -> None:
    """A missing or empty one stops it, and the sentence says what to set."""
    variables = {key: given for key, given in REQUIRED.items() if key != name}
    if value is not None:
        variables[name] = value
    with pytest.raises(Refused, match=f"{name}: set it in .env, to ") as caught:
        read_compose(variables)
    assert "openssl rand" in str(caught.value) or "user:password" in str(caught.value)


def test_the_example_gives_no_secret() -> None:
    """.env.example, copied without a change, names every required secret and starts nothing."""
    lines = (ROOT / ".env.example").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert {name: given.get(name) for name in REQUIRED} == dict.fromkeys(REQUIRED, "")
    with pytest.raises(Refused):
        read_compose(given)


def test_each_container_has_its_own_secrets_alone() -> None:
    """A secret that is set reaches the processes that read it; no file is given to all."""
    services = read_compose(CHOSEN)["services"]
    secrets = REQUIRED | OPTIONAL
    # Longer values first, each taken out when it is found: some begin as others do.
    for service, own in OWN_SECRETS.items():
        text = str(services[service])
        found = set()
        for name in sorted(secrets, key=lambda each: -len(secrets[each])):
            if secrets[name] in text:
                found.add(name)
                text = text.replace(secrets[name], "")
        assert found == own, service
        assert "env_file" not in services[service]
    assert set(OWN_SECRETS) == set(services)


def settings_of(service: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a container's process."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in read_compose(CHOSEN)["services"][service]["environment"].items():
        monkeypatch.setenv(name, str(value))
    return load_settings()


@pytest.mark.parametrize("service", ["release", "web", "beat", "worker", "flower"])
def test_each_process_starts_with_what_it_has(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its settings are accepted, and web and worker find the keys that they ask for."""
    settings = settings_of(service, monkeypatch)
    assert settings.is_sqlite == (service == "flower")
    if service in ("web", "worker"):
        assert secret_key(settings) == REQUIRED["SLOTBEAT_SECRET_KEY"]
        assert settings.media_storage == "s3://bucket"
    if service == "worker":
        check_provider_keys(settings)
    if service != "release":
        assert settings.broker_url == "redis://:redis-password@redis:6379/0"


def test_every_setting_reaches_a_container() -> None:
    """A setting of .env that compose passes to nobody would be without effect."""
    services = read_compose(CHOSEN)["services"]
    passed = {name for each in services.values() for name in each.get("environment", {})}
    assert {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} <= passed
    assert {f"{PREFIX}{name.upper()}" for name in SECRETS} <= passed
