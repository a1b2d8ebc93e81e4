"""Models served by Ollama over HTTP: the one code path, also used for the embedded model's child process."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from typing import Any, Final, TypeVar, cast

import httpx
import ollama

from src import awake
from src.config import is_loopback
from src.errors import ModelCut, ModelError
from src.services.llm.ndjson import lines
from src.services.llm.ollama_errors import FAILURES, Patience, translate
from src.services.llm.parts import ChatPart, Deltas
from src.services.llm.protocol import (
    ChatMessage,
    Delta,
    ModelDetails,
    ModelInfo,
    ProviderState,
    PullProgress,
    Vectors,
)

PROBE_TIMEOUT_S: Final = 2.0
# Of a model that does not say how much it can read.
UNTOLD_CONTEXT_TOKENS: Final = 4096

Part = TypeVar("Part")


class _Client(ollama.AsyncClient):
    async def chat_whole(
        self, model: str, messages: Sequence[ChatMessage], options: Mapping[str, Any] | None
    ) -> AsyncIterator[ChatPart]:
        """A prompt that does not fit is refused, instead of cut unseen; a reply that fills the window ends with
        `length`, instead of pushing the prompt out. Fields of the API that `chat` does not know; older versions of
        Ollama ignore them. https://docs.ollama.com/api/chat"""
        body = {"model": model, "messages": list(messages), "options": dict(options or {}), "stream": True}
        unshortened = {"truncate": False, "shift": False}
        return self._parts(ChatPart, "POST", "/api/chat", json=body | unshortened)

    async def version(self) -> str:
        response: httpx.Response = await self._request_raw("GET", "/api/version")  # type: ignore[no-untyped-call]
        return str(response.json()["version"])

    async def _parts(self, cls: type[Part], *args: Any, **kwargs: Any) -> AsyncGenerator[Part, None]:
        http = cast(httpx.AsyncClient, self._client)
        async with http.stream(*args, **kwargs) as response:
            if response.is_error:
                await response.aread()
                raise ollama.ResponseError(response.text, response.status_code)
            async for line in lines(response.aiter_text()):
                part = json.loads(line)
                if error := part.get("error"):
                    raise ollama.ResponseError(error)
                yield cls(**part)


