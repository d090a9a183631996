"""Describes types and fields of JSON Schema in a few words."""

from typing import Any

REFERENCE = "$ref"
TYPE_WORDS = {"string": "text", "boolean": "true or false", "object": "object", "null": "null"}


def field_rows(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """(field, type) of each field of an object; required fields are first, and marked."""
    required = schema.get("required", [])
    rows = [
        (f"`{name}`", describe_type(each) + (", required" if name in required else ""))
        for name, each in schema.get("properties", {}).items()
    ]
    return sorted(rows, key=lambda row: not row[1].endswith(", required"))


def describe_type(schema: dict[str, Any]) -> str:
    """The type of a value in words; `null` is left out, because it means the same as no value."""
    for key in ("anyOf", "oneOf"):
        if key in schema:
            types = [describe_type(each) for each in schema[key] if each.get("type") != "null"]
            return " or ".join(dict.fromkeys(types))
    if REFERENCE in schema:
        name = reference_name(schema)
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    if schema.get("type") == "array":
        most = f" (at most {schema['maxItems']})" if "maxItems" in schema else ""
        return f"list{most} of {describe_type(schema['items'])}"
    return _describe_scalar(schema)


def _describe_scalar(schema: dict[str, Any]) -> str:
    kind = str(schema.get("type", "anything"))
    word = TYPE_WORDS.get(kind, kind)
    low, high = (
        next((schema[key] for key in keys if key in schema), None)
        for keys in (("minimum", "exclusiveMinimum"), ("maximum",))
    )
    if low is not None and high is not None:
        return f"{word}, {low:g} to {high:.0f}"
    length = f", at most {schema['maxLength']:,} characters" if "maxLength" in schema else ""
    return word + length.replace(",", " ").replace("  at", ", at")


def reference_name(schema: dict[str, Any]) -> str:
    """The name of the schema that a `$ref` refers to."""
    return str(schema[REFERENCE]).rpartition("/")[2]


def referenced_schemas(schema: object) -> list[str]:
    """The names of all schemas that a schema refers to."""
    if isinstance(schema, list):
        return [name for each in schema for name in referenced_schemas(each)]
    if not isinstance(schema, dict):
        return []
    own = [reference_name(schema)] if REFERENCE in schema else []
    return own + [name for each in schema.values() for name in referenced_schemas(each)]
