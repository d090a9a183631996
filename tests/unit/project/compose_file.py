"""Reads docker-compose.yml as `docker compose` does: with the variables of an environment."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.paths import ROOT

# `${NAME:-default}` and `${NAME:?sentence}`; `$$` is a dollar sign.
_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::([-?])([^}]*))?\})")
# What an operator must set. Each value is its own, so that a test can find where it goes.
REQUIRED = {
    "SLOTBEAT_SECRET_KEY": "secret-key-0123456789",
    "POSTGRES_PASSWORD": "postgres-password",
    "REDIS_PASSWORD": "redis-password",
    "FLOWER_BASIC_AUTH": "me:flower-password",
}


class Refused(Exception):
    """Compose would not start; the text has the variable and the sentence of the file."""


def read_compose(variables: Mapping[str, str] = REQUIRED) -> dict[str, Any]:
    """The file with these variables; Refused where a required one is missing or empty."""
    raw = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    found: dict[str, Any] = _interpolate(raw, variables)
    return found


def _interpolate(node: Any, variables: Mapping[str, str]) -> Any:  # noqa: ANN401  (YAML)
    if isinstance(node, dict):
        return {key: _interpolate(value, variables) for key, value in node.items()}
    if isinstance(node, list):
        return [_interpolate(value, variables) for value in node]
    return _fill_in(node, variables) if isinstance(node, str) else node


def _fill_in(text: str, variables: Mapping[str, str]) -> str:
    def value_of(found: "re.Match[str]") -> str:
        dollar, name, kind, rest = found.groups()
        if dollar:
            return "$"
        if value := variables.get(name):
            return value
        if kind == "?":
            raise Refused(f"{name}: {rest}")
        return rest or ""

    return _VARIABLE.sub(value_of, text)
