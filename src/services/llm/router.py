"""Which provider answers: Ollama where it runs, else the small offline model; Ollama again as soon as it is back."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Coroutine, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any, Final, TypeVar

from src.config import Settings
from src.errors import ModelError, ModelUnreachable
from src.events import EventBus, ModelState
from src.services.llm.embedded import EmbeddedModel
from src.services.llm.hosts import Models, OtherOllamas, check_can_chat, first_that_chats
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

PROBE_TIMEOUT_S: Final = 0.3
# While the offline model answers, calls look this often whether Ollama has appeared.
PROBE_INTERVAL_S: Final = 5.0
_PROGRESS_S: Final = 0.5
FIXED_BY: Final = "LOCRIT_DEFAULT_MODEL"
"""What counts for more than the default model that people choose."""

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class LanguageModels:
    """The models of this server, as one `LanguageModel`. Publishes ModelState whenever `state()` changes."""

    def __init__(self, settings: Settings, events: EventBus, *, probe_interval_s: float = PROBE_INTERVAL_S) -> None:
        self._settings = settings
        self._events = events
        self._probe_interval_s = probe_interval_s
        self._ollama = OllamaModel(
            settings.ollama, load_timeout=settings.model_load_timeout, timeout=settings.model_timeout
        )
        self._embedded = EmbeddedModel(
            settings.data_dir,
            settings.embedded_model,
            load_timeout=settings.model_load_timeout,
            timeout=settings.model_timeout,
        )
        self.others = OtherOllamas(settings)
        self._ollama_detail = ""
        self._ollama_answers: bool | None = None
        self._probed_at = 0.0
        self._probing = asyncio.Lock()
        self._announced: ProviderState | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def load_timeout_s(self) -> float:
        """How long a model may be silent before it begins to answer."""
        return self._settings.model_load_timeout

    async def start(self) -> None:
        """Finds and warms up the provider in the background."""
        self._in_background(self._warm_up())

    def at(self, host: str) -> Models:
        """Those of another host: see `OtherOllamas`. Raises ModelUnreachable."""
        return self.others.at(host) if host else self

    async def default_model(self, wanted: str = "") -> str:
        """The model of a Locrit without one: what LOCRIT_DEFAULT_MODEL says, else the wanted one, else the first
        installed that can chat, and rather one that does not think first: a small one may do nothing else.

        What is set holds for Ollama; the offline model stands in for it when no Ollama answers. Raises ModelMissing,
        and ModelCannotChat for a setting that names a model for other work.
        """
        default = self._settings.default_model or wanted
        models = await self.list()
        if default and await self._current() is self._ollama:
            check_can_chat(models, default, FIXED_BY if self._settings.default_model else "the page of the models")
            return default
        return first_that_chats(models, default)

    async def provider(self) -> str:
        """Which one would answer now."""
        return "ollama" if await self._current() is self._ollama else "embedded"

    async def chat(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        options: Mapping[str, Any] | None = None,
        think: str = "",
        tools: Sequence[ToolSpec] = (),
    ) -> AsyncGenerator[Delta, None]:
        provider = await self._provider_of(model)
        try:
            async with aclosing(provider.chat(model, messages, options, think, tools)) as deltas:
                async for delta in deltas:
                    yield delta
        except ModelError:
            await self._look_again()
            raise

    async def list(self) -> list[ModelInfo]:
        """Ollama's models first; in `auto` the offline one is there too."""
        provider = await self._current()
        models = await self._watched(provider.list())
        if provider is self._ollama and self._is_auto:
            names = {model.name for model in models}
            models += [model for model in await self._embedded.list() if model.name not in names]
        return models

    async def show(self, model: str) -> ModelDetails:
        return await self._watched((await self._provider_of(model)).show(model))

    async def window(self, model: str) -> int | None:
        return await self._watched((await self._provider_of(model)).window(model))

    async def load(self, model: str) -> None:
        await self._watched((await self._provider_of(model)).load(model))

    async def running(self) -> Sequence[RunningModel]:
        return await self._watched((await self._current()).running())

    async def unload(self, model: str) -> None:
        await self._watched((await self._provider_of(model)).unload(model))

    async def delete(self, model: str) -> None:
        await self._watched((await self._provider_of(model)).delete(model))

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        async with aclosing((await self._current()).pull(model)) as steps:
            async for step in steps:
                yield step

    async def embed(self, model: str, texts: Sequence[str]) -> Vectors:
        return await self._watched((await self._provider_of(model)).embed(model, texts))

    async def state(self) -> ProviderState:
        state = await (await self._current()).state()
        if state.provider == "ollama" and state.status == "unavailable" and self._is_auto:
            await self._look_again()
            state = await (await self._current()).state()
        if state.provider == "embedded" and state.status == "unavailable" and self._is_auto:
            detail = f"{self._ollama_detail} {state.detail}"
            state = ProviderState("none", "unavailable", detail, str(self._ollama.host))
        self._announce(state)
        return state

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._embedded.close()
        await self._ollama.close()
        await self.others.close()

    @property
    def _is_auto(self) -> bool:
        return self._settings.llm == "auto"

    async def _provider_of(self, model: str) -> OllamaModel | EmbeddedModel:
        provider = await self._current()
        if not self._is_auto:
            return provider
        if provider is self._embedded and model != self._embedded.name:
            raise ModelUnreachable(f"The model {model} needs Ollama. {self._ollama_detail}")
        if provider is self._ollama and model == self._embedded.name and not await self._ollama_has(model):
            return self._embedded
        return provider

    async def _ollama_has(self, model: str) -> bool:
        return any(installed.name == model for installed in await self._watched(self._ollama.list()))

    async def _current(self) -> OllamaModel | EmbeddedModel:
        if self._is_auto and not self._ollama_answers:
            async with self._probing:
                if self._ollama_answers is None or time.monotonic() - self._probed_at > self._probe_interval_s:
                    await self._probe()
        if self._settings.llm == "ollama" or (self._is_auto and self._ollama_answers):
            return self._ollama
        return self._embedded

    async def _look_again(self) -> None:
        """After a failure: is Ollama still there?"""
        if self._is_auto:
            async with self._probing:
                await self._probe()

    async def _probe(self) -> None:
        before = self._ollama_answers
        state = await self._ollama.state(PROBE_TIMEOUT_S)
        self._ollama_answers, self._ollama_detail = state.status == "ready", state.detail
        self._probed_at = time.monotonic()
        if before is not None and before != self._ollama_answers:
            log.info("%s", state.detail)
            self._in_background(self._warm_up())

    async def _watched(self, call: Awaitable[Answer]) -> Answer:
        try:
            return await call
        except ModelError:
            await self._look_again()
            raise

    async def _warm_up(self) -> None:
        """Gets the provider of now ready, and announces each change on the way."""
        if await self._current() is self._embedded:
            loading = asyncio.ensure_future(self._embedded.start())
            try:
                while not loading.done():
                    await self.state()
                    await asyncio.wait({loading}, timeout=_PROGRESS_S)
            finally:
                loading.cancel()
            if not loading.cancelled() and (error := loading.exception()):
                log.warning("the embedded model did not start: %s", error)
        await self.state()

    def _announce(self, state: ProviderState) -> None:
        if state != self._announced:
            self._announced = state
            self._events.publish(ModelState(**asdict(state)))

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(_logged(work), name="language models")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except Exception:  # the edge of a background task
        log.exception("looking after the language models failed")
