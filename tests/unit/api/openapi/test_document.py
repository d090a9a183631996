"""The OpenAPI document describes every request and response."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from fastapi.routing import iter_route_contexts

from api import bootstrap, main
from api.errors import ERROR_CODES
from api.paths import is_page_path
from config.settings import load_settings
from services.public_urls import API_PREFIX

Operation = tuple[str, str, dict[str, Any]]
# Responses that the middleware can give to every operation with a key.
ALWAYS = {"400", "401", "403", "404", "429", "503"}
OF_BODIES = {"413", "415"}
OF_KEYS = {"409", "422"}


@pytest.fixture(scope="module")
def app_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The app, with a database that does not exist."""
    folder: Path = tmp_path_factory.mktemp("app")
    url = f"sqlite:///{folder / 'slotbeat.db'}"
    context = bootstrap.build_context(load_settings(database_url=url, secret_key="s" * 16))
    yield main.create_app(context)
    context.database.close()


@pytest.fixture(scope="module")
def document(app_: Any) -> dict[str, Any]:  # noqa: ANN401
    """Its document."""
    found: dict[str, Any] = app_.openapi()
    return found


def operations(document: dict[str, Any]) -> list[Operation]:
    """Method, path and operation of everything in it."""
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def authenticated(document: dict[str, Any]) -> list[Operation]:
    """Those that need a key."""
    return [each for each in operations(document) if "security" in each[2]]


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """A schema that stands alone."""
    return {**schema, "components": document["components"]}


def is_operators(operation: dict[str, Any]) -> bool:
    """Whether the operation takes the operator's token alone."""
    return bool(operation["tags"] == ["organizations"])


def test_no_route_is_left_out(app_: Any, document: dict[str, Any]) -> None:  # noqa: ANN401
    """Every method of every route is in the document, except pages and the document itself."""
    served = {
        (method.lower(), context.path)
        for context in iter_route_contexts(app_.routes)
        for method in context.methods or ()
        if method != "HEAD" and not is_page_path(context.path or "")
    }
    told = {(method, path) for method, path, _ in operations(document)}
    assert served - told == {("get", "/openapi.json")}
    assert len(told) > 30


def test_every_operation_has_a_name_of_its_own(document: dict[str, Any]) -> None:
    """Short operation ids, each once; a summary, a description, and one tag that is described."""
    found = [operation for _, _, operation in operations(document)]
    ids = [each["operationId"] for each in found]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z][A-Za-z]{3,24}", each) for each in ids)
    tags = {each["name"] for each in document["tags"]}
    for each in found:
        assert each["summary"].strip() == each["summary"] != ""
        assert each["description"]
        assert len(each["tags"]) == 1
        assert set(each["tags"]) <= tags


def test_every_answer_has_an_example_that_fits(document: dict[str, Any]) -> None:
    """Every JSON response has a schema and an example, and the example matches the schema."""
    for method, path, operation in operations(document):
        for code, response in operation["responses"].items():
            assert response["description"]
            shown = response.get("content", {}).get("application/json")
            if shown is not None:
                schema = resolved(document, shown["schema"])
                problems = list(jsonschema_rs.iter_errors(schema, shown["example"]))
                assert not problems, (method, path, code, problems)


def test_every_request_body_has_examples_that_fit(document: dict[str, Any]) -> None:
    """Examples of bodies match their schemas."""
    missing: list[tuple[str, str, str]] = []
    for method, path, operation in operations(document):
        shown = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if shown is None or "anyOf" in shown["schema"]:
            continue  # a body that may be left out, for organizationId alone
        name = shown["schema"]["$ref"].rpartition("/")[2]
        examples = document["components"]["schemas"][name].get("examples", [])
        missing += [] if examples else [(method, path, name)]
        for example in examples:
            jsonschema_rs.validate(resolved(document, shown["schema"]), example)
    assert missing == []


def test_every_operation_succeeds_and_fails_as_the_front_lets_it(document: dict[str, Any]) -> None:
    """Each operation has a success, and all errors of the middleware."""
    for method, path, operation in operations(document):
        codes = set(operation["responses"])
        assert any(code.startswith("2") for code in codes), (method, path)
        if "security" not in operation:
            continue
        keys = set() if is_operators(operation) else OF_KEYS
        wanted = ALWAYS | (OF_BODIES | keys if method == "post" else set())
        assert codes >= wanted, (method, path)
        assert codes >= OF_BODIES or "requestBody" not in operation, (method, path)


def test_errors_have_one_shape(document: dict[str, Any]) -> None:
    """Every error of every operation is an ErrorBody, with the code of its status."""
    for method, path, operation in operations(document):
        if path == "/readyz":
            continue  # 503 there is an answer: what is missing
        for code, response in operation["responses"].items():
            if code < "400":
                continue
            example = response["content"]["application/json"]["example"]
            assert {"error", "status", "message", "code"} <= set(example), (method, path, code)
            assert (example["status"], example["code"]) == (int(code), ERROR_CODES[int(code)])
    assert "HTTPValidationError" not in json.dumps(document)


def test_who_needs_a_key_says_so(document: dict[str, Any]) -> None:
    """Bearer, and organizationId in the query, except for the operator's own; health and the feed
    need none."""
    needs = {path for _, path, _ in authenticated(document)}
    assert {path for path in document["paths"] if path not in needs} == {
        "/healthz",
        "/readyz",
        "/metrics",
        f"{API_PREFIX}/calendar.ics",
    }
    assert document["components"]["securitySchemes"]["Bearer"]["scheme"] == "bearer"
    for _, _, operation in authenticated(document):
        names = [(each["in"], each["name"]) for each in operation.get("parameters", [])]
        assert len(set(names)) == len(names)
        assert (("query", "organizationId") in names) != is_operators(operation)
        assert operation["security"] == [{"Bearer": []}]
        assert "Retry-After" in operation["responses"]["429"]["headers"]


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    """Only POST takes an Idempotency-Key, and none of the operator's own; publish takes Prefer
    too."""
    for method, path, operation in operations(document):
        headers = [
            each["name"] for each in operation.get("parameters", []) if each["in"] == "header"
        ]
        has_key = method == "post" and not is_operators(operation)
        assert headers.count("Idempotency-Key") == has_key, path
    publish = document["paths"][f"{API_PREFIX}/publish"]["post"]
    assert "prefer" in [each["name"].lower() for each in publish["parameters"]]


def test_the_document_introduces_itself(document: dict[str, Any]) -> None:
    """Title, version, description, licence, servers."""
    info = document["info"]
    assert (info["title"], info["license"]["identifier"]) == ("Slotbeat", "MIT")
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["version"])
    assert len(info["description"]) > 200
    assert document["servers"]
