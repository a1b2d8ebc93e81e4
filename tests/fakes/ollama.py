"""An Ollama that says what a test tells it to, token by token: a real HTTP server on a native thread.

    fake.enqueue(["Hel", Delay(0.1), "lo"])    the next chat streams these
    fake.enqueue(["Hel", Cut()])               ... or breaks the connection after "Hel"

A chat with nothing queued echoes the question. `python -m tests.fakes.ollama` runs one for other processes.
"""

import argparse
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from http.server import ThreadingHTTPServer
from typing import Any

from src.services.llm.ollama_http import Body, OllamaHandler, Refusal
from tests.fakes.answers import MODIFIED_AT, entry, final, part, shown, words
from tests.fakes.script import Cut, Delay, Error, Garbage, Hold, Item, Page, Part, Silence, Status, Stop, Thought

__all__ = ["Cut", "Delay", "Error", "FakeOllama", "Garbage", "Hold", "Item", "Page"]
__all__ += ["Part", "Silence", "Status", "Stop", "Thought"]

POLL_S = 0.005


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
        self.authorization: str | None = None  # the header that every request must have
        self.page: Page | None = None  # what a proxy before it answers to everything
        self.requests: list[Body] = []
        self.calls: list[str] = []
        self.disconnects = self.connections = 0
        self._scripts: deque[Sequence[Item]] = deque()
        self._pause_s = 1 / tokens_per_second if tokens_per_second else 0.0
        self._reply_chars = reply_chars
        self._connections: set[socket.socket] = set()
        self._released, self._stopped = threading.Event(), threading.Event()
        self.port = port
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def enqueue(self, script: Iterable[Item]) -> None:
        """The next chat that has no script yet gets this one."""
        self._scripts.append(list(script))

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
            _shut(connection)

    def release(self) -> None:
        """Ends every Silence, also those to come."""
        self._released.set()

    def __enter__(self) -> "FakeOllama":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def next_script(self, body: Body) -> Iterable[Item]:
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


class _Left(Exception):
    pass


class _Handler(OllamaHandler):
    server: _Server

    def setup(self) -> None:
        super().setup()
        self._fake = self.server.fake
        self._fake.connections += 1
        self._fake._connections.add(self.connection)

    def finish(self) -> None:
        self._fake._connections.discard(self.connection)
        super().finish()

    def routes(self) -> dict[str, Callable[[Body], None]]:
        self._fake.calls.append(self.path)
        if self._fake.authorization not in (None, self.headers.get("Authorization")):
            raise Refusal(401, f"unauthorized: {self.headers.get('Authorization')}")
        if page := self._fake.page:
            return {f"{self.command} {self.path}": lambda _: page.send(self)}
        return {
            "GET /api/version": lambda _: self.reply({"version": "0.0.1-fake"}),
            "GET /api/tags": lambda _: self.reply({"models": [entry(name) for name in self._fake.models]}),
            "GET /api/ps": lambda _: self.reply({"models": [self._running(name) for name in self._fake.loaded]}),
            "POST /api/show": self._show,
            "POST /api/chat": self._chat,
            "POST /api/generate": self._load,
            "POST /api/embed": self._embed,
            "POST /api/pull": self._pull,
        }

    def _show(self, body: Body) -> None:
        self._require(body)
        capabilities = self._fake.capabilities.get(body["model"], ["completion"])
        answer = shown(body, self._fake.context_length, capabilities, tells_window=not self._fake.window)
        values = self._fake.thinking.get(body["model"])
        self.reply(answer | ({"thinking": {"values": values, "default": values[-1]}} if values else {}))

    def _running(self, name: str) -> dict[str, Any]:
        return entry(name) | ({"context_length": self._fake.window} if self._fake.window else {})

    def _load(self, body: Body) -> None:
        self._require(body)
        self._fake.loaded.add(body["model"])
        self.reply({"model": body["model"], "created_at": MODIFIED_AT, "response": "", "done": True})

    def _embed(self, body: Body) -> None:
        self._require(body)
        texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
        vectors = [[float(len(text)), *(float(text.count(vowel)) for vowel in "aeiou")] for text in texts]
        self.reply({"model": body["model"], "embeddings": vectors})

    def _pull(self, body: Body) -> None:
        self.send_line({"status": "pulling manifest"})
        if "missing" in body["model"]:
            raise Refusal(500, "pull model manifest: file does not exist")
        for completed in (0, 50, 100):
            layer = {"status": "pulling layer", "digest": "sha256:1", "completed": completed * 10**7, "total": 10**9}
            self.send_line(layer)
            if completed == 50 and self._fake.holds_pulls:
                self._wait_while(self._waits(self._fake.holds_pulls))
        if body["model"] not in self._fake.models:
            self._fake.models.append(body["model"])
        self.send_line({"status": "success"})

    def _chat(self, body: Body) -> None:
        self._require_thinking(body)
        script = self._fake.next_script(body)
        try:
            self._require(body)
            self._fake.loaded.add(body["model"])
            self._play(script, body)
        except (_Left, BrokenPipeError, ConnectionResetError):
            self._fake.disconnects += not self._fake.is_stopped
            self.close_connection = True
            self._streaming = False

    def _play(self, script: Iterable[Item], body: Body) -> None:
        begun, tokens = time.monotonic_ns(), 0
        for item in script:
            if self.client_is_gone():
                raise _Left
            if isinstance(item, str | Thought):
                tokens += 1
                self.send_line(part(body, item, done=False))
            elif isinstance(item, Part):
                fields = part(body, "", done=False) | item.fields
                self.send_line({name: value for name, value in fields.items() if value is not None})
                if fields["done"]:
                    return
            elif isinstance(item, Delay | Hold | Silence):
                self._wait_while(self._waits(item))
            elif self._misbehaves(item):
                return
        self.send_line(final(body, self._fake.count(body), tokens, time.monotonic_ns() - begun))

    def _waits(self, item: Delay | Hold | Silence) -> Callable[[], bool]:
        match item:
            case Delay(seconds):
                end = time.monotonic() + seconds
                return lambda: time.monotonic() < end
            case Hold(event):
                return lambda: not event.is_set()
            case Silence():
                return self._fake.is_silent

    def _misbehaves(self, item: Cut | Stop | Error | Garbage | Status) -> bool:
        """Whether the stream ended."""
        match item:
            case Garbage(line):
                self.send_raw_line(line)
                return False
            case Error(text):
                self.send_line({"error": text})
            case Status(code, error):
                raise Refusal(code, error)
            case Stop():
                self.begin_stream()
            case Cut():
                self._cut()
        return True

    def _wait_while(self, waiting: Callable[[], bool]) -> None:
        while waiting():
            if self._fake.is_stopped or self.client_is_gone():
                raise _Left
            time.sleep(POLL_S)

    def _require_thinking(self, body: Body) -> None:
        """As Ollama does where a model cannot: telling it not to think is always taken."""
        if body.get("think") and "thinking" not in self._fake.capabilities.get(body["model"], ["completion"]):
            raise Refusal(400, f'"{body["model"]}" does not support thinking')

    def _cut(self) -> None:
        _shut(self.connection)
        self.close_connection = True
        self._streaming = False

    def _require(self, body: Body) -> None:
        if body.get("model") not in self._fake.models:
            raise Refusal(404, f"model '{body.get('model')}' not found")


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):  # the client was faster
        connection.shutdown(socket.SHUT_RDWR)


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
