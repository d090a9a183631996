"""Changes many posts from the command line, and prints what became of each."""

from typing import Any

import typer
from pydantic import ValidationError

from cli.app_context import open_organization
from cli.output import print_json, print_line
from services.errors import ValidationFailed, field_errors
from services.inputs.bulk_body import BulkBody
from services.posts.bulk import present_bulk, run_bulk


def run(org: str | None, fields: dict[str, Any], *, as_json: bool) -> None:
    """Do it. The exit code is 1 where a post was refused."""
    try:
        body = BulkBody.model_validate(fields)
    except ValidationError as error:
        raise ValidationFailed(*field_errors(error.errors())) from None
    with open_organization(org) as (context, owner):
        answer = present_bulk(run_bulk(context, owner, body))
    if as_json:
        print_json(answer)
    else:
        for each in answer["results"]:
            print_line(f"{each['id']}: {each['problem'] or each['status']}  {each['caption']}")
    if answer["refused"]:
        raise typer.Exit(1)
