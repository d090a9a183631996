"""Installs the middleware before an app's routes."""

import re

from fastapi import FastAPI, Request
from fastapi.routing import iter_route_contexts
from starlette.responses import Response
from starlette.routing import compile_path

from api.errors import ApiError, error_response
from api.middleware.access_log import AccessLogMiddleware
from api.middleware.answer_headers import AnswerHeadersMiddleware
from api.middleware.body_limit import BodyLimitMiddleware, BodyRules
from api.middleware.empty_query import EmptyQueryMiddleware
from api.middleware.head_requests import HeadMiddleware
from api.middleware.idempotency import AlreadyAnswered
from api.middleware.idempotent_response import IdempotentResponseMiddleware
from api.middleware.organization_places import (
    OrganizationPlaces,
    OrganizationPlacesMiddleware,
)
from api.middleware.rate_limit import RequestRateLimiter
from api.middleware.url_text import UrlTextMiddleware


def install(app: FastAPI, limiter: RequestRateLimiter, bodies: BodyRules) -> None:
    """Add all middleware. `bodies`: what bodies there may be."""
    app.state.rate_limiter = limiter
    app.state.organization_places = OrganizationPlaces()
    # The middleware that is added last is the outermost.
    app.add_middleware(OrganizationPlacesMiddleware)
    app.add_middleware(BodyLimitMiddleware, rules=bodies)
    app.add_middleware(EmptyQueryMiddleware)
    app.add_middleware(UrlTextMiddleware)
    app.add_middleware(IdempotentResponseMiddleware)
    app.add_middleware(HeadMiddleware)
    app.add_middleware(AnswerHeadersMiddleware, hsts_seconds=app.state.context.hsts_seconds)
    app.add_middleware(AccessLogMiddleware)

    methods = AllowedMethods(app)

    @app.exception_handler(405)
    async def _no_such_method(request: Request, _error: Exception) -> Response:
        sentence = f"{request.method} is no method of this path"
        return error_response(ApiError(405, sentence), {"Allow": methods.of(request.url.path)})

    @app.exception_handler(AlreadyAnswered)
    async def _replayed(_request: Request, answered: AlreadyAnswered) -> Response:
        return answered.response


class AllowedMethods:
    """The methods of every path of an app, for 405: the framework names those of one route alone.

    They are collected at the first 405, when all routes are there.
    """

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._paths: list[tuple[re.Pattern[str], set[str]]] = []

    def of(self, path: str) -> str:
        """The value of the Allow header. A path that stands there as it is hides those with a
        parameter in its place: `/posts/bulk` is no post."""
        if not self._paths:
            self._paths = [
                (compile_path(each.path or "/")[0], set(each.methods or ()))
                for each in iter_route_contexts(self._app.routes)
            ]
        found = [each for each in self._paths if each[0].fullmatch(path)]
        literal = [methods for pattern, methods in found if not pattern.groups]
        allowed = set().union(*(literal or [methods for _, methods in found]))
        return ", ".join(sorted(allowed | {"HEAD"} if "GET" in allowed else allowed))
