"""What a scripted reply of the fake Ollama is made of."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any


@dataclass(frozen=True)
class Thought:
    """Says this apart from the text of its answer."""

    text: str


class Calls:
    """Asks for these tools in one part: names with arguments, of any JSON; only a name sends none."""

    def __init__(self, *calls: tuple[str, Any] | str) -> None:
        self.fields = [
            {"name": call} if isinstance(call, str) else {"name": call[0], "arguments": call[1]} for call in calls
        ]

    def __repr__(self) -> str:
        return f"Calls{self.fields}"


@dataclass(frozen=True)
class Delay:
    """Pauses for `seconds`."""

    seconds: float


@dataclass(frozen=True)
class Cut:
    """Closes the connection in the middle of the stream."""


@dataclass(frozen=True)
class Stop:
    """Ends the stream in good order, but without its final message."""


@dataclass(frozen=True)
class Error:
    """Reports a failure inside the stream, and ends it."""

    text: str


@dataclass(frozen=True)
class Garbage:
    """Sends a line that is not the protocol."""

    line: bytes = b"<html>gateway</html>"


@dataclass(frozen=True)
class Part:
    """Sends a part with these fields in place of the usual ones; None leaves one out. With `done` it is the last."""

    fields: dict[str, Any]


@dataclass(frozen=True)
class Status:
    """Refuses the request; only as the first item."""

    code: int
    error: str


@dataclass(frozen=True)
class Silence:
    """Sends nothing until the client leaves, the fake is released, or it stops."""


@dataclass(frozen=True)
class Hold:
    """Sends nothing until the test sets `event`."""

    event: threading.Event


@dataclass(frozen=True)
class Page:
    """A whole answer, as something before Ollama gives it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def send(self, to: BaseHTTPRequestHandler) -> None:
        to.send_response(self.status)
        for name, value in {"Content-Length": str(len(self.body)), **self.headers}.items():
            to.send_header(name, value)
        to.end_headers()
        to.wfile.write(self.body)


@dataclass(frozen=True)
class Layer:
    """A step of a pull: bytes of this layer that are there, and of all."""

    digest: str
    completed: int
    total: int


Item = str | Thought | Calls | Part | Delay | Cut | Stop | Error | Garbage | Status | Silence | Hold
