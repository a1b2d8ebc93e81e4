"""Models served by Ollama over HTTP: the one code path, also used for the embedded model's child process."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final, TypeVar, cast

from src import awake
from src.addresses import OllamaHost
from src.errors import ModelCut, ModelError, ThinkingRefused, ToolsRefused
from src.services.llm.chatting import seems_to_chat
from src.services.llm.ollama_client import OllamaClient, ollama
from src.services.llm.ollama_errors import FAILURES, Patience, translate
from src.services.llm.ollama_shown import details_of
from src.services.llm.parts import ChatPart, Deltas, up_to_the_last
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

PROBE_TIMEOUT_S: Final = 2.0
FOR_EVER_YEAR: Final = 2200
"""Ollama tells a model that stays in memory for ever by a moment far away, or by none."""

Part = TypeVar("Part")


class OllamaModel:
    """Speaks to the Ollama at `host`; `label` names it in sentences for people.

    `load_timeout` is the seconds of silence allowed before the first part of an answer, `timeout` between two parts;
    those in which this machine sleeps do not count.
    """

    def __init__(self, host: OllamaHost, *, load_timeout: float, timeout: float, label: str = "Ollama") -> None:
        self.host = host
        self._label = label
        self._loading = Patience(load_timeout, "LOCRIT_MODEL_LOAD_TIMEOUT")
        self._writing = Patience(timeout, "LOCRIT_MODEL_TIMEOUT")
        self._details: dict[tuple[str, str], ModelDetails] = {}
        self._refusing: set[str] = set()
        self._toolless: set[str] = set()
        """Models that refused what they say of themselves."""
        """Models that refused to be told whether to think."""

    @cached_property
    def _client(self) -> OllamaClient:
        """Made when it is first needed. Raises ModelUnreachable for an environment that cannot be used."""
        return OllamaClient(self.host)

    async def chat(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        options: Mapping[str, Any] | None = None,
        think: str = "",
        tools: Sequence[ToolSpec] = (),
    ) -> AsyncGenerator[Delta, None]:
        try:
            async with aclosing(self._chat(model, messages, options, self._thinks(model, think), tools)) as deltas:
                async for delta in deltas:
                    yield delta
        except ThinkingRefused:
            self._refusing.add(model)
            async with aclosing(self._chat(model, messages, options, None, tools)) as deltas:
                async for delta in deltas:
                    yield delta

    async def list(self) -> list[ModelInfo]:
        """What each is made for is asked once."""
        async with self._translated():
            response = await self._client.list()
        loaded = await self._loaded_if_told()
        infos = await asyncio.gather(*(self._model_info(model, loaded) for model in response.models))
        return sorted(infos, key=lambda info: info.name)

    async def show(self, model: str) -> ModelDetails:
        async with self._translated(model):
            return self._as_proven(details_of(model, await self._client.show_whole(model)))

    async def window(self, model: str) -> int | None:
        async with self._translated(model):
            response = await self._client.ps()
        names = (model, f"{model}:latest")
        return next((running.context_length for running in response.models if running.model in names), None)

    async def load(self, model: str) -> None:
        async with self._translated(model):
            await self._client.generate(model)

    async def unload(self, model: str) -> None:
        async with self._translated(model):
            await self._client.generate(model, keep_alive=0)

    async def delete(self, model: str) -> None:
        async with self._translated(model):
            await self._client.delete(model)

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        request: Any = self._client.pull(model, stream=True)
        # Checking the digest of a large layer is silent for longer than a token takes.
        async with aclosing(self._parts(request, self._loading, model, pulling=True)) as steps:
            async for together in steps:
                for part in together:
                    yield PullProgress(part.status or "", part.completed or 0, part.total or 0, part.digest or "")
                    if part.status == "success":
                        return
        raise ModelCut(f"{self._label} ended the download before it was complete.")

    async def embed(self, model: str, texts: Sequence[str]) -> Vectors:
        async with self._translated(model):
            response = await self._client.embed(model, list(texts))
        return [list(vector) for vector in response.embeddings]

    async def running(self) -> Sequence[RunningModel]:
        async with self._translated():
            response = await self._client.ps()
        return [
            RunningModel(
                each.model or "",
                size=int(each.size or 0),
                size_vram=int(each.size_vram or 0),
                context_length=each.context_length,
                until=each.expires_at.isoformat() if each.expires_at and not _for_ever(each.expires_at) else None,
            )
            for each in response.models
        ]

    async def loaded(self) -> Sequence[str]:
        """Names of the models in memory."""
        return [each.name for each in await self.running()]

    async def _loaded_if_told(self) -> Sequence[str]:
        """Older versions of Ollama do not tell."""
        try:
            return await self.loaded()
        except ModelError:
            return ()

    async def state(self, timeout_s: float = PROBE_TIMEOUT_S) -> ProviderState:
        try:
            async with self._translated(timeout_s=timeout_s):
                version = await self._client.version()
        except ModelError as error:
            return ProviderState("ollama", "unavailable", error.message, str(self.host))
        return ProviderState("ollama", "ready", f"Ollama {version} answers at {self.host}.", str(self.host), version)

    async def close(self) -> None:
        if "_client" in self.__dict__:
            await self._client.close()  # type: ignore[no-untyped-call]

    async def _model_info(self, model: ollama.ListResponse.Model, loaded: Sequence[str]) -> ModelInfo:
        details = dict(model.details or {})
        known = await self._details_of(model)
        return ModelInfo(
            name=model.model or "",
            provider="ollama",
            size=int(model.size or 0),
            parameter_size=details.get("parameter_size") or "",
            quantization=details.get("quantization_level") or "",
            family=details.get("family") or "",
            can_chat=known.can_chat,
            thinks="thinking" in known.capabilities,
            think=known.think,
            tools=known.calls_tools,
            loaded=model.model in loaded,
            capabilities=known.capabilities,
            context_length=known.context_length,
            num_ctx=known.num_ctx,
            token_bytes=known.token_bytes,
            modified_at=model.modified_at.isoformat() if model.modified_at else None,
            digest=model.digest or "",
        )

    async def _details_of(self, model: ollama.ListResponse.Model) -> ModelDetails:
        """Empty where they are not known. Name and family count, too: an embedding model whose file lacks a field is
        said to be capable of chatting."""
        details = dict(model.details or {})
        key = model.model or "", model.digest or ""
        if not seems_to_chat(key[0], [details.get("family") or "", *(details.get("families") or ())]):
            return ModelDetails(key[0], 0, capabilities=("embedding",))
        if key not in self._details:
            try:
                async with asyncio.timeout(PROBE_TIMEOUT_S):
                    self._details[key] = await self.show(key[0])
            except (ModelError, TimeoutError):
                pass  # asked again with the next list
        return self._as_proven(self._details.get(key, ModelDetails(key[0], 0)))

    def _as_proven(self, details: ModelDetails) -> ModelDetails:
        """Without what the model says of itself and has refused."""
        if details.name not in self._toolless:
            return details
        return replace(details, capabilities=tuple(one for one in details.capabilities if one != "tools"))

    def _thinks(self, model: str, think: str) -> bool | str | None:
        """As Ollama is asked: https://docs.ollama.com/capabilities/thinking"""
        return None if not think or model in self._refusing else {"on": True, "off": False}.get(think, think)

    async def _chat(
        self,
        model: str,
        messages: Sequence[PromptMessage],
        options: Mapping[str, Any] | None,
        think: bool | str | None,
        tools: Sequence[ToolSpec],
    ) -> AsyncGenerator[Delta, None]:
        request = self._client.chat_whole(model, messages, options, think, tools)
        heard = self._parts(request, self._writing, model, replying=True)
        try:
            async with aclosing(heard), aclosing(self._deltas(heard)) as deltas:
                async for delta in deltas:
                    yield delta
        except ToolsRefused:
            self._toolless.add(model)
            raise

    async def _deltas(self, heard: AsyncIterator[Sequence[ChatPart]]) -> AsyncGenerator[Delta, None]:
        """Until the last part; where a server names none, it is the one with the reason behind which nothing comes."""
        deltas, last = Deltas(), None
        try:
            async for together in heard:
                parts = up_to_the_last(together)
                for delta in deltas.of(parts):
                    yield delta
                last = parts[-1] if parts[-1].done or parts[-1].may_be_last else None
                if parts[-1].done:
                    break
            if last is None:
                raise ModelCut(f"{self._label} ended the reply before it was complete.")
        except ModelError:
            if last is None:
                if (delta := deltas.rest()) != Delta(""):
                    yield delta
                raise
        yield deltas.last(last)

    async def _parts(
        self, request: Awaitable[AsyncIterator[Sequence[Part]]], then: Patience, model: str, **what: bool
    ) -> AsyncGenerator[Sequence[Part], None]:
        """The parts of a streamed response, those together that came together, each time within the limit; closing this
        closes the HTTP stream."""
        patience, begun = self._loading, False
        limit = awake.timeout(patience.seconds)
        async with aclosing(cast(AsyncGenerator[Sequence[Part], None], await request)) as stream:
            while True:
                try:
                    async with limit:
                        parts = await anext(stream)
                except StopAsyncIteration:
                    return
                except FAILURES as error:
                    raise self._translate(error, patience, model, begun=begun, **what) from error
                if not begun:
                    patience, begun, limit = then, True, awake.timeout(then.seconds)
                yield parts

    @asynccontextmanager
    async def _translated(self, model: str = "", timeout_s: float | None = None) -> AsyncGenerator[None, None]:
        patience = Patience(timeout_s) if timeout_s else self._loading
        try:
            async with awake.timeout(patience.seconds):
                yield
        except FAILURES as error:
            raise self._translate(error, patience, model) from error

    def _translate(self, error: Exception, patience: Patience, model: str, **how: bool) -> ModelError:
        return translate(error, label=self._label, host=self.host, model=model, patience=patience, **how)


def _for_ever(until: datetime | None) -> bool:
    return until is not None and not 1 < until.year < FOR_EVER_YEAR
