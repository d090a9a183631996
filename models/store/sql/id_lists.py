"""`column IN (ids)` with all ids in one parameter: the statement is the same for any number of ids.

SQLAlchemy's own IN has a parameter for each id, so each number is another statement: SQLAlchemy
writes it, the driver parses it and the server plans it anew, which costs more than to run it.
"""

from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class _IsAmong(FunctionElement[bool]):
    """A text, and the parameter with a list of texts."""

    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:  # noqa: ANN401, ARG002  (as in SQLAlchemy)
        """Itself: SQLAlchemy would compare it with 1 on SQLite, which then uses no index."""
        return self


def is_among(text: ColumnElement[str], parameter: str) -> ColumnElement[bool]:
    """Whether a text, such as an id, is in the list of texts in the parameter of this name."""
    # JSON, because the driver takes ten times as long for an array.
    return _IsAmong(text, bindparam(parameter, type_=JSON()))


@compiles(_IsAmong, "postgresql")
def _on_postgresql(element: _IsAmong, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    text, items = (compiler.process(each, **options) for each in element.clauses)
    # An array, so that the index is used as for IN with parameters.
    return f"{text} = ANY (ARRAY(SELECT json_array_elements_text({items})))"


@compiles(_IsAmong, "sqlite")
def _on_sqlite(element: _IsAmong, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    text, items = (compiler.process(each, **options) for each in element.clauses)
    return f"{text} IN (SELECT value FROM json_each({items}))"  # noqa: S608  (our text)
