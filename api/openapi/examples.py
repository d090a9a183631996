"""Builds an example of a JSON schema from the examples of its parts."""

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

_MISSING = object()


def example_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The example of a schema; LookupError where a part has none. `schemas`: components by name."""
    found = _own_example(schema)
    if found is not _MISSING:
        return found
    if "$ref" in schema:
        return example_of(schemas[schema["$ref"].rpartition("/")[2]], schemas)
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            return _first_example(schema[several], schemas)
    if schema.get("type") == "array":
        return [example_of(schema["items"], schemas)]
    properties = schema["properties"]
    return {name: example_of(each, schemas) for name, each in properties.items()}


def _own_example(schema: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The example that the schema itself gives, or `_MISSING`."""
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("example", "const", "default"):
        if name in schema:
            return schema[name]
    return {"null": None, "boolean": True}.get(schema.get("type", ""), _MISSING)


def _first_example(several: Sequence[Mapping[str, Any]], schemas: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """The example of the first schema that has one."""
    for each in several:
        with contextlib.suppress(LookupError):
            return example_of(each, schemas)
    raise LookupError
