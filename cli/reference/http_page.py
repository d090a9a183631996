"""The page docs/reference/http.md, from the OpenAPI document."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from api.bootstrap import build_context
from api.main import create_app
from cli.reference.http_operation import HttpOperation, render_operation
from cli.reference.json_schema import field_rows, referenced_schemas
from cli.reference.markdown import render_page, render_table
from config.settings import load_settings

INTRODUCTION = """\
Generated from `/openapi.json`, which has every detail. Paths without a leading slash are below
`/api/organizations/social-posts`. In the examples `API` is that address and `KEY` a key:

    export API=http://127.0.0.1:8000/api/organizations/social-posts
    export KEY=sb_...
"""
COMMON = """\
Requests have the header `Authorization: Bearer $KEY`, except where no key is needed. With the
operator's token, `organizationId` names the organization, in the query or in the body. Any POST may
have an `Idempotency-Key`: for 24 hours the same request gets the same answer, and changes nothing.
An empty text in an optional field means "not given". HEAD is answered wherever GET is.

Errors are `{"error", "status", "message", "code", "details"}`; `details` is a list of
`{"field", "message"}`. Every request can be answered with 400 (wrong input), 401 (no such key),
403, 404, 429 (too many, with `Retry-After`) and 503 (no database); one with a body also with 413
(too large) and 415 (another type); a POST with 409 (too late, or a request with this
`Idempotency-Key` is running) and 422 (that key belongs to another request). The operations below
list only other statuses."""
METHODS = ("get", "put", "post", "patch", "delete")


def render_http_page() -> str:
    """The operations by group, and the schemas that their bodies refer to."""
    document = _openapi_document()
    parts = [part for tag in document["tags"] for part in _tag_section(document, tag)]
    shapes = ["## Shapes", *_schema_sections(document)]
    return render_page("HTTP", INTRODUCTION, COMMON, *parts, *shapes)


def _openapi_document() -> dict[str, Any]:
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'slotbeat.db'}"
        context = build_context(load_settings(database_url=url, broker_url="memory://"))
        try:
            document: dict[str, Any] = create_app(context).openapi()
        finally:
            context.database.close()
    return document


def _operations(document: dict[str, Any]) -> Iterator[HttpOperation]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield HttpOperation(method.upper(), path, item[method])


def _tag_section(document: dict[str, Any], tag: dict[str, str]) -> Iterator[str]:
    operations = [each for each in _operations(document) if tag["name"] in each.spec["tags"]]
    if operations:
        yield f"## {tag['name'].capitalize()}"
        yield tag["description"]
    for operation in operations:
        yield from render_operation(operation, document["components"]["schemas"])


def _schema_sections(document: dict[str, Any]) -> Iterator[str]:
    """The schemas inside request bodies that have fields of their own."""
    schemas = document["components"]["schemas"]
    bodies = [
        operation.spec.get("requestBody", {}).get("content", {}).get("application/json", {})
        for operation in _operations(document)
    ]
    for name in sorted({inner for body in bodies for inner in _nested_schemas(body, schemas)}):
        yield f"### {name}"
        yield render_table(("Field", "Value"), field_rows(schemas[name]))


def _nested_schemas(body: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """The names of schemas inside a body's schema, at any depth."""
    waiting = [
        name for each in referenced_schemas(body) for name in referenced_schemas(schemas[each])
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in found and "properties" in schemas[name]:
            found.add(name)
            waiting += referenced_schemas(schemas[name])
    return found
