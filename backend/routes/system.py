"""The server itself: is it there, is it well, which models has it."""

from dataclasses import asdict

from backend.async_bridge import AsyncBridge
from backend.protocol.system import Health, Model, ModelList, ModelState, OllamaModels, OllamaStatus, Pong
from backend.routing import endpoint
from backend.version import VERSION
from src.application import Application
from src.errors import LocritError, ModelCannotChat, ModelMissing
from src.services.llm.protocol import ModelInfo

CHECK_WITHIN_S = 3.0


class SystemRoutes:
    noun = "system"

    def __init__(self, application: Application, bridge: AsyncBridge) -> None:
        self._models = application.models
        self._database = application.database
        self._bridge = bridge

    @endpoint("GET", "/api/models", ModelList)
    async def list_models(self) -> ModelList:
        """Installed models, the default one, and the state of what runs them; none while that is unavailable."""
        state = ModelState(**asdict(await self._models.state()))
        if state.status == "unavailable":
            return ModelList(models=[], default="", state=state)
        models = [_model(info) for info in await self._models.list()]
        return ModelList(models=models, default=await self._default(), state=state)

    @endpoint("GET", "/api/ollama/models", OllamaModels, sentences=True)
    async def list_ollama_models(self) -> OllamaModels:
        """The names of the installed models."""
        names = [info.name for info in await self._models.list()]
        return OllamaModels(models=names, count=len(names))

    @endpoint("GET", "/api/ollama/status", OllamaStatus, sentences=True)
    async def ollama_status(self) -> OllamaStatus:
        """Whether Ollama answers."""
        state = await self._models.state()
        return OllamaStatus(
            available=state.provider == "ollama" and state.status == "ready",
            host=state.host or "",
            version=state.version,
            message=state.detail,
        )

    @endpoint("GET", "/api/v1/ping", Pong, sentences=True)
    async def ping(self) -> Pong:
        """Whether this is a Locrit server."""
        return Pong(version=VERSION)

    @endpoint("GET", "/health", Health, also=503, sentences=True)
    def health(self) -> tuple[Health, int]:
        """200 while database and event loop work, else 503; a missing model does not make a server unhealthy."""
        loop = self._bridge.alive()
        database = loop and self._checked()
        well = loop and database
        model = self._state() if loop else ModelState(provider="none", status="unavailable", detail="Not asked.")
        status = "ok" if well else "unhealthy"
        health = Health(
            status=status,
            database=database,
            loop=loop,
            longest_stall_ms=round(self._bridge.heartbeat.longest_stall_s * 1000, 1),
            model=model,
            version=VERSION,
        )
        return health, 200 if well else 503

    async def _default(self) -> str:
        try:
            return await self._models.default_model()
        except (ModelMissing, ModelCannotChat):
            return ""

    def _checked(self) -> bool:
        try:
            return self._bridge.run(self._database.check(), timeout=CHECK_WITHIN_S)
        except LocritError:
            return False

    def _state(self) -> ModelState:
        try:
            return ModelState(**asdict(self._bridge.run(self._models.state(), timeout=CHECK_WITHIN_S)))
        except LocritError as error:
            return ModelState(provider="none", status="unavailable", detail=error.message)


def _model(info: ModelInfo) -> Model:
    label = "Small offline model" if info.provider == "embedded" else info.name.removesuffix(":latest")
    return Model(
        name=info.name,
        provider=info.provider,
        label=label,
        size=info.size,
        parameter_size=info.parameter_size,
        quantization=info.quantization,
        family=info.family,
        can_chat=info.can_chat,
    )
