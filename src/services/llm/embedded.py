"""The small offline model: a child process that speaks the Ollama API, started when it is first needed.

A crash, an illegal instruction or running out of memory ends the child and the reply it was writing, nothing else; the
next call starts another one.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncGenerator, Awaitable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from src.addresses import OllamaHost
from src.errors import ModelCut, ModelError, ModelMissing, ModelUnreachable
from src.services.llm import weights
from src.services.llm.child_process import EXPLAINED, ChildProcess
from src.services.llm.embedded_requirements import missing_requirement
from src.services.llm.ollama import OllamaModel
from src.services.llm.protocol import (
    Delta,
    ModelDetails,
    ModelInfo,
    PromptMessage,
    ProviderState,
    PullProgress,
    RunningModel,
    ToolSpec,
    Vectors,
)

LABEL: Final = "small offline model"
# What keeps a model of this size on its subject; a Locrit's own options go first.
SAMPLING: Final = {"temperature": 0.2, "top_p": 0.9, "repeat_penalty": 1.1, "num_predict": 1024}
SYSTEM_PROMPT: Final = "You are a friendly and helpful assistant. Answer briefly and in plain words."

_SERVER: Final = "src.services.llm.embedded_server"
_USE_OLLAMA: Final = "Your message is saved. Start Ollama, then retry."
_READY_POLL_S: Final = 0.05
# A dying process closes its sockets a moment before it can be waited for.
_DEATH_S: Final = 0.5

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class EmbeddedModel:
    """Weights are kept in `data_dir`, unless `model_file` names a .gguf file. Timeouts are as for OllamaModel."""

    def __init__(self, data_dir: Path, model_file: Path | None = None, *, load_timeout: float, timeout: float) -> None:
        self.name = model_file.stem.lower() if model_file else weights.NAME
        self._data_dir = data_dir.resolve()
        self._model_file = model_file.resolve() if model_file else None
        self._load_timeout = load_timeout
        self._timeout = timeout
        self._child: ChildProcess | None = None
        self._ollama: OllamaModel | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def start(self) -> None:
        """Returns when the model is in memory. Raises ModelUnreachable when it cannot be, saying why."""
        ollama = await self._running()
        while not await self._explained(ollama.running()):  # noqa: ASYNC110 - another process loads it
            await asyncio.sleep(_READY_POLL_S)

    async def chat(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        options: Mapping[str, Any] | None = None,
        think: str = "",
        tools: Sequence[ToolSpec] = (),
    ) -> AsyncGenerator[Delta, None]:
        self._require(model)
        ollama = await self._running()
        try:
            deltas = ollama.chat(model, _with_system_prompt(messages), {**SAMPLING, **(options or {})}, think, tools)
            async with aclosing(deltas):
                async for delta in deltas:
                    yield delta
        except (ModelUnreachable, ModelCut) as error:
            raise await self._explanation(error) from error

    async def list(self) -> list[ModelInfo]:
        """Known without starting it; empty where it cannot run."""
        if missing_requirement() or (self._model_file and not self._model_file.is_file()):
            return []
        loaded = (await self.state()).status == "ready"
        if self._model_file:
            size = self._model_file.stat().st_size
            return [ModelInfo(self.name, "embedded", size=size, loaded=loaded, label=LABEL)]
        known = ModelInfo(self.name, "embedded", weights.GGUF_BYTES, "135M", "Q4_1", "llama", label=LABEL)
        return [replace(known, loaded=loaded)]

    async def show(self, model: str) -> ModelDetails:
        self._require(model)
        return await self._explained((await self._running()).show(model))

    async def window(self, model: str) -> int | None:
        self._require(model)
        return await self._explained((await self._running()).window(model))

    async def load(self, model: str) -> None:
        self._require(model)
        await self.start()

    async def running(self) -> Sequence[RunningModel]:
        """Does not start it."""
        is_alive = self._child is not None and self._child.exit_code() is None
        return await self._explained(self._ollama.running()) if self._ollama and is_alive else []

    async def unload(self, model: str) -> None:
        """The next message starts it again."""
        self._require(model)
        async with self._starting:
            await self._stop()

    async def delete(self, model: str) -> None:
        self._require(model)
        raise ModelError("The small offline model belongs to Locrit and stays.", hint="Unload it to free its memory.")

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        if model == self.name:
            await self.start()
            yield PullProgress("success")
            return
        raise ModelUnreachable(f"Ollama is needed to pull {model}.", hint="Start Ollama, then retry.")

    async def embed(self, model: str, texts: Sequence[str]) -> Vectors:
        self._require(model)
        return await self._explained((await self._running()).embed(model, texts))

    async def state(self) -> ProviderState:
        """Does not start it."""
        if reason := missing_requirement():
            return self._state("unavailable", f"The small offline model cannot run here. {reason}")
        if self._child is None:
            return self._state("starting", "The small offline model starts with the first message.")
        if self._child.exit_code() is not None:
            return self._state("unavailable", self._cause_of_death(self._child))
        return await self._state_of(self._child)

    async def close(self) -> None:
        self._closed = True
        async with self._starting:
            await self._stop()

    async def _running(self) -> OllamaModel:
        """The client of a living child, started if there is none. Does not wait for the model to load."""
        async with self._starting:
            if self._child is None or self._ollama is None or self._child.exit_code() is not None:
                await self._stop()
                self._ollama = self._spawn()
            return self._ollama

    def _spawn(self) -> OllamaModel:
        if self._closed:
            raise ModelUnreachable("The server is stopping.", hint="Your message is saved. Retry in a moment.")
        if reason := missing_requirement():
            raise ModelUnreachable(f"The small offline model cannot run here. {reason}", hint=_USE_OLLAMA)
        source = ("--model", self._model_file) if self._model_file else ("--data-dir", self._data_dir)
        self._child = ChildProcess.start(_SERVER, "--name", self.name, *map(str, source))
        return OllamaModel(
            OllamaHost("http", "127.0.0.1", self._child.port),
            load_timeout=self._load_timeout,
            timeout=self._timeout,
            label="The small offline model",
        )

    async def _stop(self) -> None:
        child, self._child = self._child, None
        ollama, self._ollama = self._ollama, None
        if child:
            await child.kill()
        if ollama:
            await ollama.close()

    def _require(self, model: str) -> None:
        if model != self.name:
            raise ModelMissing(f"The model {model} is not here: only {self.name} runs without Ollama.", model=model)

    async def _explained(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await call
        except (ModelUnreachable, ModelCut) as error:
            raise await self._explanation(error) from error

    async def _explanation(self, error: ModelError) -> ModelError:
        """`error` itself while the child lives, else the cause of its death under the same name."""
        child = self._child
        if child is None or not await child.ended(_DEATH_S):
            return error
        log.warning("the embedded model ended with %s; its log:\n%s", child.exit_code(), child.log_tail())
        return type(error)(self._cause_of_death(child), hint="Your message is saved. Retry, or start Ollama.")

    async def _state_of(self, child: ChildProcess) -> ProviderState:
        try:
            loaded = self._ollama is not None and await self._ollama.running()
        except ModelError as error:
            return self._state("unavailable", (await self._explanation(error)).message)
        if loaded:
            return self._state("ready", f"The {LABEL} answers. It is quick and forgetful: Ollama gives better replies.")
        return self._state("starting", child.last_words() or "The small offline model is starting.")

    def _state(self, status: Any, detail: str) -> ProviderState:
        return ProviderState("embedded", status, detail)

    def _cause_of_death(self, child: ChildProcess) -> str:
        code = child.exit_code() or 0
        if code == EXPLAINED:
            return child.last_words()
        cause = f"code {code}" if code >= 0 else signal.Signals(-code).name
        if code == -signal.SIGKILL:
            cause += ", perhaps because memory ran out"
        return f"The small offline model stopped unexpectedly ({cause}). The next message starts it again."


def _with_system_prompt(messages: Sequence[PromptMessage]) -> Sequence[PromptMessage]:
    if any(message["role"] == "system" for message in messages):
        return messages
    return [{"role": "system", "content": SYSTEM_PROMPT}, *messages]
