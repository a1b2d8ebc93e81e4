"""Conversations of editor extensions: bare objects, a bare array, 200 whatever was done."""

from typing import Any, Literal, Self

from pydantic import Field, RootModel

from backend.dialects.oldest import OldestLocrit
from backend.dialects.threads import Threads
from backend.protocol.fields import Content, Metadata, RequestModel, ResponseModel, Text, Title
from backend.routing import endpoint
from src.application import Application
from src.entities import Conversation, Message, Timestamp
from src.errors import NotFound
from src.ids import new_id
from src.operations import Caller

CONVERSATIONS = "/api/navi-memory/conversations"
CONVERSATION = f"{CONVERSATIONS}/<conversation_id>"
AT_MOST = 200
CLIENT = "editor extension"
SENT = "sent"
"""Within a message's metadata: what was sent as such."""

Status = Literal["active", "archived"]


class Row(ResponseModel):
    id: str
    title: str
    status: Status
    is_pinned: bool
    is_starred: bool
    workspace_path: str | None
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, one: Conversation, **more: Any) -> Self:
        return cls(
            id=one.conversation_id,
            title=one.title,
            status="archived" if one.archived else "active",
            is_pinned=one.pinned,
            is_starred=one.starred,
            workspace_path=one.metadata.get("workspace_path"),
            created_at=one.created_at,
            updated_at=one.updated_at,
            **more,
        )


class Rows(RootModel[list[Row]]):
    """The newest activity first."""


class SavedMessage(ResponseModel):
    id: str
    role: str
    content: str
    metadata: dict[str, Any]
    created_at: Timestamp

    @classmethod
    def of(cls, message: Message) -> Self:
        told = message.model_dump(include={"role", "content", "created_at"})
        return cls(id=message.message_id, metadata=message.metadata.get(SENT, {}), **told)


class Whole(Row):
    initial_context: Any = None
    messages: list[SavedMessage] = Field(default_factory=list)


class Told(ResponseModel):
    message: str


class ListQuery(RequestModel):
    limit: int = Field(50, ge=1)
    offset: int = Field(0, ge=0, le=2**31)
    status: Status | None = None


class ReadQuery(RequestModel):
    include_messages: bool = False
    message_limit: int = Field(AT_MOST, ge=1)


class NewConversation(RequestModel):
    title: Title | None = None
    workspace_path: Text | None = None
    initial_context: Any = None


class Changes(NewConversation):
    status: Literal["active", "archived", "deleted"] | None = None
    is_pinned: bool | None = None
    is_starred: bool | None = None


class NewMessage(RequestModel):
    role: Literal["user", "assistant", "system"]
    content: Content
    metadata: Metadata | None = None
    tokens_used: int | None = None


class ExtensionDialect:
    noun = "extension_dialect"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._oldest = OldestLocrit(application)
        self._threads = Threads(application)

    @endpoint("GET", CONVERSATIONS, Rows, query=ListQuery)
    async def list_conversations(self, caller: Caller, query: ListQuery) -> Rows:
        archived = None if query.status is None else query.status == "archived"
        limit, found, cursor = min(query.limit, AT_MOST), list[Conversation](), None
        while len(found) < query.offset + limit:
            page, cursor = await self._memory.conversations(caller, archived=archived, cursor=cursor, limit=AT_MOST)
            found += page
            if cursor is None:
                break
        return Rows([Row.of(one) for one in found[query.offset : query.offset + limit]])

    @endpoint("POST", CONVERSATIONS, Row, body=NewConversation)
    async def create(self, caller: Caller, body: NewConversation) -> Row:
        locrit = await self._oldest.name(caller)
        opened, _ = await self._memory.open_conversation(caller, locrit, client_label=CLIENT, title=body.title or "")
        kept = body.model_dump(include={"workspace_path", "initial_context"}, exclude_none=True)
        if kept:
            opened = await self._memory.edit_conversation(caller, opened.conversation_id, {"metadata": kept})
        return Row.of(opened)

    @endpoint("GET", CONVERSATION, Whole, query=ReadQuery)
    async def read(self, caller: Caller, conversation_id: str, query: ReadQuery) -> Whole:
        conversation = await self._alive(caller, conversation_id)
        whole = Whole.of(conversation, initial_context=conversation.metadata.get("initial_context"))
        if not query.include_messages:
            return whole
        limit = min(query.message_limit, AT_MOST)
        messages, *_ = await self._memory.get_conversation_history(caller, conversation_id, limit=limit)
        return whole.model_copy(update={"messages": [SavedMessage.of(message) for message in messages]})

    @endpoint("PATCH", CONVERSATION, Row, body=Changes)
    async def change(self, caller: Caller, conversation_id: str, body: Changes) -> Row:
        conversation = await self._alive(caller, conversation_id)
        names = {"is_pinned": "pinned", "is_starred": "starred", "title": "title"}
        sent = body.model_dump(exclude_unset=True)
        changes = {ours: sent[name] for name, ours in names.items() if sent.get(name) is not None}
        if body.status is not None:
            changes |= {"deleted": True} if body.status == "deleted" else {"archived": body.status == "archived"}
        kept = {name: sent[name] for name in ("workspace_path", "initial_context") if name in sent}
        if kept:
            changes["metadata"] = conversation.metadata | kept
        return Row.of(await self._memory.edit_conversation(caller, conversation_id, changes))

    @endpoint("POST", f"{CONVERSATION}/messages", SavedMessage, body=NewMessage)
    async def save_message(self, caller: Caller, conversation_id: str, body: NewMessage) -> SavedMessage:
        """A repeat is known by the id within the metadata."""
        sent = body.metadata or {}
        theirs = str(sent.get("id") or new_id())
        more = {} if body.tokens_used is None else {"tokens_used": body.tokens_used}
        kept = {SENT: sent, **more}
        return SavedMessage.of(await self._threads.save(caller, conversation_id, theirs, body.role, body.content, kept))

    @endpoint("DELETE", CONVERSATION, Told)
    async def delete(self, caller: Caller, conversation_id: str) -> Told:
        await self._alive(caller, conversation_id)
        await self._memory.delete_conversation(caller, conversation_id)
        return Told(message="The conversation is in the trash.")

    async def _alive(self, caller: Caller, conversation_id: str) -> Conversation:
        conversation = await self._memory.conversation(caller, conversation_id)
        if conversation.deleted_at is not None:
            raise NotFound("Conversation not found.")
        return conversation
