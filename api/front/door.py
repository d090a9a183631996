"""Puts the front before an app's routes."""

from collections.abc import Mapping

from fastapi import FastAPI, Request
from starlette.responses import Response

from api.errors import ApiError, answer
from api.front.answers import Answers
from api.front.bodies import Bodies, File
from api.front.idempotency import Replayed
from api.front.methods import Methods
from api.front.rates import Rates
from api.front.requests import Requests
from api.front.texts import Texts


def install(app: FastAPI, rates: Rates, files: Mapping[str, File]) -> None:
    """`files`: the paths whose POST takes no JSON but a file."""
    app.state.rates = rates
    # The last one added stands outermost.
    app.add_middleware(Bodies, files=files)
    app.add_middleware(Texts)
    app.add_middleware(Answers)
    app.add_middleware(Requests)

    methods = Methods(app)

    @app.exception_handler(405)
    async def _no_such_method(request: Request, _error: Exception) -> Response:
        sentence = f"{request.method} is no method of this path"
        return answer(ApiError(405, sentence), {"Allow": methods.of(request.url.path)})

    @app.exception_handler(Replayed)
    async def _replayed(_request: Request, found: Replayed) -> Response:
        return found.response
