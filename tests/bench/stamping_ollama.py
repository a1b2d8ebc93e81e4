"""An Ollama whose tokens are the times at which it sent them: `python -m tests.bench.stamping_ollama <tokens/s>`"""

import sys
import threading
import time
from collections.abc import Iterable, Iterator

from src.services.llm.ollama_http import Body
from tests.fakes.ollama import FakeOllama, Item


class StampingOllama(FakeOllama):
    """Endless replies at a steady pace; a token is nanoseconds since 1970 and a space."""

    def __init__(self, tokens_per_second: float) -> None:
        self._interval_s = 1 / tokens_per_second
        super().__init__()

    def next_script(self, body: Body) -> Iterable[Item]:
        return self._tokens()

    def _tokens(self) -> Iterator[Item]:
        due = time.monotonic()
        while True:
            yield f"{time.time_ns()} "
            due += self._interval_s
            time.sleep(max(0.0, due - time.monotonic()))


if __name__ == "__main__":
    print(StampingOllama(float(sys.argv[1])).url, flush=True)
    threading.Event().wait()
