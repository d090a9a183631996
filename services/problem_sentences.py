"""Says in a sentence what to write instead of a value that pydantic refuses. Pure.

A sentence follows the name of its field. Values are shown as JSON, which is what callers write.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

Problem = Mapping[str, Any]
MAX_QUOTED: Final = 40
AN_INSTANT: Final = 'a date and time such as "2026-05-01T15:00:00Z"'
A_WEEKDAY: Final = "a whole number, 0 (Sunday) to 6 (Saturday)"
A_ZONE: Final = 'a time zone such as "Europe/Berlin"'
A_LINK: Final = 'a link such as "https://example.com/file"'
# What a field wants, where its type alone does not say it.
WANTED_BY_FIELD: Final = {
    **dict.fromkeys(("scheduledAt", "slot", "from", "to"), AN_INSTANT),
    **dict.fromkeys(("timezone", "defaultTimezone"), A_ZONE),
    **dict.fromkeys(("videoUrl", "documentUrl", "redirectUrl", "url"), A_LINK),
    "dayOfWeek": A_WEEKDAY,
}
OBJECT_EXAMPLES: Final = {
    "queueSlots": '{"dayOfWeek": 1, "time": "10:00"}',
    "outages": '{"from": "2026-05-01T08:00:00Z", "to": "2026-05-01T09:00:00Z"}',
}
A_LIST: Final = 'a list such as ["…", "…"]'
# What a list wants whose items are no plain texts.
LIST_EXAMPLES: Final = {name: f"a list such as [{each}]" for name, each in OBJECT_EXAMPLES.items()}
WEEKDAYS: Final = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def problem_sentence(problem: Problem) -> str:
    """The sentence for one of pydantic's errors."""
    write = SENTENCES.get(problem["type"])
    if write is not None:
        return write(problem)
    message = str(problem["msg"]).removeprefix("Value error, ").removeprefix("Input ")
    return message[0].lower() + message[1:]


def quote(value: object) -> str:
    """A value as JSON, cut off where it is long; lists and objects by their kind."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    text = value[: MAX_QUOTED + 1] if isinstance(value, str) else value
    written = json.dumps(text, ensure_ascii=False, default=repr)
    # Half of a surrogate pair cannot be sent in an answer.
    return written.encode(errors="backslashreplace").decode()[: MAX_QUOTED + 2]


def _wanted(problem: Problem, otherwise: str) -> str:
    field = problem["loc"][-1] if problem["loc"] else ""
    return WANTED_BY_FIELD.get(str(field), otherwise)


def _refuse(problem: Problem, wanted: str, instead: str | None = None) -> str:
    """`instead`: the value that is probably meant, as JSON."""
    hint = f": write {instead}, not" if instead is not None else ", not"
    return f"must be {_wanted(problem, wanted)}{hint} {quote(problem['input'])}"


def _text(problem: Problem) -> str:
    value = problem["input"]
    is_plain = isinstance(value, bool | int | float) and not _wanted(problem, "")
    return _refuse(problem, "a text", f'"{quote(value)}"' if is_plain else None)


def _whole_number(problem: Problem) -> str:
    value = problem["input"]
    if not isinstance(value, str) or problem["type"] == "int_parsing":
        return _refuse(problem, "a whole number")
    if re.fullmatch(r"\s*[0-9]{1,15}\s*", value):
        return _refuse(problem, "a whole number", str(int(value)))
    day = value.strip().lower()[:3]
    is_day = _wanted(problem, "") == A_WEEKDAY and day in WEEKDAYS
    return _refuse(
        problem, "a whole number such as 2", str(WEEKDAYS.index(day)) if is_day else None
    )


def _boolean(problem: Problem) -> str:
    word = str(problem["input"]).strip().lower()
    is_word = word in ("true", "false") and problem["type"] == "bool_type"
    return _refuse(problem, "true or false", word if is_word else None)


def _list(problem: Problem) -> str:
    value = problem["input"]
    wanted = LIST_EXAMPLES.get(str(problem["loc"][-1]) if problem["loc"] else "")
    if wanted or not isinstance(value, str):
        return _refuse(problem, wanted or A_LIST)
    items = [part.strip() for part in value.split(",") if part.strip()]
    if len(value) > MAX_QUOTED or not items:
        return _refuse(problem, A_LIST)
    return _refuse(problem, "a list", f"[{', '.join(map(quote, items))}]")


def _object(problem: Problem) -> str:
    names = [str(part) for part in problem["loc"] if not isinstance(part, int)]
    example = OBJECT_EXAMPLES.get(names[-1] if names else "", '{"name": "value"}')
    return _refuse(problem, f"an object such as {example}")


def _choice(problem: Problem) -> str:
    return f"must be {problem['ctx']['expected']}, not {quote(problem['input'])}"


def _too_short(problem: Problem) -> str:
    least = problem["ctx"]["min_length"]
    return "must not be empty" if least == 1 else f"must have at least {least} {_unit(problem)}"


def _too_long(problem: Problem) -> str:
    most, length = problem["ctx"]["max_length"], len(problem["input"])
    return f"must have at most {most} {_unit(problem)}, not {length}"


def _unit(problem: Problem) -> str:
    # A text with a check of ours before its length is a "too_long", as a list is.
    return "characters" if isinstance(problem["input"], str) else "items"


def _bound(words: str, name: str) -> Callable[[Problem], str]:
    return lambda problem: f"must be {words} {problem['ctx'][name]}, not {quote(problem['input'])}"


SENTENCES: Final[Mapping[str, Callable[[Problem], str]]] = {
    "extra_forbidden": lambda _: "is not a field of this request",
    "missing": lambda _: "is required",
    "json_invalid": lambda problem: f"is not valid JSON: {problem['ctx']['error']}",
    "string_type": _text,
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), _whole_number),
    **dict.fromkeys(("bool_type", "bool_parsing"), _boolean),
    **dict.fromkeys(("list_type", "tuple_type"), _list),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _object),
    "literal_error": _choice,
    **dict.fromkeys(("string_too_short", "too_short"), _too_short),
    **dict.fromkeys(("string_too_long", "too_long"), _too_long),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
}
