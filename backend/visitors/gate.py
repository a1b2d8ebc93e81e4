"""WSGI middleware: who comes as a visitor reaches public pages, and nothing else of this server."""

from collections.abc import Container, Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from backend.errors import refuse, wire_body
from src.errors import NotFound

COOKIE: Final = "locrit_visitor"
METHODS: Final = ("GET", "HEAD", "POST")


def is_public(path: str) -> bool:
    return path == "/public" or path.startswith(("/public/", "/public-page/"))


def cookie_of(environ: WSGIEnvironment) -> str:
    try:
        found = SimpleCookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


class VisitorGate:
    """Who comes by one of the `public_names`, or brings a visitor's cookie, is a visitor. The cookie is sent by
    browsers to public pages only, so that whoever looks after the server can look at them."""

    def __init__(self, app: WSGIApplication, public_names: Container[str]) -> None:
        self._app = app
        self._names = public_names

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_visitor(environ) or _is_allowed(environ):
            return self._app(environ, start_response)
        error = NotFound("There is nothing at this address.", hint="See /public.")
        return refuse(environ, start_response, 404, wire_body(environ.get("PATH_INFO", ""), error.as_body()))

    def _is_visitor(self, environ: WSGIEnvironment) -> bool:
        """A proxy that puts a name of its own into Host says the page's as X-Forwarded-Host."""
        hosts = [environ.get("HTTP_HOST", ""), *environ.get("HTTP_X_FORWARDED_HOST", "").split(",")]
        return any(_name(host) in self._names for host in hosts) or f"{COOKIE}=" in environ.get("HTTP_COOKIE", "")


def _is_allowed(environ: WSGIEnvironment) -> bool:
    return environ["REQUEST_METHOD"] in METHODS and is_public(environ.get("PATH_INFO", ""))


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host.strip()}").hostname or ""
    except ValueError:
        return ""
