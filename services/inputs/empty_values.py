"""An empty text means "not given": automation tools send one for each field that was left empty."""

from collections.abc import Mapping
from typing import Any, Final, get_args

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic.fields import FieldInfo


class Positional:
    """Marks the list of a field in which an empty item keeps its place before another one."""


POSITIONAL: Final = Positional()


class StrictModel(BaseModel):
    """An object of a request: exact types, and no field that we do not know.

    In an optional field an empty text is read as null, or as left out where null is no value of it.
    Empty items of an optional list or map, and null in a map, are left out; not those of a list
    that is POSITIONAL.
    """

    model_config = ConfigDict(strict=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _read_empty_as_not_given(cls, values: Any) -> Any:  # noqa: ANN401  (not validated yet)
        return without_empty(cls.model_fields, values) if isinstance(values, dict) else values


def without_empty(fields: Mapping[str, FieldInfo], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a request without its empty texts, as StrictModel reads them."""
    optional = {
        field.alias or name: field for name, field in fields.items() if not field.is_required()
    }
    found: dict[str, Any] = {}
    for name, value in values.items():
        field = optional.get(name)
        given = _given(value)
        if given and isinstance(value, list) and field and _is_positional(field):
            given = value
        if field is None or value is None:
            found[name] = value
        elif given is not None or type(None) in get_args(field.annotation):
            found[name] = given
    return found


def _is_positional(field: FieldInfo) -> bool:
    return any(isinstance(each, Positional) for each in field.metadata)


def _given(value: object) -> object:
    """What a value says; None where it is empty, or where it has nothing but empty items."""
    if isinstance(value, list):
        items = [each for each in value if not _is_empty(each)]
        return items if items or not value else None
    if isinstance(value, dict):
        pairs = {
            name: each for name, each in value.items() if each is not None and not _is_empty(each)
        }
        return pairs if pairs or not value else None
    return None if _is_empty(value) else value


def _is_empty(value: object) -> bool:
    return isinstance(value, str) and not value.strip()
