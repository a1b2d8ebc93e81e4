"""The door to Engine.IO: WSGI middleware that lets through only what Engine.IO can take without stumbling."""

import base64
import binascii
import io
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qs
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from engineio.payload import Payload
from pydantic_core import to_json

from src.errors import InvalidInput, LocritError

PATH = "/socket.io/"
SEPARATOR = "\x1e"
MAX_SESSIONS = 5_000
MAX_RECORDS = 1_000
METHODS = {"GET", "POST", "OPTIONS"}
TEXT = re.compile(r"[0-6]")


class TooManyClients(LocritError):
    code = "too_many_clients"
    hint = "Close pages that are not needed, and try again later."


class EngineGate:
    def __init__(self, app: WSGIApplication, engine: Any, max_body_bytes: int) -> None:
        Payload.max_decode_packets = MAX_RECORDS  # a page that was offline has more to say than 16 packets
        self._app = app
        self._engine = engine
        self._max_body_bytes = max_body_bytes

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith(PATH):
            return self._app(environ, start_response)
        method = environ["REQUEST_METHOD"]
        if method not in METHODS:
            return _refuse(start_response, "405 Method Not Allowed", InvalidInput("Sockets are opened with GET."))
        if method == "GET" and self._is_full(environ):
            return _refuse(start_response, "503 Service Unavailable", TooManyClients("Too many clients are connected."))
        if method == "POST":
            length = int(environ.get("CONTENT_LENGTH") or 0)
            if length > self._max_body_bytes:
                return _refuse(start_response, "413 Content Too Large", InvalidInput("These packets are too large."))
            body = environ["wsgi.input"].read(length)
            if not _are_packets(body):
                return _refuse(start_response, "400 Bad Request", InvalidInput("This is not a list of packets."))
            environ["wsgi.input"] = io.BytesIO(body)
        return self._app(environ, start_response)

    def _is_full(self, environ: WSGIEnvironment) -> bool:
        return len(self._engine.sockets) >= MAX_SESSIONS and "sid" not in parse_qs(environ.get("QUERY_STRING", ""))


def _are_packets(body: bytes) -> bool:
    try:
        records = body.decode().split(SEPARATOR)
        return len(records) <= MAX_RECORDS and all(_is_packet(record) for record in records)
    except (UnicodeDecodeError, binascii.Error):
        return False


def _is_packet(record: str) -> bool:
    if record.startswith("b"):
        return base64.b64decode(record[1:], validate=True) is not None
    return TEXT.match(record) is not None


def _refuse(start_response: StartResponse, status: str, error: LocritError) -> Iterable[bytes]:
    body = to_json({"error": error.as_body()})
    headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    start_response(status, headers + ([("Allow", ", ".join(sorted(METHODS)))] if status.startswith("405") else []))
    return [body]
