"""The OpenAPI document: the routes' own descriptions, and the responses that middleware can give.

Routes list their own errors. The responses of the middleware are added here to every route, so
that no route can forget them: 400, 401, 403, 404, 429, 503; 413 and 415 for bodies; 409 and 422
for Idempotency-Keys.
"""

import contextlib
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel

from api.errors import ERROR_CODES
from api.middleware.idempotency import HEADER, REPLAYED_HEADER
from api.openapi import route_responses
from api.openapi.examples import example_of

VERSION = "0.1.0"
API_INFO: dict[str, Any] = {
    "title": "Slotbeat",
    "version": VERSION,
    "summary": "Every post in its slot, once.",
    "description": (
        "Accepts posts, plans them into the queue slots of an organization, and publishes each of "
        "them once.\n\n"
        "**Authentication.** `Authorization: Bearer …` with an organization's API key; with the "
        "operator's token, `organizationId` stands in the query or in the body.\n\n"
        "**Bodies** are JSON objects (`Content-Type: application/json`) of at most 1 MiB, with "
        "each name once; uploads and imports have limits of their own.\n\n"
        "**Errors** have one shape: `error`, `status`, `message`, `code`, and `details` for "
        "fields.\n\n"
        "**Repeating.** Any POST of an organization may carry an `Idempotency-Key`: for 24 hours "
        "the same request is answered the same and does nothing again.\n\n"
        "**Dates** are ISO 8601 with milliseconds and Z."
    ),
    "license_info": {"name": "MIT", "identifier": "MIT"},
}
# The operations that take the operator's token alone, and belong to no organization.
OPERATORS_TAG = "organizations"
TAGS = [
    {"name": "settings", "description": "Rules, limits and defaults of the organization."},
    {"name": "accounts", "description": "The connected profiles at the provider."},
    {"name": "posts", "description": "Publishing, listing and changing posts."},
    {"name": "approval", "description": "Posts that wait for a person."},
    {"name": "media", "description": "A caller's own files."},
    {"name": "queue", "description": "The queue as a whole: pausing, resuming, re-planning."},
    {"name": "calendar", "description": "Slots, seats and posts by date."},
    {"name": "webhooks", "description": "Being told of what happens to posts."},
    {"name": "keys", "description": "API keys, for one with all scopes or the operator."},
    {"name": OPERATORS_TAG, "description": "For the operator's token alone."},
    {"name": "health", "description": "For those who run Slotbeat; no key is needed."},
]
_METHODS = ("get", "put", "post", "patch", "delete")
_RATE_HEADERS = {
    "X-RateLimit-Limit": "Requests a minute.",
    "X-RateLimit-Remaining": "How many are left.",
    "X-RateLimit-Reset": "When the next one is free: Unix time in milliseconds.",
}
_KEY_PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": (
        "The same key with the same request is answered as before, for 24 hours "
        f"(`{REPLAYED_HEADER}: true`); with another request it is 422, while the first one is at "
        "work 409. An upload is told by its length and type, not by its bytes."
    ),
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$"},
    "example": "5f0c7a52-8d6b-4a8e-9d3e-2f1c3b7f9a10",
}


