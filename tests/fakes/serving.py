"""What every answer of the fake has in common: whom it plays, and how it waits."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from src.services.llm.ollama_http import Body, OllamaHandler, Refusal
from tests.fakes.script import Delay, Hold, Silence

if TYPE_CHECKING:
    from tests.fakes.ollama import FakeOllama

POLL_S = 0.005


class Left(Exception):
    """The client did, or the fake stops."""


class Serving(OllamaHandler):
    """One connection to `fake`."""

    fake: "FakeOllama"

    def require(self, body: Body) -> None:
        if body.get("model") not in self.fake.models:
            raise Refusal(404, f"model '{body.get('model')}' not found")

    def wait(self, item: Delay | Hold | Silence) -> None:
        waiting = self._waits(item)
        while waiting():
            if self.fake.is_stopped or self.client_is_gone():
                raise Left
            time.sleep(POLL_S)

    def cut(self) -> None:
        shut(self.connection)
        self.leave()

    def leave(self) -> None:
        self.close_connection = True
        self._streaming = False

    def _waits(self, item: Delay | Hold | Silence) -> Callable[[], bool]:
        match item:
            case Delay(seconds):
                end = time.monotonic() + seconds
                return lambda: time.monotonic() < end
            case Hold(event):
                return lambda: not event.is_set()
            case Silence():
                return self.fake.is_silent


def shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the client was faster
        connection.shutdown(socket.SHUT_RDWR)
