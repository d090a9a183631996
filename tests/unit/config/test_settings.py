"""Settings: every wrong one is an error at the start that names it and shows no secret."""

import os

import pytest

from config import settings as module
from config.provider_keys import check_provider_keys
from config.secret_key import secret_key, secret_keys
from config.settings import (
    PREFIX,
    SECRETS,
    BadSettings,
    load_or_exit,
    load_settings,
    unknown_variables,
)

PASSWORD = "hunter2-do-not-show"
POSTGRES = f"postgresql://slotbeat:{PASSWORD}@db/slotbeat"
TOO_LONG = str((5 * 366 + 1) * 86_400)  # five leap years and a day


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the machine's own SLOTBEAT_ variables."""
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)


def put(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    """Set SLOTBEAT_ variables."""
    for name, value in values.items():
        monkeypatch.setenv(PREFIX + name, value)


def test_nothing_has_to_be_set() -> None:
    """Without any variable everything runs on this machine, with the simulator."""
    settings = load_settings()
    assert (settings.is_sqlite, settings.broker_url) == (True, "memory://")
    assert settings.provider_url == module.SIMULATOR_URL
    assert (settings.lead_time, settings.allow_private_media) == (86_400, False)


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files pass `SLOTBEAT_X=` for a variable that is not set."""
    bare = load_settings()
    put(monkeypatch, **dict.fromkeys((name.upper() for name in type(bare).model_fields), ""))
    assert load_settings() == bare


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("DATABASE_URL", url) for url in ("mysql://h/db", "nonsense", "sqlite://")],
        *[("DATABASE_URL", url) for url in ("sqlite:///:memory:", "postgresql://h:port/db")],
        *[("BROKER_URL", url) for url in ("kafka://h", "redis")],
        *[("SWONKIE_BASE_URL", url) for url in ("ftp://h/v2", "api.swonkie.dev")],
        *[("PROVIDER", value) for value in ("mastodon", "Swonkie")],
        *[("LEAD_TIME", value) for value in ("-1", TOO_LONG, "a day", "nan", "inf")],
        *[("TICK", value) for value in ("0", "-1", "61", "nan")],
        *[("MISSED_GRACE", value) for value in ("0", "-5", TOO_LONG)],
        *[("CANCEL_CUTOFF", value) for value in ("-1", "86401")],
        ("LATE_SPACING", "0"),
        *[("CLAIM_TTL", value) for value in ("0", "0.5", "3601")],
        ("POLL_INTERVAL", "0"),
        *[("MISSED_POLICY", value) for value in ("drop", "HOLD")],
        ("ALLOW_PRIVATE_MEDIA", "perhaps"),
        *[("CONTACT", value) for value in ("Jo", "ops at acme", "a@b\r\nX: y", "(a@b)", "é@b")],
    ],
)
def test_a_bad_value_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One sentence, which begins with the wrong variable and names no other."""
    put(monkeypatch, **{name: value})
    with pytest.raises(BadSettings) as caught:
        load_settings()
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [PREFIX + name]


def test_all_that_is_wrong_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start reports all mistakes."""
    put(monkeypatch, TICK="0", PROVIDER="none", CLAIM_TTL="x")
    with pytest.raises(SystemExit) as caught:
        load_or_exit("web")
    assert str(caught.value).startswith("Slotbeat cannot start:")
    assert all(PREFIX + name in str(caught.value) for name in ("TICK", "PROVIDER", "CLAIM_TTL"))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", f"mysql://u:{PASSWORD}@h/db"),
        ("DATABASE_URL", f"postgresql://u:a@{PASSWORD}:b@h/db"),
        ("DATABASE_URL", f"postgresql://u:p@h:{PASSWORD}@x/db"),
        ("BROKER_URL", f"kafka://u:{PASSWORD}@h"),
        ("SWONKIE_BASE_URL", f"ftp://u:{PASSWORD}@h/v2"),
    ],
)
def test_a_wrong_secret_is_not_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """A password in a wrong URL is not in the message, and so not in the logs."""
    put(monkeypatch, SECRET_KEY="k" * 32, **{name: value})
    with pytest.raises(BadSettings, match=PREFIX + name) as caught:
        load_settings()
    assert PASSWORD not in str(caught.value)


def test_settings_can_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The repr of the settings has no secret."""
    put(monkeypatch, DATABASE_URL=POSTGRES, BROKER_URL=f"redis://:{PASSWORD}@h/0")
    names = ("SWONKIE_API_ID", "SWONKIE_API_KEY", "SECRET_KEY", "ADMIN_TOKEN")
    put(monkeypatch, **dict.fromkeys(names, PASSWORD))
    assert PASSWORD not in f"{load_settings()!r} {load_settings()}"


@pytest.mark.parametrize("key", [None, "", "   "])
def test_postgresql_needs_a_secret_key(monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    """Several machines share one database: none may create its own key, or have none."""
    put(monkeypatch, DATABASE_URL=POSTGRES, **({} if key is None else {"SECRET_KEY": key}))
    with pytest.raises(BadSettings, match="SLOTBEAT_SECRET_KEY") as caught:
        secret_key(load_settings())
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("name", ["SECRET_KEY", "ADMIN_TOKEN"])
def test_a_secret_that_can_be_guessed_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """15 characters stop the start, with the variable's name, what would be right, and without the
    secret; 16 are accepted."""
    put(monkeypatch, **{name: "p" * 15})
    with pytest.raises(BadSettings, match=f"{PREFIX}{name}: .*at least 16.*openssl rand") as caught:
        load_settings()
    assert "ppp" not in str(caught.value)
    put(monkeypatch, **{name: "p" * 16})
    load_settings()


def test_a_short_key_from_before_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """The refusal says how, and the short key is accepted as a previous one."""
    put(monkeypatch, SECRET_KEY="short")
    with pytest.raises(BadSettings, match=r"SECRET_KEY_PREVIOUS.*slotbeat credentials rotate"):
        load_settings()
    put(monkeypatch, SECRET_KEY="k" * 64, SECRET_KEY_PREVIOUS="short")
    assert secret_keys(load_settings()) == ["k" * 64, "short"]


@pytest.mark.parametrize("keys", [{}, {"SWONKIE_API_ID": "id"}, {"SWONKIE_API_KEY": "key"}])
@pytest.mark.parametrize("empty", [{}, {"SWONKIE_API_ID": "", "SWONKIE_API_KEY": ""}])
def test_swonkie_needs_both_its_keys(
    monkeypatch: pytest.MonkeyPatch, keys: dict[str, str], empty: dict[str, str]
) -> None:
    """The provider without its credentials is an error that names both variables."""
    put(monkeypatch, PROVIDER="swonkie", **{**empty, **keys})
    settings = load_settings()
    with pytest.raises(BadSettings, match=r"SLOTBEAT_SWONKIE_API_ID.*SLOTBEAT_SWONKIE_API_KEY"):
        check_provider_keys(settings)


def test_the_providers_address_follows_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Swonkie's own address unless another is set; a slash at its end is removed."""
    put(monkeypatch, PROVIDER="swonkie", SWONKIE_API_ID="id", SWONKIE_API_KEY="key")
    assert load_settings().provider_url == module.SWONKIE_URL
    put(monkeypatch, SWONKIE_BASE_URL="http://localhost:1/v2/")
    assert load_settings().provider_url == "http://localhost:1/v2"


def test_an_unknown_variable_gets_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelled variable is reported; known ones, with `_FILE` too, are not."""
    put(monkeypatch, **{f"{name.upper()}_FILE": "/x" for name in SECRETS}, TICK="1")
    assert unknown_variables() == []
    put(monkeypatch, MISED_GRACE="1")
    assert unknown_variables() == [
        "SLOTBEAT_MISED_GRACE is no setting of Slotbeat; did you mean SLOTBEAT_MISSED_GRACE?"
    ]


def test_memory_is_no_broker_for_separate_processes() -> None:
    """A worker in its own process would wait forever for messages of another process."""
    with pytest.raises(SystemExit, match="SLOTBEAT_BROKER_URL"):
        load_or_exit("beat", own_process=True)
