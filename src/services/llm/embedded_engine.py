"""llama.cpp, by way of xllamacpp: the only file that knows it. Runs in the child process."""

import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

CONTEXT_TOKENS: Final = 4096
# Also the longest text that can be embedded, and how often a long prompt asks whether anyone still listens.
BATCH_TOKENS: Final = 512
_PROMPT_CACHE_MIB: Final = 256
_MOST_THREADS: Final = 8
_TURN_POLL_S: Final = 0.05

# Ollama's name of an option: llama.cpp's.
_OPTIONS: Final = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "seed": "seed",
    "stop": "stop",
    "num_predict": "max_tokens",
    "repeat_penalty": "repeat_penalty",
    "repeat_last_n": "repeat_last_n",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
}

Message = Mapping[str, Any]


class EngineError(Exception):
    """`status` is the HTTP status that llama.cpp gives the failure."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Abandoned(Exception):
    """Nobody waits for the reply any more."""


@dataclass
class Completion:
    """How a reply ended. Counts are tokens, times milliseconds."""

    reason: str = "stop"
    prompt_tokens: int = 0
    prompt_ms: float = 0.0
    completion_tokens: int = 0
    completion_ms: float = 0.0


class Engine:
    """One loaded model that writes one reply at a time. Blocks; to be used from several threads."""

    def __init__(self, model_file: Path) -> None:
        # The waiting threads of OpenMP would otherwise spin, on cores that the application needs.
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
        import xllamacpp

        self._turn = threading.Lock()
        try:
            self._server = xllamacpp.Server(_parameters(xllamacpp, model_file))
        except RuntimeError as error:
            raise EngineError(500, f"{model_file} could not be loaded as a model.") from error

    def chat(
        self,
        messages: Sequence[Message],
        options: Mapping[str, Any],
        say: Callable[[str], None],
        abandoned: Callable[[], bool],
    ) -> Completion:
        """Calls `say` with every piece of the reply. Raises EngineError, Abandoned, and what `say` raises."""
        reply = _Reply(say, abandoned)
        request = {_OPTIONS[name]: value for name, value in options.items() if name in _OPTIONS}
        # Progress of the prompt calls back too, so that abandoning works before the first token.
        request |= {"messages": list(messages), "stream": True, "return_progress": True, "cache_prompt": True}
        with self._in_turn(abandoned):
            self._server.handle_chat_completions(request, reply.on_chunk)
        return reply.finished()

    def embed(self, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """The vectors in the order of `texts`, and the number of tokens read."""
        with self._in_turn(lambda: False):
            answer = self._server.handle_embeddings({"input": list(texts)})
        if error := answer.get("error"):
            raise EngineError(400 if "too large" in error["message"] else error["code"], error["message"])
        return [item["embedding"] for item in answer["data"]], answer["usage"]["prompt_tokens"]

    @contextmanager
    def _in_turn(self, abandoned: Callable[[], bool]) -> Iterator[None]:
        while not self._turn.acquire(timeout=_TURN_POLL_S):
            if abandoned():
                raise Abandoned
        try:
            yield
        finally:
            self._turn.release()


class _Reply:
    """Collects llama.cpp's callbacks, which must not raise."""

    def __init__(self, say: Callable[[str], None], abandoned: Callable[[], bool]) -> None:
        self._say = say
        self._abandoned = abandoned
        self._failure: Exception | None = None
        self._outcome = Completion()

    def on_chunk(self, chunk: dict[str, Any]) -> bool:
        """True stops the generation."""
        try:
            self._take(chunk)
        except Exception as error:  # noqa: BLE001 - raised again by finished(), on this side of the C++ frames
            self._failure = error
        return self._failure is not None

    def finished(self) -> Completion:
        if self._failure:
            raise self._failure
        return self._outcome

    def _take(self, chunk: dict[str, Any]) -> None:
        if error := chunk.get("error"):
            raise EngineError(error["code"], error["message"])
        if self._abandoned():
            raise Abandoned
        for choice in chunk.get("choices", []):
            if text := choice["delta"].get("content"):
                self._say(text)
            self._outcome.reason = choice["finish_reason"] or self._outcome.reason
        if timings := chunk.get("timings"):
            self._measure(timings)

    def _measure(self, timings: Mapping[str, Any]) -> None:
        self._outcome.prompt_tokens = timings["cache_n"] + timings["prompt_n"]
        self._outcome.prompt_ms = timings["prompt_ms"]
        self._outcome.completion_tokens = timings["predicted_n"]
        self._outcome.completion_ms = timings["predicted_ms"]


def _parameters(xllamacpp: Any, model_file: Path) -> Any:
    threads = _threads()
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(model_file)
    parameters.n_ctx = CONTEXT_TOKENS
    parameters.n_parallel = 1
    parameters.n_batch = parameters.n_ubatch = BATCH_TOKENS
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    parameters.embedding = True  # beside chat
    parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    # It opens a listener of its own, which nobody may use.
    parameters.api_keys = [secrets.token_hex(32)]
    parameters.cors_origins = "http://127.0.0.1"
    parameters.ui = False
    parameters.endpoint_slots = False
    parameters.verbosity = 1
    return parameters


def _threads() -> int:
    """One core stays free: beside a busy process all of them would be several times slower than one."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores - 1, _MOST_THREADS))
