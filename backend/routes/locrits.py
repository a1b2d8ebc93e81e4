"""Locrits: list, create, look at, change, delete and restore."""

from backend.protocol.conversations import OperationId
from backend.protocol.fields import RequestModel
from backend.protocol.locrits import CreateLocrit, EditLocrit, LocritFields, LocritList, LocritQuery
from backend.routing import endpoint
from src.application import Application
from src.entities import Locrit
from src.operations import Caller


class LocritRoutes:
    noun = "locrits"

    def __init__(self, application: Application) -> None:
        self._locrits = application.locrits
        self._others = application.models.others

    @endpoint("GET", "/api/v2/locrits", LocritList, query=LocritQuery)
    async def list_locrits(self, caller: Caller, query: LocritQuery) -> LocritList:
        """All Locrits, oldest first."""
        locrits = await self._locrits.list(caller, include_deleted=query.include_deleted)
        return LocritList(locrits=locrits, count=len(locrits))

    @endpoint("POST", "/api/v2/locrits", Locrit, status=201, body=CreateLocrit)
    async def create_locrit(self, caller: Caller, body: CreateLocrit) -> Locrit:
        """Create a Locrit; 409 when the name is taken, or the id."""
        id_ = str(body.id) if body.id else None
        return await self._locrits.create(caller, body.name, self._changes(body, "name", "id"), id_, op_id=body.op_id)

    @endpoint("GET", "/api/v2/locrits/<name>", Locrit)
    async def get_locrit(self, caller: Caller, name: str) -> Locrit:
        """One Locrit."""
        return await self._locrits.get(caller, name)

    @endpoint("PUT", "/api/v2/locrits/<name>", Locrit, body=EditLocrit)
    @endpoint("PATCH", "/api/v2/locrits/<name>", Locrit, body=EditLocrit)
    async def edit_locrit(self, caller: Caller, name: str, body: EditLocrit) -> Locrit:
        """Change what is sent and leave the rest; 409 with the current Locrit when `rev` is stale."""
        return await self._locrits.edit(caller, name, self._changes(body), rev=body.rev, op_id=body.op_id)

    @endpoint("DELETE", "/api/v2/locrits/<name>", Locrit, query=OperationId)
    async def delete_locrit(self, caller: Caller, name: str, query: OperationId) -> Locrit:
        """Move a Locrit into the trash, with its conversations and memories; its running replies are stopped."""
        return await self._locrits.delete(caller, name, op_id=query.op_id)

    @endpoint("POST", "/api/v2/locrits/<name>/restore", Locrit, query=OperationId)
    async def restore_locrit(self, caller: Caller, name: str, query: OperationId) -> Locrit:
        """Take a Locrit out of the trash, by name or id, with what went there with it."""
        return await self._locrits.restore(caller, name, op_id=query.op_id)

    def _changes(self, body: LocritFields, *besides: str) -> dict[str, object]:
        """A host by the one name that it has. Raises InvalidInput for one that may not be asked."""
        known = {"host": self._others.known_as(body.host)} if body.host is not None else {}
        return changes(body, *besides) | known


def changes(body: RequestModel, *besides: str) -> dict[str, object]:
    """What the client sent, and nothing that it left out."""
    sent = body.model_dump(exclude_unset=True, exclude={"rev", "op_id", *besides})
    return {field: value for field, value in sent.items() if value is not None}
