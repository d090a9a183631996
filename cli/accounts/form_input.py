"""Reads what a network's form wants: from options, a file, standard input, or prompts."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import typer

from cli.errors import EXIT_FAILED, EXIT_USAGE
from cli.output import fail
from provider.connect_form import ConnectField
from services.errors import ValidationFailed

# The fields of forms that are options too, as --NAME; the secret one is never an option's value.
FIELD_OPTIONS = ("handle", "username", "instance", "site", "service")
SECRET_OPTIONS = "--password-file, --password-stdin"  # noqa: S105  (names of options)
# A file with more than that is no password.
MAX_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class FormOptions:
    """The options of `accounts connect`: what was `given` of the fields, by name, and where the
    secret is read."""

    given: Mapping[str, str | None]
    password_file: str | None = None
    password_stdin: bool = False
    code_stdin: bool = False

    @property
    def has_secret(self) -> bool:
        """Whether an option says where the secret is."""
        return self.password_stdin or self.password_file is not None

    def check(self) -> None:
        """End the command if options exclude each other."""
        if self.password_stdin and self.password_file is not None:
            fail("--password-stdin: cannot be used with --password-file", code=2)
        if self.code_stdin and self.has_secret:
            fail("--code-stdin: cannot be used with --password-file, --password-stdin", code=2)


def read_values(fields: Sequence[ConnectField], options: FormOptions) -> dict[str, str]:
    """The values by field. Prompts for required ones that were not given; without a terminal the
    command ends with code 2, and names the option."""
    values = {name: text for name, text in options.given.items() if text is not None}
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
    if field.is_secret:
        return SECRET_OPTIONS
    return f"--{field.name}" if field.name in FIELD_OPTIONS else field.label


def _read_secret(field: ConnectField, options: FormOptions) -> str:
    """The first line of the file or of standard input, else what a hidden prompt gets."""
    if options.password_stdin:
        return read_stdin("--password-stdin")
    if options.password_file is None:
        return _prompt(field, SECRET_OPTIONS)
    try:
        with Path(options.password_file).open("rb") as file:
            return _first_line(file.read(MAX_BYTES), "--password-file")
    except OSError as error:
        fail(f"--password-file: cannot read {options.password_file}: {error.strerror}", code=2)


def read_stdin(option: str) -> str:
    """The one line of standard input; the command ends with code 2 if it is anything else."""
    return _first_line(sys.stdin.buffer.read(MAX_BYTES), option)


def _first_line(content: bytes, option: str) -> str:
    """Error messages never repeat the content: it is a secret."""
    try:
        lines = content.decode().strip().splitlines()
    except UnicodeDecodeError:
        fail(f"{option}: must be text", code=2)
    if len(lines) != 1:
        fail(f"{option}: must be one line, with the secret", code=2)
    return lines[0]


def has_terminal() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty()


def _prompt(field: ConnectField, option: str) -> str:
    if not has_terminal():
        fail(f"{option}: is required, because there is no terminal to ask on", code=2)
    entered: str = typer.prompt(field.label, hide_input=field.is_secret, err=True)
    return entered
