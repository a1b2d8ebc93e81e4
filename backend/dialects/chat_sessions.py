"""Chat sessions: whole threads, put back whole. A thread is merged by the ids of its messages and never shortened."""

from typing import Any, Literal, Self

from pydantic import Field

from backend.dialects.oldest import OldestLocrit
from backend.dialects.threads import Moment, TheirMessage, Threads, their_id
from backend.protocol.fields import Content, Id, Metadata, RequestModel, ResponseModel, Text, Title
from backend.routing import endpoint
from src.application import Application
from src.entities import Conversation, Message, Timestamp
from src.errors import NotFound
from src.ids import new_id
from src.operations import Caller

SESSIONS = "/api/v1/chat-sessions"
TEST = f"{SESSIONS}/test"
SESSION = f"{SESSIONS}/<session_id>"
CLIENT = "chat sessions"
PAGE = 200
HISTORY = 10
OWN = ("history_limit", "is_active", "metadata")
"""What is kept of a session in its conversation's metadata."""


class Said(ResponseModel):
    id: str
    role: str
    content: str
    timestamp: Timestamp

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(id=their_id(message), role=message.role, content=message.content, timestamp=message.created_at)


class ChatSession(ResponseModel):
    id: str
    user_id: str
    name: str
    history_limit: int
    thread: list[Said]
    is_active: bool
    metadata: dict[str, Any]
    created_at: Timestamp
    updated_at: Timestamp


class OneSession(ResponseModel):
    success: Literal[True] = True
    data: ChatSession
    message: str = ""


class SessionList(ResponseModel):
    """Newest first."""

    success: Literal[True] = True
    data: list[ChatSession]
    message: str = ""


class Added(ResponseModel):
    session: ChatSession
    message: Said


class AddedAnswer(ResponseModel):
    success: Literal[True] = True
    data: Added
    message: str = ""


class Thread(ResponseModel):
    messages: list[Said]


class ThreadAnswer(ResponseModel):
    success: Literal[True] = True
    data: Thread
    message: str = ""


class Deleted(ResponseModel):
    success: Literal[True] = True
    message: str = "Session supprimée."


class NewSession(RequestModel):
    name: Title | None = None
    initial_message: Text | None = None
    history_limit: int = Field(HISTORY, ge=1, le=10_000)
    metadata: Metadata | None = None


class Updates(RequestModel):
    thread: list[TheirMessage] | None = Field(None, max_length=5000)
    name: Title | None = None
    history_limit: int | None = Field(None, ge=1, le=10_000)
    is_active: bool | None = None
    metadata: Metadata | None = None


class NamedUpdates(RequestModel):
    sessionId: Id
    updates: Updates = Updates()


class NewMessage(RequestModel):
    id: Id | None = None
    role: Literal["user", "assistant", "system"]
    content: Content
    timestamp: Moment = None


class ChatSessionDialect:
    noun = "chat_sessions_dialect"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._oldest = OldestLocrit(application)
        self._threads = Threads(application)

    @endpoint("GET", TEST, SessionList)
    @endpoint("GET", SESSIONS, SessionList)
    async def list_sessions(self, caller: Caller) -> SessionList:
        found, _ = await self._memory.conversations(caller, client_label=CLIENT, limit=PAGE)
        return SessionList(data=[await self._told(caller, one) for one in found])

    @endpoint("POST", TEST, OneSession, body=NewSession)
    @endpoint("POST", SESSIONS, OneSession, body=NewSession)
    async def create(self, caller: Caller, body: NewSession) -> OneSession:
        locrit = await self._oldest.name(caller)
        opened, _ = await self._memory.open_conversation(caller, locrit, client_label=CLIENT, title=body.name or "")
        kept = {"history_limit": body.history_limit, "is_active": True, "metadata": body.metadata or {}}
        opened = await self._memory.edit_conversation(caller, opened.conversation_id, {"metadata": kept})
        if body.initial_message and body.initial_message.strip():
            first = TheirMessage(role="user", content=body.initial_message)
            await self._threads.merge(caller, opened.conversation_id, [first])
            opened = await self._memory.conversation(caller, opened.conversation_id)
        return OneSession(data=await self._told(caller, opened))

    @endpoint("PUT", TEST, OneSession, body=NamedUpdates)
    async def update_named(self, caller: Caller, body: NamedUpdates) -> OneSession:
        return await self.update(caller, body.sessionId, body.updates)

    @endpoint("GET", SESSION, OneSession)
    async def read(self, caller: Caller, session_id: str) -> OneSession:
        return OneSession(data=await self._told(caller, await self._alive(caller, session_id)))

    @endpoint("PUT", SESSION, OneSession, body=Updates)
    async def update(self, caller: Caller, session_id: str, body: Updates) -> OneSession:
        session = await self._alive(caller, session_id)
        said = [one for one in body.thread or () if one.content.strip()]
        if said:
            await self._threads.merge(caller, session_id, said)
        sent = body.model_dump(include=set(OWN), exclude_none=True)
        changes: dict[str, Any] = {} if body.name is None else {"title": body.name}
        if sent:
            changes["metadata"] = session.metadata | sent
        if changes:
            await self._memory.edit_conversation(caller, session_id, changes)
        return await self.read(caller, session_id)

    @endpoint("DELETE", SESSION, Deleted)
    async def delete(self, caller: Caller, session_id: str) -> Deleted:
        await self._alive(caller, session_id)
        await self._memory.delete_conversation(caller, session_id)
        return Deleted()

    @endpoint("POST", f"{SESSION}/messages", AddedAnswer, status=201, body=NewMessage)
    async def add_message(self, caller: Caller, session_id: str, body: NewMessage) -> AddedAnswer:
        await self._alive(caller, session_id)
        theirs = body.id or new_id()
        saved = await self._threads.save(caller, session_id, theirs, body.role, body.content, {})
        session = await self._told(caller, await self._alive(caller, session_id))
        return AddedAnswer(data=Added(session=session, message=Said.of(saved)))

    @endpoint("GET", f"{SESSION}/messages", ThreadAnswer)
    async def list_messages(self, caller: Caller, session_id: str) -> ThreadAnswer:
        await self._alive(caller, session_id)
        return ThreadAnswer(data=Thread(messages=await self._thread(caller, session_id)))

    async def _told(self, caller: Caller, one: Conversation) -> ChatSession:
        return ChatSession(
            id=one.conversation_id,
            user_id=one.user_id,
            name=one.title,
            history_limit=one.metadata.get("history_limit", HISTORY),
            thread=await self._thread(caller, one.conversation_id),
            is_active=one.metadata.get("is_active", True),
            metadata=one.metadata.get("metadata", {}),
            created_at=one.created_at,
            updated_at=one.updated_at,
        )

    async def _thread(self, caller: Caller, session_id: str) -> list[Said]:
        """All of it: these clients put back what they have read."""
        return [Said.of(one) for one in await self._threads.whole(caller, session_id) if one.role != "tool"]

    async def _alive(self, caller: Caller, session_id: str) -> Conversation:
        try:
            session = await self._memory.conversation(caller, session_id)
        except NotFound:
            session = None
        if session is None or session.deleted_at is not None:
            raise NotFound("Session non trouvée")
        return session
