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

from backend.errors import refuse
from backend.runtime import websocket
from src.errors import InvalidInput, LocritError

PATH = "/socket.io/"
SEPARATOR = "\x1e"
MAX_SESSIONS = 5_000
MAX_RECORDS = 1_000
METHODS = "GET, POST, OPTIONS"
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
        fault = self._fault_of(environ)
        if fault is None:
            return self._app(environ, start_response)
        status, error = fault
        return refuse(environ, start_response, status, {"error": error.as_body()}, ("Allow", METHODS))

    def _fault_of(self, environ: WSGIEnvironment) -> tuple[int, LocritError] | None:
        match environ["REQUEST_METHOD"]:
            case "GET":
                return self._fault_of_opening(parse_qs(environ.get("QUERY_STRING", "")), environ)
            case "POST":
                return self._fault_of_packets(environ)
            case "OPTIONS":
                return None
            case _:
                return 405, InvalidInput("Sockets are opened with GET.")

    def _fault_of_opening(
        self, query: dict[str, list[str]], environ: WSGIEnvironment
    ) -> tuple[int, LocritError] | None:
        if query.get("transport") == ["websocket"] and (told := websocket.fault_of(environ)):
            return 400, InvalidInput(told)
        if "sid" not in query and len(self._engine.sockets) >= MAX_SESSIONS:
            return 503, TooManyClients("Too many clients are connected.")
        return None

    def _fault_of_packets(self, environ: WSGIEnvironment) -> tuple[int, LocritError] | None:
        """Engine.IO is given what was read."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > self._max_body_bytes:
            return 413, InvalidInput("These packets are too large.")
        body = environ["wsgi.input"].read(length)
        environ["wsgi.input"] = io.BytesIO(body)
        return None if _are_packets(body) else (400, InvalidInput("This is not a list of packets."))


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
