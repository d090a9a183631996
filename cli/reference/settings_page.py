"""The page docs/reference/settings.md, from `config.fields`."""

from typing import Any, get_args

from pydantic.fields import FieldInfo

from cli.reference.markdown import render_page, render_table
from config.fields import SettingFields
from config.settings import PREFIX

INTRODUCTION = """\
Read from the environment once, at the start. A wrong value stops the start and names the variable;
an empty one counts as not set. A secret `NAME` can also be given as `NAME_FILE`, the path of a file
that holds it. `.env.example` has every setting for `docker compose`."""
BOUND_SIGNS = {"gt": ">", "ge": "≥", "lt": "<", "le": "≤"}


def render_settings_page() -> str:
    """Every setting with its default, unit, bounds and meaning."""
    head = ("Variable", "Default", "Unit", "Bounds", "Meaning")
    rows = [_setting_row(name, field) for name, field in SettingFields.model_fields.items()]
    return render_page("Settings", INTRODUCTION, render_table(head, rows))


def _setting_row(name: str, field: FieldInfo) -> tuple[str, ...]:
    more: Any = field.json_schema_extra
    variable = f"`{PREFIX}{name.upper()}`" + (" (secret)" if more["secret"] else "")
    bounds = _bounds(field)
    return (
        variable,
        _default(field, more["default_text"]),
        more["unit"],
        bounds,
        field.description or "",
    )


def _default(field: FieldInfo, instead: str | None) -> str:
    if instead is not None:
        return instead
    return "none" if field.default is None else f"`{field.default}`"


def _bounds(field: FieldInfo) -> str:
    """The numbers or names that are allowed."""
    names = [f"`{each}`" for each in get_args(field.annotation) if isinstance(each, str)]
    limits = [
        f"{sign} {getattr(item, key):,}".replace(",", " ")
        for item in field.metadata
        for key, sign in BOUND_SIGNS.items()
        if hasattr(item, key)
    ]
    return ", ".join(names or limits)
