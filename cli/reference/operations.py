"""One operation of the HTTP API as a section of the page."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from api.paths import PREFIX
from cli.reference.markdown import code, table
from cli.reference.shapes import fields, named, value

# What stands once, at the top of the page.
COMMON = {"400", "401", "403", "404", "409", "413", "415", "422", "429", "503"}
EVERYWHERE = {"organizationId", "Idempotency-Key"}
JSON = "application/json"
WIDTH = 100
KINDS = 3


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a path, and what the document says of it."""

    method: str
    path: str
    said: dict[str, Any]

    @property
    def short(self) -> str:
        """The path without what all have in common."""
        return self.path.removeprefix(f"{PREFIX}/")

    @property
    def body(self) -> dict[str, Any]:
        """What the request's body may be, by its type."""
        found: dict[str, Any] = self.said.get("requestBody", {}).get("content", {})
        return found


def described(operation: Operation, schemas: dict[str, Any]) -> Iterator[str]:
    """The section: what it does, takes and answers, and an example."""
    yield f"### `{operation.method} {operation.short}`"
    open_ = " Needs no key." if "security" not in operation.said else ""
    yield operation.said["description"] + open_
    rows = [*_parameters(operation), *_body(operation, schemas)]
    if rows:
        yield table(("", "", ""), rows)
    yield _answers(operation, schemas)
    yield code(_example(operation, schemas), "bash")


def _parameters(operation: Operation) -> Iterator[tuple[str, str, str]]:
    for each in operation.said.get("parameters", []):
        if each["name"] not in EVERYWHERE and each["in"] != "path":
            told = each.get("description") or value(each["schema"])
            yield each["in"], f"`{each['name']}`", told


def _body(operation: Operation, schemas: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    names = named(operation.body.get(JSON, {}))
    for name in names[:1]:
        for field, taken in fields(schemas[name]):
            if field != "`organizationId`":
                yield "body", field, taken
    others = [f"`{each}`" for each in operation.body if each != JSON]
    if others:
        more = f" and {len(others) - KINDS} more" if len(others) > KINDS else ""
        yield "body", "the file", f"by `Content-Type`: {', '.join(others[:KINDS])}{more}"


def _answers(operation: Operation, schemas: dict[str, Any]) -> str:
    """The statuses, the good ones with their fields."""
    told = []
    for status, answer in operation.said["responses"].items():
        if status in COMMON and "security" in operation.said:
            continue
        names = named(answer.get("content", {}).get(JSON, {}).get("schema", {}))
        known = [f"`{each}`" for name in names[:1] for each in schemas[name].get("properties", {})]
        shown = status < "300" and known
        told.append(f"**{status}**" + (f" {', '.join(known)}" if shown else ""))
    return "Answers " + "; ".join(told) + "."


def _example(operation: Operation, schemas: dict[str, Any]) -> str:
    """A call with curl."""
    is_ours = operation.path.startswith(PREFIX)
    path = re.sub(r"{(\w+)}", lambda found: f"${found[1].upper()}", operation.short)
    address = f'"$API/{path}"' if is_ours else f"http://127.0.0.1:8000{operation.path}"
    parts = ["curl", *(["-X", operation.method] if operation.method != "GET" else []), address]
    parts += ['-H "Authorization: Bearer $KEY"'] if "security" in operation.said else []
    return " ".join(parts) + _data(operation, schemas)


def _data(operation: Operation, schemas: dict[str, Any]) -> str:
    names = named(operation.body.get(JSON, {}))
    examples = schemas[names[0]].get("examples") if names else None
    if examples:
        text = json.dumps(examples[0], ensure_ascii=False)
        text = text if len(text) < WIDTH else json.dumps(examples[0], ensure_ascii=False, indent=2)
        return f" \\\n  -H 'Content-Type: application/json' -d {shlex.quote(text)}"
    if operation.body and JSON not in operation.body:
        kind = next(iter(operation.body))
        return f" \\\n  -H 'Content-Type: {kind}' --data-binary @FILE"
    return ""
