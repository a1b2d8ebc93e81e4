"""HTTP as RFC 9112 has it, before anything else looks at a request: what is malformed is refused and hung up on."""

import re
import socket
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import eventlet
import eventlet.wsgi
from pydantic_core import to_json

HEADERS_WITHIN_S = 20.0
LINGER_S = 0.5
LINGER_BYTES = 2_000_000

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}")
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
LENGTH = re.compile(r"[0-9]{1,15}")
VERSIONS = ("HTTP/1.0", "HTTP/1.1")
HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")
DATES = ("If-Modified-Since", "If-Unmodified-Since")
ONLY_ONCE = ("Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Origin", "Upgrade")
HINT = "Send HTTP/1.1, as browsers and HTTP libraries do."


class Malformed(Exception):
    """`args[0]` says what is."""


def answer(status: HTTPStatus, code: str, message: str, hint: str) -> bytes:
    """A whole response for those who are hung up on, in the shape of every other refusal."""
    body = to_json({"error": {"code": code, "message": message, "hint": hint}})
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        "X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def hang_up(connection: Any) -> None:
    """What was sent, and not read, would make the kernel take back the answer: so it is read for a moment."""
    try:
        connection.shutdown(socket.SHUT_WR)
        with eventlet.Timeout(LINGER_S, False):
            read = 0
            while read < LINGER_BYTES and (piece := connection.recv(65_536)):
                read += len(piece)
    except OSError:  # it is gone already
        pass


class StrictHttp(eventlet.wsgi.HttpProtocol):  # type: ignore[misc]  # eventlet has no types
    """One connection. A request that gets past this has one meaning, for us and for a proxy before us."""

    close_connection: bool
    path: str

    def parse_request(self) -> bool:
        """Whether there is a request to be answered; if not, what is to be said has been said."""
        with eventlet.Timeout(HEADERS_WITHIN_S, False):  # whoever sends them byte by byte is not waited for
            return super().parse_request() and self._is_well_formed()
        self.close_connection = True
        return False

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """The standard library quotes the request and writes to the log; an unknown version is no fault of ours."""
        status = HTTPStatus(code if code < 500 else 400)
        self._refuse(status, "This is not a request that can be read.")

    def finish(self) -> None:
        try:
            self.wfile.flush()
        except OSError:  # nobody is there any more
            pass
        hang_up(self.connection)
        super().finish()

    def _is_well_formed(self) -> bool:
        try:
            self._check_line()
            self._check_headers()
        except Malformed as fault:
            self._refuse(HTTPStatus.BAD_REQUEST, f"This is not a request that can be read: {fault}.")
            return False
        if "Transfer-Encoding" in self.headers:
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "The length of the body must be told as Content-Length.")
            return False
        return True

    def _refuse(self, status: HTTPStatus, sentence: str) -> None:
        self.close_connection = True
        told = answer(status, f"http_{status.value}", sentence, HINT)
        self.wfile.write(told.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if self.command == "HEAD" else told)

    def _check_line(self) -> None:
        if not TOKEN.fullmatch(self.command):
            raise Malformed("its method is not a word")
        if self.request_version not in VERSIONS:
            raise Malformed("its version of HTTP is unknown here")
        if CONTROL.search(self.path):
            raise Malformed("its target holds control characters")
        if not self.path.startswith("/"):
            self.path = self._origin_form()

    def _origin_form(self) -> str:
        """Proxies are asked `GET http://host/path`, and every server must understand that."""
        if self.path == "*" and self.command == "OPTIONS":
            return "/"
        try:
            target = urlsplit(self.path)
        except ValueError:
            raise Malformed("its target is not an address") from None
        if target.scheme not in ("http", "https") or not target.netloc:
            raise Malformed("its target is not a path")
        del self.headers["Host"]
        self.headers["Host"] = target.netloc
        return (target.path or "/") + (f"?{target.query}" if target.query else "")

    def _check_headers(self) -> None:
        if self.headers.defects or self.headers.get_payload():
            raise Malformed("a line of its headers is not one")
        for name, value in self.headers.raw_items():
            if not TOKEN.fullmatch(name) or CONTROL.search(value):
                raise Malformed("a header has an impossible name or holds control characters")
        for name in ONLY_ONCE:
            if len(self.headers.get_all(name, ())) > 1:
                raise Malformed(f"it has two headers {name}")
        if not LENGTH.fullmatch(self.headers.get("Content-Length", "0")):
            raise Malformed("its Content-Length is not a number")
        for name in DATES:
            if not HTTP_DATE.fullmatch(self.headers.get(name, "")):
                del self.headers[name]  # as RFC 9110 has it; the standard library stumbles over some
