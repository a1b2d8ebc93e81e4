"""The server's side of the Ollama protocol: JSON bodies, NDJSON streams, refusals, clients that went away."""

import json
import select
import socket
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any

Body = dict[str, Any]
Line = dict[str, Any]


class Refusal(Exception):
    """Answered as `{"error": ...}` with `status`, or as the last line of a stream that has begun."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


class OllamaHandler(BaseHTTPRequestHandler):
    """One connection. A subclass names its routes: `routes()["POST /api/chat"]` is called with the parsed body."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    _streaming = False

    def routes(self) -> Mapping[str, Callable[[Body], None]]:
        raise NotImplementedError

    def do_GET(self) -> None:
        self._dispatch()

    do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815

    def reply(self, body: Mapping[str, Any], status: int = 200) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def send_line(self, line: Line) -> None:
        """One line of the NDJSON stream, which begins with the first of them."""
        self.send_raw_line(json.dumps(line).encode())

    def begin_stream(self) -> None:
        if not self._streaming:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self._streaming = True

    def send_raw_line(self, line: bytes) -> None:
        self.begin_stream()
        self.wfile.write(b"%x\r\n%s\n\r\n" % (len(line) + 1, line))

    def client_is_gone(self) -> bool:
        readable, _, _ = select.select([self.connection], [], [], 0)
        return bool(readable) and not self.connection.recv(1, socket.MSG_PEEK)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - http.server's name
        """Silent: the application logs its calls."""

    def _dispatch(self) -> None:
        self._streaming = False
        try:
            try:
                body = self._body()  # read even if it is refused: the connection lives on
                self._handler()(body)
            except Refusal as refusal:
                self._refuse(refusal)
            self._end_stream()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _end_stream(self) -> None:
        if self._streaming:
            self.wfile.write(b"0\r\n\r\n")

    def _handler(self) -> Callable[[Body], None]:
        method = "GET" if self.command == "HEAD" else self.command
        handler = self.routes().get(f"{method} {self.path}")
        if handler is None:
            raise Refusal(404, f"{self.command} {self.path} is not served here")
        return handler

    def _body(self) -> Body:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            body = json.loads(content or b"{}")
        except ValueError as error:
            raise Refusal(400, "the body is not JSON") from error
        if not isinstance(body, dict):
            raise Refusal(400, "the body is not a JSON object")
        return body

    def _refuse(self, refusal: Refusal) -> None:
        if self._streaming:
            self.send_line({"error": refusal.error})
        else:
            self.reply({"error": refusal.error}, refusal.status)
