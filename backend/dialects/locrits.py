"""Locrits, as the frontends of older systems make, set, rename and delete them."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from backend.dialects.defaults import DefaultModel
from backend.protocol.fields import Name, RequestModel, ResponseModel, Text, Title, not_blank
from backend.routing import endpoint
from src.application import Application
from src.entities import AccessTo, Locrit, OpenTo, Timestamp
from src.errors import Conflict, InvalidInput
from src.operations import Caller

LOCRIT = "/api/locrits/<name>"
MEMORY_SERVICE = "plaintext_file"
EDITING = ("logs", "full_memory")
"""What `toggle-edit` switches."""


def stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


Trimmed = Annotated[Name, BeforeValidator(stripped)]


class LocritSettings(ResponseModel):
    description: str
    ollama_model: str
    public_address: str | None
    active: bool
    open_to: OpenTo
    access_to: AccessTo
    memory_service: str
    created_at: Timestamp
    updated_at: Timestamp


class Defaults(ResponseModel):
    open_to: OpenTo = OpenTo()
    access_to: AccessTo = AccessTo(full_memory=False)


class Instances(ResponseModel):
    instances: dict[str, LocritSettings]
    default_settings: Defaults = Defaults()


class LocritInstances(ResponseModel):
    success: Literal[True] = True
    locrits: Instances
    count: int


class NamedSettings(ResponseModel):
    name: str
    settings: LocritSettings


class Created(ResponseModel):
    success: Literal[True] = True
    message: str
    locrit: NamedSettings


class SettingsAnswer(ResponseModel):
    success: Literal[True] = True
    message: str = ""
    settings: LocritSettings


class Switched(ResponseModel):
    success: Literal[True] = True
    active: bool
    message: str


class EditingSwitched(ResponseModel):
    success: Literal[True] = True
    edit_enabled: bool
    access_to: AccessTo
    message: str


class Renamed(ResponseModel):
    success: Literal[True] = True
    message: str
    old_name: str
    new_name: str


class Told(ResponseModel):
    success: Literal[True] = True
    message: str


class NewLocrit(RequestModel):
    """All on one level."""

    name: Trimmed
    description: Text
    model: Title
    public_address: Title | None = None
    humans: bool = True
    locrits: bool = True
    invitations: bool = True
    internet: bool = False
    platform: bool = False
    logs: bool = True
    quick_memory: bool = True
    full_memory: bool = False
    llm_info: bool = True


class ConfigChanges(RequestModel):
    """What is not sent stays; who sends all that was read changes nothing else."""

    description: Text | None = None
    ollama_model: Title | None = None
    public_address: Title | None = None
    active: bool | None = None
    open_to: OpenTo | None = None
    access_to: AccessTo | None = None
    memory_service: Title | None = None


class NewName(RequestModel):
    new_name: Trimmed


class LocritDialect:
    noun = "locrits_dialect"

    def __init__(self, application: Application) -> None:
        self._locrits = application.locrits
        self._default = DefaultModel(application)

    @endpoint("GET", "/api/locrits", LocritInstances)
    async def list_locrits(self, caller: Caller) -> LocritInstances:
        default = await self._default.name()
        found = {one.name: settings_of(one, default) for one in await self._locrits.list(caller)}
        return LocritInstances(locrits=Instances(instances=found), count=len(found))

    @endpoint("POST", "/api/create-locrit", Created, body=NewLocrit)
    async def create_locrit(self, caller: Caller, body: NewLocrit) -> Created:
        for field in ("description", "model"):
            _demand(field, getattr(body, field))
        fields: dict[str, Any] = {
            "description": body.description.strip(),
            "model": body.model.strip(),
            "active": False,
            "open_to": OpenTo(**body.model_dump(include=set(OpenTo.model_fields))),
            "access_to": AccessTo(**body.model_dump(include=set(AccessTo.model_fields))),
            "metadata": {"public_address": body.public_address or None},
        }
        try:
            made = await self._locrits.create(caller, body.name, fields)
        except Conflict:
            raise InvalidInput(f"Le Locrit '{body.name}' existe déjà.", hint="Choisissez un autre nom.") from None
        named = NamedSettings(name=made.name, settings=settings_of(made, await self._default.name()))
        return Created(message=f"Locrit '{made.name}' créé avec succès.", locrit=named)

    @endpoint("GET", f"{LOCRIT}/config", SettingsAnswer)
    async def get_config(self, caller: Caller, name: str) -> SettingsAnswer:
        locrit = await self._locrits.get(caller, name)
        return SettingsAnswer(settings=settings_of(locrit, await self._default.name()))

    @endpoint("PUT", f"{LOCRIT}/config", SettingsAnswer, body=ConfigChanges)
    async def set_config(self, caller: Caller, name: str, body: ConfigChanges) -> SettingsAnswer:
        locrit, default = await self._locrits.get(caller, name), await self._default.name()
        sent = body.model_dump(exclude_unset=True)
        kept = {key: sent.pop(key) for key in ("public_address", "memory_service") if key in sent}
        model = sent.pop("ollama_model", None)
        changes = {key: value for key, value in sent.items() if value is not None}
        if kept:
            changes["metadata"] = locrit.metadata | kept
        if model and model != settings_of(locrit, default).ollama_model:  # who sends the default back chooses nothing
            changes["model"] = model
        changed = await self._locrits.edit(caller, name, changes)
        return SettingsAnswer(message="Configuration enregistrée.", settings=settings_of(changed, default))

    @endpoint("POST", f"{LOCRIT}/toggle", Switched)
    async def toggle(self, caller: Caller, name: str) -> Switched:
        locrit = await self._locrits.get(caller, name)
        changed = await self._locrits.edit(caller, name, {"active": not locrit.active}, rev=locrit.rev)
        state = "activé" if changed.active else "désactivé"
        return Switched(active=changed.active, message=f"Locrit '{changed.name}' {state}.")

    @endpoint("POST", f"{LOCRIT}/toggle-edit", EditingSwitched)
    async def toggle_edit(self, caller: Caller, name: str) -> EditingSwitched:
        locrit = await self._locrits.get(caller, name)
        flipped = {switch: not getattr(locrit.access_to, switch) for switch in EDITING}
        changed = await self._locrits.edit(caller, name, {"access_to": flipped}, rev=locrit.rev)
        is_open = changed.access_to.full_memory
        message = "Édition activée." if is_open else "Édition désactivée."
        return EditingSwitched(edit_enabled=is_open, access_to=changed.access_to, message=message)

    @endpoint("POST", f"{LOCRIT}/rename", Renamed, body=NewName)
    async def rename(self, caller: Caller, name: str, body: NewName) -> Renamed:
        old_name = (await self._locrits.get(caller, name)).name
        if body.new_name == old_name:
            raise InvalidInput("Le nouveau nom est le même que l'ancien.", hint="Choisissez un autre nom.")
        try:
            await self._locrits.edit(caller, name, {"name": body.new_name})
        except Conflict:
            raise InvalidInput(f"Le Locrit '{body.new_name}' existe déjà.", hint="Choisissez un autre nom.") from None
        message = f"Locrit '{old_name}' renommé en '{body.new_name}'."
        return Renamed(message=message, old_name=old_name, new_name=body.new_name)

    @endpoint("POST", f"{LOCRIT}/delete", Told)
    async def delete(self, caller: Caller, name: str) -> Told:
        deleted = await self._locrits.delete(caller, name)
        return Told(message=f"Locrit '{deleted.name}' supprimé avec succès.")


def settings_of(locrit: Locrit, default_model: str) -> LocritSettings:
    """`ollama_model` is the one that answers, never empty."""
    return LocritSettings(
        description=locrit.description,
        ollama_model=locrit.model or default_model,
        public_address=locrit.metadata.get("public_address"),
        active=locrit.active,
        open_to=locrit.open_to,
        access_to=locrit.access_to,
        memory_service=locrit.metadata.get("memory_service") or MEMORY_SERVICE,
        created_at=locrit.created_at,
        updated_at=locrit.updated_at,
    )


def _demand(field: str, text: str) -> None:
    try:
        not_blank(text)
    except ValueError as error:
        raise InvalidInput(f"{field} {error}.") from None
