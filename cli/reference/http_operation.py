"""One operation of the HTTP API as a section of the page."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cli.reference.json_schema import describe_type, field_rows, referenced_schemas
from cli.reference.markdown import render_code, render_table
from services.public_urls import API_PREFIX

# Described once, at the top of the page.
COMMON_STATUSES = {"400", "401", "403", "404", "409", "413", "415", "422", "429", "503"}
COMMON_PARAMETERS = {"organizationId", "Idempotency-Key"}
JSON = "application/json"
WIDTH = 100
MAX_MEDIA_TYPES = 3


@dataclass(frozen=True, slots=True)
class HttpOperation:
    """A method of a path, with its part of the OpenAPI document."""

    method: str
    path: str
    spec: dict[str, Any]

    @property
    def short_path(self) -> str:
        """The path without the prefix of the API."""
        return self.path.removeprefix(f"{API_PREFIX}/")

    @property
    def body_content(self) -> dict[str, Any]:
        """The kinds of body that a request may have, by media type."""
        content: dict[str, Any] = self.spec.get("requestBody", {}).get("content", {})
        return content


def render_operation(operation: HttpOperation, schemas: dict[str, Any]) -> Iterator[str]:
    """The section: what it does, takes and answers, and an example."""
    yield f"### `{operation.method} {operation.short_path}`"
    open_ = " Needs no key." if "security" not in operation.spec else ""
    yield operation.spec["description"] + open_
    rows = [*_parameter_rows(operation), *_body_rows(operation, schemas)]
    if rows:
        yield render_table(("", "", ""), rows)
    yield _render_responses(operation, schemas)
    yield render_code(_curl_example(operation, schemas), "bash")


def _parameter_rows(operation: HttpOperation) -> Iterator[tuple[str, str, str]]:
    for each in operation.spec.get("parameters", []):
        if each["name"] not in COMMON_PARAMETERS and each["in"] != "path":
            meaning = each.get("description") or describe_type(each["schema"])
            yield each["in"], f"`{each['name']}`", meaning


def _body_rows(operation: HttpOperation, schemas: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    names = referenced_schemas(operation.body_content.get(JSON, {}))
    for name in names[:1]:
        for field, taken in field_rows(schemas[name]):
            if field != "`organizationId`":
                yield "body", field, taken
    others = [f"`{each}`" for each in operation.body_content if each != JSON]
    if others:
        more = f" and {len(others) - MAX_MEDIA_TYPES} more" if len(others) > MAX_MEDIA_TYPES else ""
        yield "body", "the file", f"by `Content-Type`: {', '.join(others[:MAX_MEDIA_TYPES])}{more}"


def _render_responses(operation: HttpOperation, schemas: dict[str, Any]) -> str:
    """The statuses; those of success with the fields of the response."""
    texts = []
    for status, answer in operation.spec["responses"].items():
        if status in COMMON_STATUSES and "security" in operation.spec:
            continue
        names = referenced_schemas(answer.get("content", {}).get(JSON, {}).get("schema", {}))
        fields = [f"`{each}`" for name in names[:1] for each in schemas[name].get("properties", {})]
        has_fields = status < "300" and fields
        texts.append(f"**{status}**" + (f" {', '.join(fields)}" if has_fields else ""))
    return "Answers " + "; ".join(texts) + "."


def _curl_example(operation: HttpOperation, schemas: dict[str, Any]) -> str:
    """A call with curl."""
    is_ours = operation.path.startswith(API_PREFIX)
    path = re.sub(r"{(\w+)}", lambda match: f"${match[1].upper()}", operation.short_path)
    address = f'"$API/{path}"' if is_ours else f"http://127.0.0.1:8000{operation.path}"
    parts = ["curl", *(["-X", operation.method] if operation.method != "GET" else []), address]
    parts += ['-H "Authorization: Bearer $KEY"'] if "security" in operation.spec else []
    return " ".join(parts) + _curl_data(operation, schemas)


def _curl_data(operation: HttpOperation, schemas: dict[str, Any]) -> str:
    names = referenced_schemas(operation.body_content.get(JSON, {}))
    examples = schemas[names[0]].get("examples") if names else None
    if examples:
        text = json.dumps(examples[0], ensure_ascii=False)
        text = text if len(text) < WIDTH else json.dumps(examples[0], ensure_ascii=False, indent=2)
        return f" \\\n  -H 'Content-Type: application/json' -d {shlex.quote(text)}"
    if operation.body_content and JSON not in operation.body_content:
        kind = next(iter(operation.body_content))
        return f" \\\n  -H 'Content-Type: {kind}' --data-binary @FILE"
    return ""
