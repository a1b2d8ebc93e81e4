"""The server itself, as older clients ask for it."""

from typing import Literal

from pydantic import Field

from backend.async_bridge import AsyncBridge
from backend.protocol.fields import ResponseModel
from backend.protocol.system import Health
from backend.routes.system import SystemRoutes
from backend.routing import endpoint
from src.application import Application
from src.entities import Timestamp
from src.ids import now_ms


class ServerHealth(Health):
    status: Literal["healthy", "unhealthy"]  # type: ignore[assignment]  # their word
    service: Literal["locrit"] = "locrit"
    timestamp: Timestamp = Field(default_factory=now_ms)


class OllamaModels(ResponseModel):
    """The names that a Locrit's `model` can be, as older clients list them."""

    success: Literal[True] = True
    models: list[str]
    count: int


class OllamaStatus(ResponseModel):
    success: Literal[True] = True
    available: bool
    host: str
    version: str | None = None
    message: str


class ServerDialect:
    noun = "server_dialect"

    def __init__(self, application: Application, bridge: AsyncBridge) -> None:
        self._ours = SystemRoutes(application, bridge)
        self._models = application.models

    @endpoint("GET", "/health", ServerHealth, also=503)
    def health(self) -> tuple[ServerHealth, int]:
        """200 while database and event loop work, else 503."""
        health, status = self._ours.health()
        return ServerHealth(**dict(health) | {"status": "healthy" if status == 200 else "unhealthy"}), status

    @endpoint("GET", "/api/ollama/models", OllamaModels)
    async def list_ollama_models(self) -> OllamaModels:
        """The names of the installed models."""
        names = [info.name for info in await self._models.list()]
        return OllamaModels(models=names, count=len(names))

    @endpoint("GET", "/api/ollama/status", OllamaStatus)
    async def ollama_status(self) -> OllamaStatus:
        """Whether Ollama answers."""
        state = await self._models.state()
        return OllamaStatus(
            available=state.provider == "ollama" and state.status == "ready",
            host=state.host or "",
            version=state.version,
            message=state.detail,
        )
