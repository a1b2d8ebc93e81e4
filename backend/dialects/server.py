"""The server itself, its configuration and its Ollama, as older frontends ask for them."""

import asyncio
from collections.abc import Sequence
from typing import Any, Literal

from pydantic import AliasChoices, Field

from backend.async_bridge import AsyncBridge
from backend.dialects.defaults import DefaultModel
from backend.protocol.fields import RequestModel, ResponseModel, Title
from backend.protocol.system import Health
from backend.routes.system import SystemRoutes
from backend.routing import endpoint
from src.application import Application
from src.entities import Timestamp
from src.errors import InvalidInput, LocritError, ModelUnreachable, TimedOut
from src.ids import now_ms
from src.operations import Caller
from src.services.llm.protocol import ModelInfo

ANSWERS_WITHIN_S = 10.0
FIRST = 5
THEIR_PORT = 8000
"""Of the API server that their configuration speaks of."""


class ServerHealth(Health):
    status: Literal["healthy", "unhealthy"]  # type: ignore[assignment]  # their word
    service: Literal["locrit"] = "locrit"
    timestamp: Timestamp = Field(default_factory=now_ms)


class OllamaConfig(ResponseModel):
    base_url: str
    default_model: str
    timeout: float


class ApiServer(ResponseModel):
    host: str
    port: int = THEIR_PORT


class Network(ResponseModel):
    api_server: ApiServer


class Config(ResponseModel):
    ollama: OllamaConfig
    network: Network
    memory: dict[str, Any] = Field(default_factory=dict)
    ui: dict[str, Any] = Field(default_factory=dict)


class ConfigAnswer(ResponseModel):
    success: Literal[True] = True
    config: Config


class SaveConfig(RequestModel):
    """By either name. What is set where the server is started is not read."""

    default_model: Title | None = Field(None, validation_alias=AliasChoices("default_model", "ollama_default_model"))


class Saved(ResponseModel):
    success: Literal[True] = True
    message: str = "The default model is saved. What else there is to set is set where the server is started."


class OllamaUrl(RequestModel):
    ollama_url: str = Field("", max_length=500, validation_alias=AliasChoices("ollama_url", "base_url"))


class ListedModel(ResponseModel):
    name: str
    size: int
    modified_at: str | None
    modified: str | None

    @classmethod
    def of(cls, info: ModelInfo) -> "ListedModel":
        return cls(name=info.name, size=info.size, modified_at=info.modified_at, modified=info.modified_at)


class OllamaModels(ResponseModel):
    success: Literal[True] = True
    models: list[ListedModel]
    total_models: int
    count: int


class Tested(ResponseModel):
    success: Literal[True] = True
    message: str
    models: list[str]
    total_models: int
    tested_url: str


class OllamaFailure(ResponseModel):
    """With 500, which these clients read as an Ollama that does not answer."""

    success: Literal[False] = False
    error: str
    message: str
    detail: str
    tested_url: str
    models: list[str] = Field(default_factory=list)


class OllamaStatus(ResponseModel):
    success: Literal[True] = True
    status: Literal["connected", "disconnected"]
    available: bool
    host: str
    version: str | None = None
    message: str


class ServerDialect:
    noun = "server_dialect"

    def __init__(self, application: Application, bridge: AsyncBridge) -> None:
        self._ours = SystemRoutes(application, bridge)
        self._models = application.models
        self._settings = application.settings
        self._server_settings = application.server_settings
        self._default = DefaultModel(application)

    @endpoint("GET", "/health", ServerHealth, also=503)
    def health(self) -> tuple[ServerHealth, int]:
        """200 while database and event loop work, else 503."""
        health, status = self._ours.health()
        return ServerHealth(**dict(health) | {"status": "healthy" if status == 200 else "unhealthy"}), status

    @endpoint("GET", "/api/config", ConfigAnswer)
    async def get_config(self) -> ConfigAnswer:
        ollama = OllamaConfig(
            base_url=str(self._settings.ollama),
            default_model=await self._default.name(),
            timeout=self._settings.model_timeout,
        )
        network = Network(api_server=ApiServer(host=self._settings.host))
        return ConfigAnswer(config=Config(ollama=ollama, network=network))

    @endpoint("POST", "/config/save", Saved, body=SaveConfig)
    @endpoint("POST", "/api/config/save", Saved, body=SaveConfig)
    async def save_config(self, caller: Caller, body: SaveConfig) -> Saved:
        if body.default_model is not None:
            await self._server_settings.edit(caller, {"default_model": body.default_model.strip()})
        return Saved()

    @endpoint("POST", "/config/test-ollama", Tested, also=500, body=OllamaUrl)
    async def test_ollama(self, body: OllamaUrl) -> tuple[Tested | OllamaFailure, int]:
        url = body.ollama_url.strip().rstrip("/")
        if not url:
            raise InvalidInput("ollama_url is missing.")
        try:
            names = [info.name for info in await self._models_at(url)]
        except LocritError as error:
            return _failure(error, url), 500
        message = f"Ollama answers, with {len(names)} models."
        return Tested(message=message, models=names[:FIRST], total_models=len(names), tested_url=url), 200

    @endpoint("GET", "/api/ollama/models", OllamaModels, also=500, query=OllamaUrl)
    async def list_models(self, query: OllamaUrl) -> tuple[OllamaModels | OllamaFailure, int]:
        url = query.ollama_url.strip().rstrip("/")
        try:
            found = [ListedModel.of(info) for info in await (self._models_at(url) if url else self._installed())]
        except LocritError as error:
            return _failure(error, url or str(self._settings.ollama)), 500
        return OllamaModels(models=found, total_models=len(found), count=len(found)), 200

    @endpoint("POST", "/api/ollama/models", OllamaModels, also=500, body=OllamaUrl)
    async def list_models_at(self, body: OllamaUrl) -> tuple[OllamaModels | OllamaFailure, int]:
        return await self.list_models(body)

    @endpoint("GET", "/api/ollama/status", OllamaStatus)
    async def ollama_status(self) -> OllamaStatus:
        """Whether Ollama answers."""
        state = await self._models.state()
        answers = state.provider == "ollama" and state.status == "ready"
        return OllamaStatus(
            status="connected" if answers else "disconnected",
            available=answers,
            host=state.host or "",
            version=state.version,
            message=state.detail,
        )

    async def _installed(self) -> Sequence[ModelInfo]:
        return sorted(await self._models.list(), key=lambda info: info.name)

    async def _models_at(self, url: str) -> Sequence[ModelInfo]:
        """By name. A page may have none asked but those that a Locrit may be set to: this machine's, and those that the
        settings name. Raises InvalidInput, ModelError, TimedOut."""
        host = self._models.others.known_as(url)
        state = None if host else await self._models.state()
        if state is not None and state.provider != "ollama":
            raise ModelUnreachable(state.detail)
        try:
            async with asyncio.timeout(ANSWERS_WITHIN_S):
                return sorted(await self._models.at(host).list(), key=lambda info: info.name)
        except TimeoutError:
            raise TimedOut(f"Nothing answered at {url} within {ANSWERS_WITHIN_S:.0f} s.") from None


def _failure(error: LocritError, url: str) -> OllamaFailure:
    said = dict.fromkeys(("error", "message", "detail"), error.message)
    return OllamaFailure(**said, tested_url=url)
