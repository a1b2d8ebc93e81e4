"""Keeps other web sites out, for HTTP and Socket.IO alike: a browser on this machine can reach us from any page.

A page that rebinds its own domain to 127.0.0.1 is known by the Host header, a page that posts from elsewhere by Origin.
Whether a proxy before us speaks TLS does not matter: an address is a name and a port.
"""

from collections.abc import Collection, Container, Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from backend.errors import refuse, wire_body
from src.addresses import is_loopback
from src.errors import Forbidden

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SOCKETS = "/socket.io"
"""Where a safe method is not: a page that may open a socket may say anything through it."""
PORTS = {"http": 80, "https": 443}

OWN_ADDRESS = "Open the address that the server printed when it started."
TOLD_BY_PROXY = (
    "Another web site may not do that. Behind a reverse proxy: have it pass on the Host header as the browser sent it, "
    "with its port."
)

Address = tuple[str, int | None]


class OriginGuard:
    """WSGI middleware around everything. `names` are the server's own, besides those of this machine; pages of
    `origins` may do what ours may."""

    def __init__(self, app: WSGIApplication, names: Container[str], origins: Collection[str] = ()) -> None:
        self._app = app
        self._names = names
        self._origins = origins

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not self._is_own_host(environ):
            error = Forbidden(
                "This address is not one of this server's names (LOCRIT_TRUSTED_HOSTS).", hint=OWN_ADDRESS
            )
            return _refuse(environ, start_response, error)
        is_foreign = environ.get("HTTP_ORIGIN") not in self._origins and not _is_own_origin(environ)
        if is_foreign and _may_change_something(environ):
            error = Forbidden("Another web site may not change anything here.", hint=TOLD_BY_PROXY)
            return _refuse(environ, start_response, error)
        return self._app(environ, start_response)

    def _is_own_host(self, environ: WSGIEnvironment) -> bool:
        name, _ = _address(f"//{environ.get('HTTP_HOST', '')}")
        return name in self._names or is_loopback(name)


def _may_change_something(environ: WSGIEnvironment) -> bool:
    return environ["REQUEST_METHOD"] not in SAFE_METHODS or environ.get("PATH_INFO", "").startswith(SOCKETS)


def _is_own_origin(environ: WSGIEnvironment) -> bool:
    """Requests without Origin do not come from a page. A reverse proxy tells the page's host as X-Forwarded-Host; pages
    cannot."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return True
    scheme = origin.partition("://")[0]
    name, port = _address(origin)
    if not name or scheme not in PORTS:
        return False
    forwarded = environ.get("HTTP_X_FORWARDED_HOST", "").partition(",")[0].strip()
    hosts = [_address(f"//{host}") for host in (environ.get("HTTP_HOST", ""), forwarded)]
    return any((name, port or PORTS[scheme]) == (host, at or PORTS[scheme]) for host, at in hosts)


def _address(url: str) -> Address:
    """Name and port, where there is one; no name when it cannot be read."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.port
    except ValueError:
        return "", None


def _refuse(environ: WSGIEnvironment, start_response: StartResponse, error: Forbidden) -> Iterable[bytes]:
    return refuse(environ, start_response, 403, wire_body(environ.get("PATH_INFO", ""), error.as_body()))
