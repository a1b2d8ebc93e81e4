"""What clients that save at once bring: messages, tool results, artifacts. The same id with other content is a new
version of the same one."""

from functools import partial
from typing import Any, Literal, cast

from backend.dialects.artifacts import whole_artifacts
from backend.dialects.saved import (
    OPTIONS,
    STORED_AS,
    TYPES,
    ArtifactAnswer,
    ArtifactFields,
    ChangedArtifact,
    MessageAnswer,
    NewArtifact,
    SavedArtifact,
    SavedMessage,
    SavedToolResult,
    TheirSave,
    TheirSync,
    TheirToolResult,
    ToolResultAnswer,
)
from backend.dialects.threads import TheirMessage, Threads, first_known, own_id
from backend.protocol.conversations import SaveMessage
from backend.protocol.fields import ResponseModel
from backend.protocol.history import Sync, Synced, SyncedMessage
from backend.routes.history import HistoryRoutes
from backend.routes.messages import MessageRoutes
from backend.routing import endpoint
from backend.validation import parse_payload
from src.application import Application
from src.entities import Artifact, Message, Role
from src.errors import InvalidInput
from src.ids import new_id, now_ms
from src.operations import Caller

CONVERSATION = "/api/conversations/<conversation_id>"


class Saves:
    noun = "saves_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = MessageRoutes(application)
        self._history = HistoryRoutes(application)
        self._memory = application.memory
        self._artifacts = application.artifacts
        self._tool_results = application.tool_results
        self._threads = Threads(application)

    @endpoint("POST", f"{CONVERSATION}/messages", MessageAnswer, also=201, body=TheirSave)
    async def save_message(self, caller: Caller, conversation_id: str, body: TheirSave) -> tuple[ResponseModel, int]:
        if body.messageId is None and {"message_id", "op_id", "metadata"} & (body.model_extra or {}).keys():
            ours = body.model_dump(exclude_unset=True)
            return await self._ours.save_message(caller, conversation_id, parse_payload(SaveMessage, ours))
        if body.role is None or not (body.content or "").strip():
            raise InvalidInput("Content and role are required")
        return await self._save(caller, conversation_id, body, body.messageId or new_id()), 200

    @endpoint("PUT", f"{CONVERSATION}/messages", MessageAnswer, body=TheirSave)
    async def put_message(self, caller: Caller, conversation_id: str, body: TheirSave) -> ResponseModel:
        if body.messageId is None and "message_id" in (body.model_extra or {}):
            ours = body.model_dump(exclude_unset=True)
            return await self._history.put_message(caller, conversation_id, parse_payload(SyncedMessage, ours))
        if body.messageId is None:
            raise InvalidInput("messageId is required")
        if not (body.content or "").strip():
            raise InvalidInput("Content is required")
        return await self._save(caller, conversation_id, body, body.messageId)

    @endpoint("POST", f"{CONVERSATION}/sync", Synced, body=TheirSync)
    async def sync(self, caller: Caller, conversation_id: str, body: TheirSync) -> Synced:
        if all("message_id" in one for one in body.messages) and not (body.toolResults or body.artifacts):
            ours = {"messages": body.messages, **(body.model_extra or {})}
            return await self._history.sync_conversation(caller, conversation_id, parse_payload(Sync, ours))
        said = [parse_payload(TheirMessage, _as_stored(one)) for one in body.messages]
        merged = await self._threads.merge(caller, conversation_id, [one for one in said if one.content.strip()])
        for result in body.toolResults:
            await self._save_tool_result(caller, conversation_id, result, result.id or new_id())
        for artifact in body.artifacts:
            await self._save_artifact(caller, conversation_id, artifact)
        head_seq = (await self._memory.conversation(caller, conversation_id)).head_seq
        called = {own_id(conversation_id, one.id): one.id for one in said if one.id}
        told = {name: [called.get(id_, id_) for id_ in getattr(merged, name)] for name in _OUTCOMES}
        return Synced(**told, kept_aside=told["conflicted"], head_seq=head_seq)

    @endpoint("POST", f"{CONVERSATION}/tool-results", ToolResultAnswer, body=TheirToolResult)
    async def save_tool_result(self, caller: Caller, conversation_id: str, body: TheirToolResult) -> ToolResultAnswer:
        if not body.toolName:
            raise InvalidInput("toolName is required")
        return await self._save_tool_result(caller, conversation_id, body, body.id or new_id())

    @endpoint("PUT", f"{CONVERSATION}/tool-results", ToolResultAnswer, body=TheirToolResult)
    async def put_tool_result(self, caller: Caller, conversation_id: str, body: TheirToolResult) -> ToolResultAnswer:
        if body.toolResultId is None:
            raise InvalidInput("toolResultId is required")
        return await self._save_tool_result(caller, conversation_id, body, body.toolResultId)

    @endpoint("POST", f"{CONVERSATION}/artifacts", ArtifactAnswer, body=NewArtifact)
    async def save_artifact(self, caller: Caller, conversation_id: str, body: NewArtifact) -> ArtifactAnswer:
        if body.artifact.name is None or not body.artifact.content:
            raise InvalidInput("Artifact name and content are required")
        message = body.messageId and await self._threads.find(caller, conversation_id, body.messageId)
        return await self._save_artifact(caller, conversation_id, body.artifact, message or None)

    @endpoint("PUT", f"{CONVERSATION}/artifacts", ArtifactAnswer, body=ChangedArtifact)
    async def put_artifact(self, caller: Caller, conversation_id: str, body: ChangedArtifact) -> ArtifactAnswer:
        if body.artifactId is None:
            raise InvalidInput("artifactId is required")
        return await self._save_artifact(caller, conversation_id, body.model_copy(update={"id": body.artifactId}))

    async def artifacts_of(self, caller: Caller, conversation_id: str) -> list[SavedArtifact]:
        found = await whole_artifacts(self._artifacts, caller, conversation_id)
        return [SavedArtifact.of(one) for one in found]

    async def tool_results_of(self, caller: Caller, conversation_id: str) -> list[SavedToolResult]:
        found = await self._tool_results.of_conversation(caller, conversation_id)
        return [SavedToolResult.of(one) for one in found]

    async def _save(self, caller: Caller, conversation_id: str, body: TheirSave, theirs: str) -> MessageAnswer:
        role = body.role or "assistant"
        options: dict[str, Any] = {name: getattr(body, name) for name in OPTIONS if getattr(body, name) is not None}
        if role in STORED_AS:
            options["role"] = role
        stored_as = cast(Role, STORED_AS.get(role, role))
        is_cut = body.isIncomplete and stored_as == "assistant"
        status: Literal["interrupted", "complete"] = "interrupted" if is_cut else "complete"
        saved = await self._threads.save(
            caller,
            conversation_id,
            theirs,
            stored_as,
            body.content or "",
            options,
            status,
        )
        told = SavedMessage.of(saved, await self._memory.conversation(caller, conversation_id))
        ours = saved.model_dump(include={"message_id", "conversation_id", "seq", "rev"})
        return MessageAnswer(message=told, **ours)

    async def _save_tool_result(
        self, caller: Caller, conversation_id: str, body: TheirToolResult, theirs: str
    ) -> ToolResultAnswer:
        names = {"toolName": "name", "displayName": "display_name", "args": "arguments", "result": "result"}
        fields = {ours: getattr(body, sent) for sent, ours in names.items() if sent in body.model_fields_set}
        known = {name: value for name, value in fields.items() if value is not None or name in ("arguments", "result")}
        id_ = f"{conversation_id}:{theirs}"
        saved = await self._tool_results.save(caller, conversation_id, id_, known, body.timestamp)
        return ToolResultAnswer(toolResult=SavedToolResult.of(saved))

    async def _save_artifact(
        self, caller: Caller, conversation_id: str, body: ArtifactFields, message: Message | None = None
    ) -> ArtifactAnswer:
        theirs = body.id or new_id()
        changes = {"name": body.name, "content": body.content}
        changes = {name: value for name, value in changes.items() if value}
        known = await self._artifact(caller, conversation_id, theirs)
        if known is not None:
            saved = await self._artifacts.edit(caller, known.id, changes) if changes else known
            return ArtifactAnswer(artifact=SavedArtifact.of(saved))
        name = body.name or theirs
        saved = await self._artifacts.create(
            caller,
            conversation_id,
            TYPES.get(name.rpartition(".")[2].lower(), "code"),
            name,
            body.content or "",
            artifact_id=own_id(conversation_id, theirs),
            message_id=message.message_id if message else None,
            metadata={"id": theirs, "timestamp": body.timestamp or now_ms()},
            made_at=body.timestamp,
        )
        return ArtifactAnswer(artifact=SavedArtifact.of(saved))

    async def _artifact(self, caller: Caller, conversation_id: str, theirs: str) -> Artifact | None:
        get, ids = partial(self._artifacts.artifact, caller), (own_id(conversation_id, theirs), theirs)
        return await first_known(get, ids, lambda artifact: artifact.conversation_id == conversation_id)


_OUTCOMES = ("added", "updated", "conflicted", "unchanged", "forgotten")


def _as_stored(one: dict[str, Any]) -> dict[str, Any]:
    """A message of a thread, its options beside it, and its role as one of ours."""
    role = one.get("role")
    kept = {name: one[name] for name in OPTIONS if one.get(name) is not None}
    if role not in STORED_AS:
        return {**one, "metadata": kept}
    return {**one, "role": STORED_AS[role], "metadata": {**kept, "role": role}}
