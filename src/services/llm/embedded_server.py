"""The child process: the embedded model behind the Ollama API on loopback.

`python -m src.services.llm.embedded_server --listen-fd FD --name NAME (--model FILE | --data-dir DIR)`

It answers at once; what needs the model waits for it to load. What it prints are sentences for people.
"""

import argparse
import socket
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from src.errors import ModelUnreachable
from src.services.llm import weights
from src.services.llm.child_process import EXPLAINED, end_with_parent
from src.services.llm.embedded_engine import CONTEXT_TOKENS, Abandoned, Completion, Engine, EngineError
from src.services.llm.ollama_http import Body, OllamaHandler, Refusal

_LOAD_POLL_S: Final = 0.05


class EmbeddedServer(ThreadingHTTPServer):
    """Loads the model in the background and serves it on a socket that listens already."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, name: str, model: Path | None, data_dir: Path) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.name = name
        self.loaded = threading.Event()
        self._model = model
        self._data_dir = data_dir
        self._engine: Engine | None = None

    def load(self) -> None:
        model_file = self._model or weights.fetch(self._data_dir, _tell_progress)
        print("The small offline model is loading.")
        self._engine = Engine(model_file)
        self.size = model_file.stat().st_size
        self.modified_at = datetime.fromtimestamp(model_file.stat().st_mtime, UTC).isoformat()
        self.loaded.set()

    def engine(self, abandoned: Callable[[], bool]) -> Engine:
        while not self.loaded.wait(_LOAD_POLL_S):
            if abandoned():
                raise Abandoned
        assert self._engine is not None
        return self._engine


class _Handler(OllamaHandler):
    server: EmbeddedServer

    def routes(self) -> dict[str, Callable[[Body], None]]:
        if self.headers.get("Origin"):
            raise Refusal(403, "not open to web pages")
        return {
            "GET /api/version": lambda _: self.reply({"version": version("xllamacpp")}),
            "GET /api/tags": lambda _: self.reply({"models": [self._entry()]}),
            "GET /api/ps": lambda _: self.reply({"models": [self._entry()] if self.server.loaded.is_set() else []}),
            "POST /api/show": self._show,
            "POST /api/chat": self._chat,
            "POST /api/generate": self._generate,
            "POST /api/embed": self._embed,
            "POST /api/pull": self._refuse_change,
            "POST /api/create": self._refuse_change,
            "POST /api/copy": self._refuse_change,
            "DELETE /api/delete": self._refuse_change,
        }

    def _entry(self) -> dict[str, Any]:
        details: dict[str, Any] = {"format": "gguf", "family": "llama", "families": ["llama"], "parent_model": ""}
        if self.server.name == weights.NAME:
            details |= {"parameter_size": "135M", "quantization_level": "Q4_1"}
        entry: dict[str, Any] = {"name": self.server.name, "model": self.server.name, "digest": "", "details": details}
        if self.server.loaded.is_set():
            entry |= {"size": self.server.size, "modified_at": self.server.modified_at}
            entry["context_length"] = CONTEXT_TOKENS
        return entry

    def _show(self, body: Body) -> None:
        self._require_model(body)
        self.reply(
            {
                "details": self._entry()["details"],
                "model_info": {"general.architecture": "llama", "llama.context_length": CONTEXT_TOKENS},
                "parameters": f"num_ctx {CONTEXT_TOKENS}",
                "capabilities": ["completion", "embedding"],
            }
        )

    def _chat(self, body: Body) -> None:
        self._answer(body, body.get("messages") or [], lambda text: {"message": {"role": "assistant", "content": text}})

    def _generate(self, body: Body) -> None:
        turns = (("system", body.get("system")), ("user", body.get("prompt")))
        messages = [{"role": role, "content": content} for role, content in turns if content]
        self._answer(body, messages, lambda text: {"response": text})

    def _answer(self, body: Body, messages: list[Body], wrap: Callable[[str], Body]) -> None:
        self._require_model(body)
        begun, pieces = time.monotonic_ns(), list[str]()
        streamed = body.get("stream", True)

        def say(text: str) -> None:
            if streamed:
                self.send_line(self._part(wrap(text), done=False))
            else:
                pieces.append(text)

        outcome = self._generated(body, messages, say)
        final = self._part(wrap("".join(pieces)), done=True) | _measured(outcome, time.monotonic_ns() - begun)
        if streamed:
            self.send_line(final)
        else:
            self.reply(final)

    def _generated(self, body: Body, messages: list[Body], say: Callable[[str], None]) -> Completion:
        """A request without messages only loads the model, as with Ollama."""
        try:
            engine = self.server.engine(self.client_is_gone)
            if not messages:
                return Completion("load")
            return engine.chat(messages, body.get("options") or {}, say, self.client_is_gone)
        except EngineError as error:
            raise Refusal(error.status, error.message) from error
        except Abandoned as error:
            raise ConnectionResetError from error

    def _embed(self, body: Body) -> None:
        self._require_model(body)
        texts = body.get("input") or []
        try:
            vectors, tokens = self.server.engine(self.client_is_gone).embed(
                [texts] if isinstance(texts, str) else texts
            )
        except EngineError as error:
            raise Refusal(error.status, error.message) from error
        except Abandoned as error:
            raise ConnectionResetError from error
        self.reply({"model": self.server.name, "embeddings": vectors, "prompt_eval_count": tokens})

    def _refuse_change(self, _body: Body) -> None:
        raise Refusal(501, "the small offline model is the only one here: install Ollama to add or remove models")

    def _require_model(self, body: Body) -> None:
        if body.get("model") != self.server.name:
            raise Refusal(404, f"model '{body.get('model')}' not found")

    def _part(self, content: Body, *, done: bool) -> Body:
        return {"model": self.server.name, "created_at": datetime.now(UTC).isoformat(), **content, "done": done}


def _measured(outcome: Completion, total_ns: int) -> Body:
    return {
        "done_reason": outcome.reason,
        "total_duration": total_ns,
        "load_duration": 0,
        "prompt_eval_count": outcome.prompt_tokens,
        "prompt_eval_duration": int(outcome.prompt_ms * 1e6),
        "eval_count": outcome.completion_tokens,
        "eval_duration": int(outcome.completion_ms * 1e6),
    }


def _tell_progress(done: int, total: int) -> None:
    print(f"The small offline model is being downloaded: {100 * done // total} %.")


def main() -> None:
    end_with_parent()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--data-dir", type=Path, default=Path("data"))
    arguments = parser.parse_args()
    listener = socket.socket(fileno=arguments.listen_fd)
    listener.setblocking(True)
    server = EmbeddedServer(listener, arguments.name, arguments.model, arguments.data_dir)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        server.load()
    except (ModelUnreachable, EngineError) as error:
        print(error.message)
        sys.exit(EXPLAINED)
    threading.Event().wait()


if __name__ == "__main__":
    main()
