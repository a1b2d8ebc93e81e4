"""An Ollama whose tokens are the times at which it sent them: `python -m tests.bench.stamping_ollama <tokens/s>`

One thread writes all replies: 200 that take turns would measure themselves.
"""

import heapq
import itertools
import json
import sys
import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from src.services.llm.ollama_http import Body, OllamaHandler
from tests.fakes.answers import entry, part, shown

MODEL = "llama3.2:1b"
TICKS_PER_S = 10_000
TICKS = 100_000
"""They begin again after ten seconds."""


def stamp(time_ns: int) -> int:
    return time_ns * TICKS_PER_S // 10**9 % TICKS


def delay_ms(stamped: int, until_ns: int) -> float:
    return (stamp(until_ns) - stamped) % TICKS * 1000 / TICKS_PER_S


class StampingOllama(ThreadingHTTPServer):
    """Endless replies at a steady pace; a token is as long as a word: see `stamp`."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, tokens_per_second: float) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self._interval_s = 1 / tokens_per_second
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, _Handler]] = []
        self._any = threading.Condition()

    def stream(self, reply: "_Handler") -> None:
        with self._any:
            heapq.heappush(self._due, (time.monotonic(), next(self._numbers), reply))
            self._any.notify()

    def write(self) -> None:
        while True:
            with self._any:
                self._any.wait_for(lambda: self._due)
                due = self._due[0][0]
            time.sleep(max(0.0, due - time.monotonic()))
            with self._any:
                due, number, reply = heapq.heappop(self._due)  # maybe one that came meanwhile
                if reply.write():
                    heapq.heappush(self._due, (due + self._interval_s, number, reply))


class _Handler(OllamaHandler):
    server: StampingOllama

    def routes(self) -> dict[str, Callable[[Body], None]]:
        return {
            "GET /api/version": lambda _: self.reply({"version": "0.0.1-stamping"}),
            "GET /api/tags": lambda _: self.reply({"models": [entry(MODEL)]}),
            "GET /api/ps": lambda _: self.reply({"models": [entry(MODEL)]}),
            "POST /api/show": lambda body: self.reply(shown(body, 8192, ["completion"], tells_window=True)),
            "POST /api/chat": self._chat,
        }

    def write(self) -> bool:
        """Whether somebody still listens."""
        try:
            self.send_raw_line(self._line % stamp(time.time_ns()))
        except OSError:
            self._left.set()
        return not self._left.is_set()

    def _chat(self, body: Body) -> None:
        self._line = json.dumps(part(body, "%05d ", done=False)).encode()
        self._left = threading.Event()
        self.begin_stream()
        self.server.stream(self)
        self._left.wait()
        self._streaming, self.close_connection = False, True


if __name__ == "__main__":
    ollama = StampingOllama(float(sys.argv[1]))
    threading.Thread(target=ollama.write, daemon=True).start()
    print(f"http://127.0.0.1:{ollama.server_port}", flush=True)
    ollama.serve_forever()
