"""An Ollama that says what a test tells it to, token by token: a real HTTP server on a native thread.

    fake.enqueue(["Hel", Delay(0.1), "lo"])    the next chat streams these
    fake.enqueue(["Hel", Cut()])               ... or breaks the connection after "Hel"

A chat with nothing queued echoes the question. `python -m tests.fakes.ollama` runs one for other processes.
"""

import argparse
import base64
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from http.server import ThreadingHTTPServer
from typing import Self

from src.services.llm.ollama_http import Body, Refusal
from tests.fakes.answers import words
from tests.fakes.library import Library
from tests.fakes.script import (
    Calls,
    Cut,
    Delay,
    Error,
    Garbage,
    Hold,
    Item,
    Layer,
    Page,
    Part,
    Silence,
    Status,
    Stop,
    Thought,
)
from tests.fakes.serving import shut

__all__ = ["Calls", "Cut", "Delay", "Error", "FakeOllama", "Garbage", "Hold", "Item", "Layer", "Page"]
__all__ += ["Part", "Silence", "Status", "Stop", "Thought"]


class FakeOllama:
    """`requests` are the bodies of chats, `calls` all paths, `disconnects` counts clients that left a running reply,
    `connections` how often somebody connected.
    With a `window`, its models say nothing of theirs, and `/api/ps` tells it once one is loaded: as Ollama does, which
    chooses it by the memory there is. `count` counts the tokens of a prompt.
    """

    def __init__(self, port: int = 0, *, tokens_per_second: float = 0, reply_chars: int = 0) -> None:
        self.models = ["llama3.2:1b", "nomic-embed-text:latest"]
        self.context_length = 8192
        self.window: int | None = None
        self.loaded: set[str] = set()
        self.count: Callable[[Body], int] = words
        self.capabilities: dict[str, list[str]] = {}  # by model; an old Ollama says none
        self.thinking: dict[str, list[bool | str]] = {}  # what a model can be told of it; an old Ollama says nothing
        self.holds_pulls: Hold | None = None  # half-way
        self.facts: Callable[[Body], Iterable[Item]] = lambda _: ['{"facts": []}']  # for those without a script
        self.embeds_in_s = 0.0  # so long each time
        self.pulls: dict[str, Sequence[Item | Layer]] = {}  # what a pull of a model says, where that is not all of it
        self.layers: dict[str, dict[str, int]] = {}  # by model and digest, how many bytes of it are there
        self.keep_alive: dict[str, float | str | None] = {}  # by model, as it was told last
        self.failures: dict[str, Status] = {}  # by "POST /api/show": how that is refused
        self.authorization: str | None = None  # the header that every request must have
        self.page: Page | None = None  # what a proxy before it answers to everything
        self.requests: list[Body] = []
        self.formatted: list[Body] = []  # chats that ask for JSON of a form
        self.calls: list[str] = []
        self.disconnects = self.connections = 0
        self._scripts: deque[Sequence[Item]] = deque()
        self._formatted: deque[Sequence[Item]] = deque()
        self._pause_s = 1 / tokens_per_second if tokens_per_second else 0.0
        self._reply_chars = reply_chars
        self._connections: set[socket.socket] = set()
        self._released, self._stopped = threading.Event(), threading.Event()
        self.port = port
        self.start()

    @property
    def images(self) -> list[list[bytes]]:
        """Those that each chat was sent, with all of its messages."""
        return [
            [base64.b64decode(image) for message in body["messages"] for image in message.get("images", ())]
            for body in self.requests
        ]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def enqueue(self, script: Iterable[Item]) -> None:
        """The next chat that has no script yet gets this one."""
        self._scripts.append(list(script))

    def enqueue_formatted(self, script: Iterable[Item]) -> None:
        """The next chat that asks for JSON of a form gets this; what is said to those without is `facts`."""
        self._formatted.append(list(script))

    def start(self) -> None:
        """Listens, on the same port as before if it was stopped."""
        self._stopped.clear()
        self._server = _Server(self)
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """As if the process died: nothing listens, running replies break off."""
        if self.is_stopped:
            return
        self._stopped.set()
        self._server.shutdown()
        self.hang_up()
        self._server.server_close()
        self._thread.join()

    def hang_up(self) -> None:
        """Ends every connection, as a server does with those that are idle."""
        for connection in tuple(self._connections):
            shut(connection)

    def release(self) -> None:
        """Ends every Silence, also those to come."""
        self._released.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def load(self, body: Body) -> None:
        """It stays in memory, unless it is told not to."""
        kept = self.keep_alive[body["model"]] = body.get("keep_alive")
        if kept in (0, "0", "0s"):
            self.loaded.discard(body["model"])
        else:
            self.loaded.add(body["model"])

    def next_script(self, body: Body) -> Iterable[Item]:
        if body.get("format"):
            self.formatted.append(body)
            return self._formatted.popleft() if self._formatted else self.facts(body)
        self.requests.append(body)
        return self._scripts.popleft() if self._scripts else self._default_script(body)

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def is_silent(self) -> bool:
        return not self._released.is_set()

    def _default_script(self, body: Body) -> Iterator[Item]:
        question = next((m["content"] for m in reversed(body.get("messages", [])) if m["role"] == "user"), "")
        reply, more = f"You said: {question}", " And so it goes on, word by word."
        reply += more * -(-max(0, self._reply_chars - len(reply)) // len(more))
        for index, word in enumerate(reply.split(" ")):
            if self._pause_s:
                yield Delay(self._pause_s)
            yield f" {word}" if index else word


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    request_queue_size = 512

    def __init__(self, fake: FakeOllama) -> None:
        self.fake = fake
        super().__init__(("127.0.0.1", fake.port), _Handler)


class _Handler(Library):
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.fake = self.server.fake
        self.fake.connections += 1
        self.fake._connections.add(self.connection)

    def finish(self) -> None:
        self.fake._connections.discard(self.connection)
        super().finish()

    def routes(self) -> dict[str, Callable[[Body], None]]:
        self.fake.calls.append(self.path)
        if self.fake.authorization not in (None, self.headers.get("Authorization")):
            raise Refusal(401, f"unauthorized: {self.headers.get('Authorization')}")
        if page := self.fake.page:
            return {f"{self.command} {self.path}": lambda _: page.send(self)}
        if failure := self.fake.failures.get(f"{self.command} {self.path}"):
            raise Refusal(failure.code, failure.error)
        return {
            "GET /api/version": lambda _: self.reply({"version": "0.0.1-fake"}),
            "GET /api/tags": self.tags,
            "GET /api/ps": self.ps,
            "POST /api/show": self.show,
            "POST /api/chat": self.chat,
            "POST /api/generate": self.generate,
            "POST /api/embed": self.embed,
            "POST /api/pull": self.pull,
            "DELETE /api/delete": self.delete,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=FakeOllama.__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tokens-per-second", type=float, default=0, help="0: as fast as possible")
    parser.add_argument("--reply-chars", type=int, default=0, help="least length of a reply")
    fake = FakeOllama(**vars(parser.parse_args()))
    print(fake.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        fake.stop()


if __name__ == "__main__":
    main()
