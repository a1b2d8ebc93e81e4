"""Keeps other web sites out, for HTTP and Socket.IO alike: a browser on this machine can reach us from any page.

A page that rebinds its own domain to 127.0.0.1 is known by the Host header, a page that posts from elsewhere by Origin.
"""

from collections.abc import Container, Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from pydantic_core import to_json

from src.addresses import is_loopback
from src.errors import Forbidden

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class OriginGuard:
    """WSGI middleware around everything. `names` are the server's own, besides those of this machine."""

    def __init__(self, app: WSGIApplication, names: Container[str]) -> None:
        self._app = app
        self._names = names

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_own_host(environ):
            return _refuse(start_response, "This address is not one of this server's names (LOCRIT_TRUSTED_HOSTS).")
        if environ["REQUEST_METHOD"] not in SAFE_METHODS and not _is_own_origin(environ):
            return _refuse(start_response, "Another web site may not change anything here.")
        return self._app(environ, start_response)

    def _is_own_host(self, environ: WSGIEnvironment) -> bool:
        name = _hostname(f"//{environ.get('HTTP_HOST', '')}")
        return name in self._names or is_loopback(name)


def _is_own_origin(environ: WSGIEnvironment) -> bool:
    """Requests without Origin do not come from a page. A reverse proxy tells the page's host as X-Forwarded-Host."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return True
    return _netloc(origin) in (environ.get("HTTP_HOST"), environ.get("HTTP_X_FORWARDED_HOST"))


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:  # nobody's: a bracket that is not closed, an IPv6 address that is none
        return ""


def _hostname(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _refuse(start_response: StartResponse, sentence: str) -> Iterable[bytes]:
    hint = "Open the address that the server printed when it started."
    body = to_json({"error": Forbidden(sentence, hint=hint).as_body()})
    start_response("403 Forbidden", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