def operation_id(route: APIRoute) -> str:
    """A route's function name in camel case: short, and stable as long as the name is."""
    first, *rest = route.name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def install(app: FastAPI) -> None:
    """Let the app serve this document instead of FastAPI's own."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # as FastAPI's manual has it


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=API_INFO["title"],
        version=VERSION,
        summary=API_INFO["summary"],
        description=API_INFO["description"],
        license_info=API_INFO["license_info"],
        routes=app.routes,
        tags=TAGS,
        servers=[{"url": "/", "description": "This server."}],
    )
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas["ErrorBody"] = route_responses.ErrorBody.model_json_schema(ref_template=_REFERENCE)
    schemas |= schemas["ErrorBody"].pop("$defs", {})
    _restore_nulls(schemas)
    for operations in document["paths"].values():
        for method in operations.keys() & set(_METHODS):
            operation = operations[method]
            _drop_default_validation(operation)
            is_operators = operation["tags"] == [OPERATORS_TAG]
            if is_operators or _is_authenticated(operation):
                _add_common_responses(method, operation, has_keys=not is_operators)
            _sort_and_add_examples(operation, schemas)
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    parts["securitySchemes"] = {"Bearer": _BEARER}
    return document


def _restore_nulls(schemas: dict[str, Any]) -> None:
    """Restore the nulls in examples: FastAPI removes every null from the document."""
    models = _models(BaseModel)
    for name, schema in schemas.items():
        extra = models[name].model_config.get("json_schema_extra") if name in models else None
        if isinstance(extra, dict) and "examples" in extra:
            schema["examples"] = extra["examples"]


def _models(base: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """Our models by name."""
    found: dict[str, type[BaseModel]] = {}
    for each in base.__subclasses__():
        found |= {each.__name__: each} if each.__module__.startswith(("api.", "services.")) else {}
        found |= _models(each)
    return found


_REFERENCE = "#/components/schemas/{model}"
_BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "An organization's API key, or the operator's token with `organizationId`.",
}


def _drop_default_validation(operation: dict[str, Any]) -> None:
    """Remove FastAPI's 422 for wrong fields: we answer 400."""
    content = operation["responses"].get("422", {}).get("content", {}).get("application/json", {})
    if content.get("schema", {}).get("$ref", "").endswith("/HTTPValidationError"):
        del operation["responses"]["422"]


def _is_authenticated(operation: dict[str, Any]) -> bool:
    """Whether the route needs an organization: such a route has the parameter `organizationId`."""
    return any(each["name"] == "organizationId" for each in operation.get("parameters", []))


def _add_common_responses(method: str, operation: dict[str, Any], *, has_keys: bool) -> None:
    """Add the responses, headers and parameters of the middleware to an authenticated operation.
    `has_keys`: a POST may have an Idempotency-Key."""
    codes = [400, 401, 403, 404, 429, 503]
    if "requestBody" in operation or method == "post":
        codes += [408, 413, 415]
    if method == "post" and has_keys:
        codes += [409, 422]
        operation.setdefault("parameters", []).append(_KEY_PARAMETER)
    for code in codes:
        described = {"description": route_responses.DESCRIPTIONS[code], **_error_content()}
        operation["responses"].setdefault(str(code), described)
    operation["security"] = [{"Bearer": []}]
    for code, response in operation["responses"].items():
        if code != "503":
            response.setdefault("headers", {}).update(_rate_headers())
        if code == "429":
            response["headers"]["Retry-After"] = {
                "description": "Seconds until the next request is worth a try.",
                "schema": {"type": "integer"},
            }


def _error_content() -> dict[str, Any]:
    schema = {"$ref": _REFERENCE.format(model="ErrorBody")}
    return {"content": {"application/json": {"schema": schema}}}


def _rate_headers() -> dict[str, Any]:
    return {
        name: {"description": description, "schema": {"type": "integer"}}
        for name, description in _RATE_HEADERS.items()
    }


def _sort_and_add_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Sort the responses by code, and give each an example."""
    operation["summary"] = operation["summary"].strip()
    responses = operation["responses"]
    operation["responses"] = {code: responses[code] for code in sorted(responses)}
    for code, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json", {})
        schema = content.get("schema", {})
        if schema and code >= "400" and "error" in _properties(schema, schemas):
            content["example"] = _error_example(int(code))
        elif schema and "example" not in content:
            with contextlib.suppress(LookupError):  # a test fails for a schema without an example
                content["example"] = example_of(schema, schemas)


def _properties(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = schemas.get(name, {}).get("properties", {})
    return found


def _error_example(code: int) -> dict[str, Any]:
    sentence = route_responses.ERROR_EXAMPLES.get(code, route_responses.DESCRIPTIONS[code])
    body: dict[str, Any] = {"error": sentence, "status": code, "message": sentence}
    body["code"] = ERROR_CODES[code]
    if code == 400:
        field, _, message = sentence.partition(": ")
        body["details"] = [{"field": field, "message": message}]
    if code == 429:
        body["retryAfter"] = 12
    return body
