"""The list of posts, and the part of it that the page's script loads again."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.deps import ContextDep
from ui.fetch_request import is_fetch_request
from ui.filters.filter_bar import FilterBar
from ui.list.list_data import load_list
from ui.list.list_query import LATEST, LIST_PATH, ListQuery, parse_list_query
from ui.sign_in.auth import CurrentVisitor
from ui.templating import render

router = APIRouter(include_in_schema=False)


@router.get(LIST_PATH)
def list_page(
    request: Request,
    context: ContextDep,
    visitor: CurrentVisitor,
    query: Annotated[ListQuery, Depends(parse_list_query)],
) -> Response:
    """Show a page of the list; to the script only the posts."""
    content = load_list(context, visitor, query)
    name = "list_part.html" if is_fetch_request(request) else "list.html"
    return render(name, visitor, query=query, content=content, **_frame(query, content.bar))


def _frame(query: ListQuery, bar: FilterBar) -> dict[str, Any]:
    """What the head of the page needs."""
    return {
        "current_path": LIST_PATH,
        "filter_bar": bar,
        "filter_path": LIST_PATH,
        "filter_fields": {"sort": query.sort if query.sort != LATEST else None},
    }
