"""The names of the fields that say how a list goes on. Pure."""

import re
from typing import Any, Final

# Names are compared in lower case and without separators: `next_cursor` is `nextcursor`.
CONTAINERS: Final = frozenset(
    {
        "data",
        "meta",
        "metadata",
        "pagination",
        "paging",
        "paginator",
        "page",
        "pageinfo",
        "links",
        "cursors",
        "result",
        "results",
        "response",
        "embedded",
    }
)
# A cursor's field → the parameter that takes it.
CURSOR_PARAMETERS: Final = {
    "nextcursor": "cursor",
    "cursornext": "cursor",
    "nextpagecursor": "cursor",
    "cursor": "cursor",
    "after": "after",
    "nextafter": "after",
    "endcursor": "after",
    "nexttoken": "nextToken",
    "nextpagetoken": "pageToken",
    "continuationtoken": "continuationToken",
    "nextcontinuationtoken": "continuationToken",
    "startingafter": "starting_after",
    "continuation": "continuation",
    "scrollid": "scrollId",
    "bookmark": "bookmark",
    "resumptiontoken": "resumptionToken",
    "lastevaluatedkey": "exclusiveStartKey",
}
# The position of the last item, which some servers name on the last page as well.
POSITION_CURSORS: Final = frozenset({"endcursor", "after", "cursor"})
NEXT_LINKS: Final = frozenset(
    {
        "nextlink",
        "nexturl",
        "nexturi",
        "nexthref",
        "nextpageurl",
        "nextpagelink",
        "nextpath",
        "odatanextlink",
        "moreurl",
        "morelink",
        "loadmore",
        "loadmoreurl",
        "older",
        "olderurl",
        "olderposts",
    }
)
NEXT: Final = frozenset({"next", "nextpage"})
MORE: Final = frozenset(
    {"hasmore", "hasnext", "hasnextpage", "hasmorepages", "more", "truncated", "istruncated"}
)
LAST: Final = frozenset({"last", "islast", "islastpage", "lastpage"})
PAGE: Final = frozenset({"page", "currentpage", "pagenumber", "pageno", "pageindex", "number"})
PAGES: Final = frozenset({"totalpages", "pages", "pagecount", "numpages", "lastpage", "maxpage"})
TOTAL: Final = frozenset(
    {
        "total",
        "totalcount",
        "totalitems",
        "totalresults",
        "totalelements",
        "totalrecords",
        "totalentries",
        "of",
        "outof",
    }
)
COUNT: Final = frozenset({"count", "odatacount"})
OFFSET: Final = frozenset({"offset", "skip", "start", "startindex", "startat"})
LIMIT: Final = frozenset({"limit", "perpage", "pagesize", "size", "itemsperpage", "maxresults"})

_THINGS: Final = (
    "(items?|posts?|profiles?|accounts?|docs?|documents?|hits?|rows?|size|counts?|number|results?"
    "|elements?|records?|entries|objects?|matches|available|found)"
)
# Less usual names, and the name in the sets above that means the same.
_USUAL_NAMES: Final = (
    (re.compile(f"total{_THINGS}+|{_THINGS}total|(grand|overall)total"), "total"),
    (re.compile(f"num(ber)?(of)?{_THINGS}|{_THINGS}count"), "count"),
    (
        re.compile("(total|num|max|all)pages?(count|number)?|numberofpages|pages?total"),
        "totalpages",
    ),
    (re.compile("lastpagenumber|pagecount|countpages"), "totalpages"),
    (re.compile(f"(has|have)(more|next)[a-z]*|more{_THINGS}|moreavailable|morepages"), "hasmore"),
    (re.compile("(is)?(partial|limited|incomplete)(results?|list|page)?"), "hasmore"),
    (re.compile("(is)?(final|complete|finished|done|end)(page)?|endof[a-z]+|exhausted"), "islast"),
)
# An envelope has one of these in its name.
_CONTAINER_PARTS: Final = ("page", "paging", "pagin", "meta", "link", "cursor", "result", "summary")


def normalize_name(name: str) -> str:
    """A field's name in the form in which names are compared."""
    return re.sub("[^a-z]", "", name.lower())


def is_container(name: str) -> bool:
    """Whether an object with this name may hold fields about pages."""
    if name in NEXT:
        return False
    return name in CONTAINERS or any(part in name for part in _CONTAINER_PARTS)


def usual_name(name: str, value: Any) -> str:  # noqa: ANN401  (JSON)
    """The name in the sets above that means the same; else the name itself."""
    if isinstance(value, bool) and (name.startswith("next") or name in NEXT_LINKS):
        return "hasmore"
    return next((usual for form, usual in _USUAL_NAMES if form.fullmatch(name)), name)


def is_next(name: str) -> bool:
    """Whether a field is a place for the next page. Any other name with "next" is one, too."""
    return name.startswith("next") or name in NEXT_LINKS or name in CURSOR_PARAMETERS


def cursor_parameter(name: str, raw: str) -> str:
    """The parameter that takes the cursor of this field, written as the field is."""
    default = re.sub("^next[_-]?", "", raw, flags=re.IGNORECASE)
    parameter = CURSOR_PARAMETERS.get(name, default[:1].lower() + default[1:]) or "cursor"
    snake = re.sub("([A-Z])", lambda found: "_" + found[1].lower(), parameter)
    return snake if "_" in raw else parameter
