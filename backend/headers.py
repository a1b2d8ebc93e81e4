"""What every answer tells the browser: trust this origin only, and store nothing that has no `Cache-Control`. What may
stand in a frame has a policy of its own."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "connect-src 'self' ws: wss:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
FRAME_POLICY = "sandbox allow-scripts; frame-ancestors 'self'"
"""Of what shows in a frame what a model wrote: it runs as nobody's, and what it may load its own policy says, which is
nothing."""
PAGE_HEADERS = [("Content-Security-Policy", CONTENT_SECURITY_POLICY), ("X-Frame-Options", "DENY")]
SECURITY_HEADERS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
NO_STORE = ("Cache-Control", "no-store")


class SecurityHeaders:
    """WSGI middleware: for Flask's answers, for Socket.IO's and for refusals alike."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            names = {name for name, _ in headers}
            policy = [] if "Content-Security-Policy" in names else PAGE_HEADERS
            storing = [] if "Cache-Control" in names else [NO_STORE]
            return start_response(status, [*headers, *policy, *SECURITY_HEADERS, *storing], *error)

        return self._app(environ, start)
