"""Models: which are installed, which one is the default, and installing others."""

from dataclasses import asdict

from backend.protocol.system import Model, ModelList, ModelPull, OllamaModels, OllamaStatus, PullModel
from backend.routing import endpoint
from src.application import Application
from src.entities import Failure
from src.errors import ModelCannotChat, ModelMissing
from src.events import ModelState
from src.operations import Caller
from src.services.llm.protocol import ModelInfo
from src.services.outcome import failure_of


class ModelRoutes:
    noun = "models"

    def __init__(self, application: Application) -> None:
        self._models = application.models
        self._pulls = application.pulls

    @endpoint("GET", "/api/models", ModelList)
    async def list_models(self) -> ModelList:
        """Installed models, the default one, and the state of what runs them; none while that is unavailable."""
        state = ModelState(**asdict(await self._models.state()))
        pulls = [ModelPull.of(pull) for pull in self._pulls.all()]
        if state.status == "unavailable":
            return ModelList(models=[], default="", state=state, pulls=pulls)
        models = [_model(info) for info in await self._models.list()]
        default, error = await self._default()
        return ModelList(models=models, default=default, default_error=error, state=state, pulls=pulls)

    @endpoint("POST", "/api/models/pull", ModelPull, status=202, also=200, body=PullModel)
    async def pull_model(self, caller: Caller, body: PullModel) -> tuple[ModelPull, int]:
        """Install a model: 202, or 200 when that runs or was asked before. `GET /api/models` tells how far it is."""
        pull, begun = self._pulls.begin(caller, body.model.strip(), body.op_id)
        return ModelPull.of(pull), 202 if begun else 200

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

    async def _default(self) -> tuple[str, Failure | None]:
        try:
            return await self._models.default_model(), None
        except (ModelMissing, ModelCannotChat) as error:
            return "", failure_of(error)


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
        thinks=info.thinks,
        think=list(info.think),
        loaded=info.loaded,
    )
