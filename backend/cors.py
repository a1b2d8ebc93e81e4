"""Answers for pages of other origins that the settings name: frontends of other systems, an editor's web view."""

from collections.abc import Callable, Collection, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS = "content-type, authorization, x-org-id, x-user-id, x-session-id, x-requested-with"


class Cors:
    """WSGI middleware around refusals too: a page is to see why. Any other origin gets what it got without it."""

    def __init__(self, app: WSGIApplication, origins: Collection[str]) -> None:
        self._app = app
        self._origins = origins

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        origin = environ.get("HTTP_ORIGIN")
        if origin is None or origin not in self._origins:
            return self._app(environ, start_response)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            return start_response(status, _shared_with(origin, headers), *error)

        if environ["REQUEST_METHOD"] != "OPTIONS":
            return self._app(environ, start)
        asked = environ.get("HTTP_ACCESS_CONTROL_REQUEST_HEADERS") or HEADERS
        start("204 No Content", [("Access-Control-Allow-Methods", METHODS), ("Access-Control-Allow-Headers", asked)])
        return []


def _shared_with(origin: str, headers: list[tuple[str, str]]) -> list[tuple[str, str]]:
    varies = [value for name, value in headers if name.lower() == "vary"]
    others = [(name, value) for name, value in headers if name.lower() != "vary"]
    return [*others, ("Access-Control-Allow-Origin", origin), ("Vary", ", ".join([*varies, "Origin"]))]