class OllamaModel:
    """Speaks to the Ollama at `host`; `label` names it in sentences for people.

    `load_timeout` is the seconds of silence allowed before the first part of an answer, `timeout` between two parts;
    those in which this machine sleeps do not count.
    """

    def __init__(self, host: str, *, load_timeout: float, timeout: float, label: str = "Ollama") -> None:
        self.host = host
        self._label = label
        self._loading = Patience(load_timeout, "LOCRIT_MODEL_LOAD_TIMEOUT")
        self._writing = Patience(timeout, "LOCRIT_MODEL_TIMEOUT")
        # A connection per request: one that a restarted Ollama left dead in a pool would fail the next call, and
        # httpx's look into its pool needs a `select` that eventlet replaces.
        self._client = _Client(host, headers={"connection": "close"}, trust_env=not is_loopback(_hostname(host)))

    async def chat(
        self, model: str, messages: Sequence[ChatMessage], options: Mapping[str, Any] | None = None
    ) -> AsyncGenerator[Delta, None]:
        request = self._client.chat_whole(model, messages, options)
        heard = self._parts(request, self._writing, model)
        async with aclosing(heard), aclosing(self._deltas(heard)) as deltas:
            async for delta in deltas:
                yield delta

    async def list(self) -> list[ModelInfo]:
        async with self._translated():
            response = await self._client.list()
        return sorted((_model_info(model) for model in response.models), key=lambda info: info.name)

    async def show(self, model: str) -> ModelDetails:
        async with self._translated(model):
            response = await self._client.show(model)
        return ModelDetails(model, _context_length(response), _num_ctx(response), tuple(response.capabilities or ()))

    async def window(self, model: str) -> int | None:
        async with self._translated(model):
            response = await self._client.ps()
        names = (model, f"{model}:latest")
        return next((running.context_length for running in response.models if running.model in names), None)

    async def load(self, model: str) -> None:
        async with self._translated(model):
            await self._client.generate(model)

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        request = self._client.pull(model, stream=True)
        # Checking the digest of a large layer is silent for longer than a token takes.
        async with aclosing(self._parts(request, self._loading, model)) as steps:
            async for part in steps:
                yield PullProgress(part.status or "", part.completed or 0, part.total or 0)

    async def embed(self, model: str, texts: Sequence[str]) -> Vectors:
        async with self._translated(model):
            response = await self._client.embed(model, list(texts))
        return [list(vector) for vector in response.embeddings]

    async def loaded(self) -> Sequence[str]:
        """Names of the models in memory."""
        async with self._translated():
            response = await self._client.ps()
        return [running.model or "" for running in response.models]

    async def state(self, timeout_s: float = PROBE_TIMEOUT_S) -> ProviderState:
        try:
            async with self._translated(timeout_s=timeout_s):
                version = await self._client.version()
        except ModelError as error:
            return ProviderState("ollama", "unavailable", error.message, self.host)
        return ProviderState("ollama", "ready", f"Ollama {version} answers at {self.host}.", self.host, version)

    async def close(self) -> None:
        await self._client.close()  # type: ignore[no-untyped-call]

    async def _deltas(self, heard: AsyncIterator[ChatPart]) -> AsyncGenerator[Delta, None]:
        """Until the last part; where a server names none, it is the one with the reason behind which nothing comes."""
        deltas, last = Deltas(), None
        try:
            async for part in heard:
                if (delta := deltas.of(part)) != Delta(""):
                    yield delta
                last = part if part.done or part.may_be_last else None
                if part.done:
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
        self, request: Awaitable[AsyncIterator[Part]], then: Patience, model: str
    ) -> AsyncGenerator[Part, None]:
        """Each part of a streamed response within its time limit; closing this closes the HTTP stream."""
        patience, begun = self._loading, False
        async with aclosing(cast(AsyncGenerator[Part, None], await request)) as stream:
            while True:
                try:
                    async with awake.timeout(patience.seconds):
                        part = await anext(stream)
                except StopAsyncIteration:
                    return
                except FAILURES as error:
                    raise self._translate(error, patience, model, begun=begun) from error
                patience, begun = then, True
                yield part

    @asynccontextmanager
    async def _translated(self, model: str = "", timeout_s: float | None = None) -> AsyncGenerator[None, None]:
        patience = Patience(timeout_s) if timeout_s else self._loading
        try:
            async with awake.timeout(patience.seconds):
                yield
        except FAILURES as error:
            raise self._translate(error, patience, model) from error

    def _translate(self, error: Exception, patience: Patience, model: str, *, begun: bool = False) -> ModelError:
        return translate(error, label=self._label, host=self.host, model=model, begun=begun, patience=patience)


def _hostname(host: str) -> str:
    return httpx.URL(host).host


def _model_info(model: ollama.ListResponse.Model) -> ModelInfo:
    details = dict(model.details or {})
    name, family = model.model or "", details.get("family") or ""
    return ModelInfo(
        name=name,
        provider="ollama",
        size=int(model.size or 0),
        parameter_size=details.get("parameter_size") or "",
        quantization=details.get("quantization_level") or "",
        family=family,
        can_chat=_can_chat(name, [family, *(details.get("families") or ())]),
        modified_at=model.modified_at.isoformat() if model.modified_at else None,
    )


def _can_chat(name: str, families: Sequence[str]) -> bool:
    return "embed" not in name and not any("bert" in family for family in families)


def _context_length(response: ollama.ShowResponse) -> int:
    told = (n for key, n in (response.modelinfo or {}).items() if key.endswith(".context_length"))
    return int(next(told, UNTOLD_CONTEXT_TOKENS))


def _num_ctx(response: ollama.ShowResponse) -> int | None:
    for line in (response.parameters or "").splitlines():
        match line.split():
            case ["num_ctx", tokens]:
                return int(tokens)
    return None
