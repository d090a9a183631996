"""Reads what a network's form wants: from options, a file, standard input, or prompts."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from cli.errors import EXIT_FAILED, EXIT_USAGE
from cli.output import fail
from provider.connect_form import ConnectField
from services.errors import ValidationFailed

# The options of the fields that forms have; the secret one is never an option's value.
FIELD_OPTIONS = {"handle": "--handle", "service": "--service"}
SECRET_OPTIONS = "--password-file, --password-stdin"  # noqa: S105  (names of options)
# A file with more than that is no password.
MAX_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class FormOptions:
    """The options of `accounts connect`."""

    handle: str | None
    service: str | None
    password_file: str | None
    password_stdin: bool


def read_values(fields: Sequence[ConnectField], options: FormOptions) -> dict[str, str]:
    """The values by field. Prompts for required ones that were not given; without a terminal the
    command ends with code 2, and names the option."""
    if options.password_stdin and options.password_file is not None:
        fail("--password-stdin: cannot be used with --password-file", code=2)
    given = {"handle": options.handle, "service": options.service}
    values = {name: text for name, text in given.items() if text is not None}
    for field in fields:
        if field.is_secret:
            values[field.name] = _read_secret(field, options)
        elif field.is_required and field.name not in values:
            values[field.name] = _prompt(field, _option_of(field))
    return values


def refusal_of(error: ValidationFailed, fields: Sequence[ConnectField]) -> NoReturn:
    """End the command with the sentences of a refusal, each with the option that it is about."""
    options = {f"credentials.{field.name}": _option_of(field) for field in fields}
    sentences = [
        f"{options[each['field']]}: {each['message']}" if each["field"] in options
        else each["message"]
        for each in error.details
    ]  # fmt: skip
    is_usage = any(each["field"] in options for each in error.details)
    fail("; ".join(sentences), code=EXIT_USAGE if is_usage else EXIT_FAILED)


def _option_of(field: ConnectField) -> str:
    return SECRET_OPTIONS if field.is_secret else FIELD_OPTIONS.get(field.name, field.label)


def _read_secret(field: ConnectField, options: FormOptions) -> str:
    """The first line of the file or of standard input, else what a hidden prompt gets."""
    if options.password_stdin:
        return _first_line(sys.stdin.buffer.read(MAX_BYTES), "--password-stdin")
    if options.password_file is None:
        return _prompt(field, SECRET_OPTIONS)
    try:
        with Path(options.password_file).open("rb") as file:
            return _first_line(file.read(MAX_BYTES), "--password-file")
    except OSError as error:
        fail(f"--password-file: cannot read {options.password_file}: {error.strerror}", code=2)


def _first_line(content: bytes, option: str) -> str:
    """Error messages never repeat the content: it is a secret."""
    try:
        lines = content.decode().strip().splitlines()
    except UnicodeDecodeError:
        fail(f"{option}: must be text", code=2)
    if len(lines) != 1:
        fail(f"{option}: must be one line with the password", code=2)
    return lines[0]


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _prompt(field: ConnectField, option: str) -> str:
    if not _has_terminal():
        fail(f"{option}: is required, because there is no terminal to ask on", code=2)
    entered: str = typer.prompt(field.label, hide_input=field.is_secret, err=True)
    return entered
