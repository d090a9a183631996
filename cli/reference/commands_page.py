"""The page docs/reference/cli.md, from the Typer commands."""

import inspect
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

from cli.main import app
from cli.reference.markdown import render_code, render_page, render_table

INTRODUCTION = """\
Every command takes `--help`, and `--json` for JSON on standard output. Settings come from the
environment: [settings](settings.md). `slotbeat --install-completion` lets your shell
complete commands."""
OMITTED_OPTIONS = {"help", "as_json", "install_completion", "show_completion"}
EXAMPLE = "Example:"


def render_commands_page() -> str:
    """Every command with its arguments, options and an example."""
    root = get_command(app)
    return render_page("Commands", _split_help(root)[0], INTRODUCTION, *_walk(root, ["slotbeat"]))


def _walk(command: Any, names: list[str]) -> Iterator[str]:  # noqa: ANN401  (Typer's own click)
    context = command.context_class(command, info_name=names[-1])
    if not hasattr(command, "list_commands"):
        yield from _render_command(command, names)
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if not inner.hidden:
            yield from _walk(inner, [*names, name])


def _render_command(command: Any, names: list[str]) -> Iterator[str]:  # noqa: ANN401
    parameters = [
        each for each in command.params if each.name not in OMITTED_OPTIONS and not each.hidden
    ]
    arguments = [_value_name(each) for each in parameters if each.param_type_name == "argument"]
    yield f"## `{' '.join(names)}`"
    text, example = _split_help(command)
    yield text
    options = " [OPTIONS]" if len(arguments) < len(parameters) else ""
    yield render_code(" ".join([*names, *arguments]) + options)
    if parameters:
        yield render_table(
            ("", ""), [(f"`{_option_names(each)}`", _option_help(each)) for each in parameters]
        )
    if example:
        yield EXAMPLE
        yield render_code(example, "bash")


def _split_help(command: Any) -> tuple[str, str]:  # noqa: ANN401
    """(text, example) of its help."""
    text, _, example = inspect.cleandoc(command.help or "").partition(EXAMPLE)
    return text.replace("\b", "").strip(), inspect.cleandoc("\n" + example.replace("\b", ""))


def _value_name(parameter: Any) -> str:  # noqa: ANN401
    """A name for a value, in capitals."""
    raw_name = parameter.name if parameter.param_type_name == "argument" else parameter.opts[0]
    name = str(parameter.metavar or raw_name.strip("-_").replace("-", "_").upper())
    if parameter.param_type_name != "argument":
        return name
    name = name.rpartition("_")[2] if name.endswith("_ID") else name
    several = "…" if parameter.nargs == -1 else ""
    return f"{name}{several}" if parameter.required else f"[{name}{several}]"


def _option_names(parameter: Any) -> str:  # noqa: ANN401
    if parameter.param_type_name == "argument":
        return _value_name(parameter)
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {_value_name(parameter)}"


def _option_help(parameter: Any) -> str:  # noqa: ANN401
    """Its help, and its default."""
    default, text = parameter.default, parameter.help or ""
    if parameter.required and parameter.param_type_name != "argument":
        return f"{text} Required."
    has_default = default is not None and not isinstance(default, bool) and parameter.show_default
    if not has_default or default in ("", (), []) or callable(default):
        return text
    return f"{text} Default: `{getattr(default, 'value', default)}`."
