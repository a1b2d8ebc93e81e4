"""Models: which are installed, which one is the default, and installing others."""

from collections.abc import Mapping
from dataclasses import asdict

from backend.protocol.fields import Done
from backend.protocol.system import (
    EditServerSettings,
    HostQuery,
    LoadedModel,
    Model,
    ModelList,
    ModelQuery,
    PullList,
    PullModel,
    UnloadModel,
)
from backend.routes.locrits import changes
from backend.routing import endpoint
from src.application import Application
from src.entities import ModelPull, ServerSettings
from src.events import ModelState
from src.operations import Caller
from src.services.llm.protocol import ModelInfo


class ModelRoutes:
    noun = "models"

    def __init__(self, application: Application) -> None:
        self._models = application.models
        self._library = application.library
        self._pulls = application.pulls
        self._settings = application.server_settings

    @endpoint("GET", "/api/v2/models", ModelList, query=HostQuery)
    async def list_models(self, caller: Caller, query: HostQuery) -> ModelList:
        """Installed models, the default one, and the state of what runs them; none while that is unavailable."""
        library = await self._library.look(caller, query.host)
        return ModelList(
            models=[_model(info, library.users) for info in library.models],
            loaded=[LoadedModel(**asdict(each)) for each in library.running],
            default=library.default,
            default_error=library.default_error,
            state=ModelState(**asdict(library.state)),
            pulls=list(await self._pulls.all()),
            hosts=self._library.hosts,
            settings=await self._settings.get(),
            fixed=dict(self._settings.fixed),
            has_encoder=self._settings.has_encoder,
        )

    @endpoint("GET", "/api/v2/settings", ServerSettings)
    async def get_settings(self) -> ServerSettings:
        """What is set for the whole server."""
        return await self._settings.get()

    @endpoint("PATCH", "/api/v2/settings", ServerSettings, body=EditServerSettings)
    async def edit_settings(self, caller: Caller, body: EditServerSettings) -> ServerSettings:
        """Change what is sent and leave the rest; 409 with the current settings when `rev` is stale."""
        return await self._settings.edit(caller, changes(body), rev=body.rev, op_id=body.op_id)

    @endpoint("DELETE", "/api/v2/models", Done, query=ModelQuery)
    async def delete_model(self, caller: Caller, query: ModelQuery) -> Done:
        """Delete a model's files, whoever uses it; also answered so when it is gone already."""
        await self._library.delete(caller, query.model, host=query.host, op_id=query.op_id)
        return Done()

    @endpoint("POST", "/api/v2/models/unload", Done, body=UnloadModel)
    async def unload_model(self, caller: Caller, body: UnloadModel) -> Done:
        """Take a model out of memory; the next question has it loaded again."""
        await self._library.unload(caller, body.model, host=body.host)
        return Done()

    @endpoint("GET", "/api/v2/models/pulls", PullList)
    async def list_pulls(self) -> PullList:
        """Models that are being installed, have failed to be, or were a short time ago."""
        return PullList(pulls=list(await self._pulls.all()))

    @endpoint("POST", "/api/v2/models/pull", ModelPull, status=202, also=200, body=PullModel)
    async def pull_model(self, caller: Caller, body: PullModel) -> tuple[ModelPull, int]:
        """Install a model: 202, or 200 when that runs or was asked before. `model_pull` events and `GET
        /api/v2/models/pulls` tell how far it is."""
        pull, begun = await self._pulls.begin(caller, body.model.strip(), host=body.host, op_id=body.op_id)
        return pull, 202 if begun else 200

    @endpoint("DELETE", "/api/v2/models/pull", ModelPull, query=ModelQuery)
    async def cancel_pull(self, caller: Caller, query: ModelQuery) -> ModelPull:
        """Stop installing a model, or take one that failed off the list."""
        return await self._pulls.cancel(caller, query.model.strip(), host=query.host, op_id=query.op_id)


def _model(info: ModelInfo, users: Mapping[str, list[str]]) -> Model:
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
        tools=info.tools,
        loaded=info.loaded,
        capabilities=list(info.capabilities),
        context_length=info.context_length,
        num_ctx=info.num_ctx,
        token_bytes=info.token_bytes,
        modified_at=info.modified_at,
        used_by=users.get(info.name, []),
    )
