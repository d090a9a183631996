"""405 with all the methods that a path has; the framework names those of one route alone."""

import re

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import compile_path


class AllowedMethods:
    """The methods of every path of an app, read when they are first asked for."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._paths: list[tuple[re.Pattern[str], set[str]]] = []

    def of(self, path: str) -> str:
        """As the Allow header wants them."""
        if not self._paths:
            self._paths = [
                (compile_path(each.path or "/")[0], set(each.methods or ()))
                for each in iter_route_contexts(self._app.routes)
            ]
        found = [methods for pattern, methods in self._paths if pattern.fullmatch(path)]
        return ", ".join(sorted(set().union(*found)))
