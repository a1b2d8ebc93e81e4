"""The memory explorer, as older clients read it."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from backend.access import AccessLevel, access_level
from backend.protocol.conversations import EditMessage, OperationId
from backend.protocol.fields import Done, RequestModel, Seq
from backend.protocol.memories import EditMemory, MemoryList, MemoryQuery, SaveMemory
from backend.protocol.memory import (
    Cleared,
    ClearMemory,
    Days,
    MemorySearchQuery,
    MemorySearchResult,
    MemoryStats,
    MemorySummary,
    RememberedMessage,
    RememberedSession,
    SearchHit,
    SessionList,
    SessionMessages,
    SessionMessagesQuery,
    SessionQuery,
)
from backend.routes.memory import MemoryRoutes
from backend.routing import endpoint
from src.application import Application
from src.entities import Memory, Timestamp
from src.operations import Caller

MEMORY = "/api/locrits/<name>/memory"
SESSION = f"{MEMORY}/sessions/<session_id>"
SESSION_V1 = "/api/v1/locrits/<name>/memory/sessions/<session_id>"
MESSAGE = f"{MEMORY}/messages/<message_id>"
NOTE = f"{MEMORY}/memories/<memory_id>"

Level = Literal["full", "quick"]


def at_most(limit: int) -> BeforeValidator:
    """A wish for more is a wish for that many, and no mistake."""

    def cut(value: Any) -> Any:
        return min(int(value), limit) if str(value).isdecimal() else value

    return BeforeValidator(cut)


class SearchQuery(MemorySearchQuery):
    limit: Annotated[int, Field(ge=1), at_most(50)] = 20


class MessagesQuery(RequestModel):
    before: Seq | None = None
    limit: Annotated[int, Field(ge=1), at_most(500)] = 50


class Found(MemorySearchResult):
    total: int
    access_level: Level
    results: list[SearchHit]


class Stats(MemoryStats):
    access_level: Level


class Sessions(SessionList):
    total: int


class Session(RememberedSession):
    session: RememberedSession


class Messages(SessionMessages):
    session_id: str
    total: int


class OneMessage(RememberedMessage):
    success: Literal[True] = True
    message: RememberedMessage


class ReadMemory(Memory):
    last_accessed: Timestamp

    @classmethod
    def of(cls, memory: Memory) -> "ReadMemory":
        """When it was read last is not recorded."""
        return cls(**dict(memory), last_accessed=memory.created_at)


class Memories(MemoryList):
    memories: list[ReadMemory]  # type: ignore[assignment]
    total: int


class SavedMemory(ReadMemory):
    success: Literal[True] = True
    memory_id: str
    message: str = "Saved."


class DoneSo(Done):
    message: str


class MemoryDialect:
    noun = "memory_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = MemoryRoutes(application)
        self._locrits = application.locrits
        self._memory = application.memory

    @endpoint("GET", f"{MEMORY}/summary", MemorySummary, query=Days)
    async def summary(self, caller: Caller, name: str, query: Days) -> MemorySummary:
        """The newest message first, as they show it."""
        summary = await self._ours.memory_summary(caller, name, query)
        return summary.model_copy(update={"recent_messages": summary.recent_messages[::-1]})

    @endpoint("GET", f"{MEMORY}/stats", Stats, query=Days)
    async def stats(self, caller: Caller, name: str, query: Days) -> Stats:
        stats = await self._ours.memory_stats(caller, name, query)
        return Stats(**dict(stats), access_level=await self._level(caller, name))

    @endpoint("GET", f"{MEMORY}/search", Found, query=SearchQuery)
    async def search(self, caller: Caller, name: str, query: SearchQuery) -> Found:
        found = await self._ours.search_memory(caller, name, query)
        return Found(**dict(found), total=found.count, access_level=await self._level(caller, name))

    @endpoint("GET", f"{MEMORY}/sessions", Sessions, query=SessionQuery)
    async def sessions(self, caller: Caller, name: str, query: SessionQuery) -> Sessions:
        sessions = await self._ours.list_sessions(caller, name, query)
        statistics = await self._memory.statistics(caller, name)
        return Sessions(**dict(sessions), total=statistics.total_sessions)

    @endpoint("GET", SESSION, Session)
    async def session(self, caller: Caller, name: str, session_id: str) -> Session:
        session = await self._ours.get_session(caller, name, session_id)
        return Session(**dict(session), session=session)

    @endpoint("DELETE", SESSION, DoneSo, query=OperationId)
    @endpoint("DELETE", SESSION_V1, DoneSo, query=OperationId)
    async def delete_session(self, caller: Caller, name: str, session_id: str, query: OperationId) -> DoneSo:
        await self._ours.delete_session(caller, name, session_id, query)
        return DoneSo(message="The session is in the trash.")

    @endpoint("GET", f"{SESSION}/messages", Messages, query=MessagesQuery)
    async def session_messages(self, caller: Caller, name: str, session_id: str, query: MessagesQuery) -> Messages:
        wish = SessionMessagesQuery.model_construct(before=query.before, limit=query.limit)
        page = await self._ours.list_session_messages(caller, name, session_id, wish)
        return Messages(**dict(page), session_id=page.session.id, total=page.session.message_count)

    @endpoint("GET", MESSAGE, OneMessage)
    async def message(self, caller: Caller, name: str, message_id: str) -> OneMessage:
        message = await self._ours.get_remembered_message(caller, name, message_id)
        return OneMessage(**dict(message), message=message)

    @endpoint("PUT", MESSAGE, OneMessage, body=EditMessage)
    async def edit_message(self, caller: Caller, name: str, message_id: str, body: EditMessage) -> OneMessage:
        message = await self._ours.edit_remembered_message(caller, name, message_id, body)
        return OneMessage(**dict(message), message=message)

    @endpoint("DELETE", MESSAGE, Done, query=OperationId)
    async def delete_message(self, caller: Caller, name: str, message_id: str, query: OperationId) -> Done:
        return await self._ours.delete_remembered_message(caller, name, message_id, query)

    @endpoint("GET", f"{MEMORY}/memories", Memories, query=MemoryQuery)
    async def memories(self, caller: Caller, name: str, query: MemoryQuery) -> Memories:
        found = [ReadMemory.of(one) for one in (await self._ours.list_memories(caller, name, query)).memories]
        return Memories(memories=found, count=len(found), total=len(found))

    @endpoint("POST", f"{MEMORY}/memories", SavedMemory, status=201, body=SaveMemory)
    async def save_memory(self, caller: Caller, name: str, body: SaveMemory) -> SavedMemory:
        saved = ReadMemory.of(await self._ours.save_memory(caller, name, body))
        return SavedMemory(**dict(saved), memory_id=saved.id)

    @endpoint("GET", NOTE, Memory)
    async def memory(self, caller: Caller, name: str, memory_id: str) -> Memory:
        return await self._ours.get_memory(caller, name, memory_id)

    @endpoint("PUT", NOTE, Memory, body=EditMemory)
    async def edit_memory(self, caller: Caller, name: str, memory_id: str, body: EditMemory) -> Memory:
        return await self._ours.edit_memory(caller, name, memory_id, body)

    @endpoint("DELETE", NOTE, Done, query=OperationId)
    async def delete_memory(self, caller: Caller, name: str, memory_id: str, query: OperationId) -> Done:
        return await self._ours.delete_memory(caller, name, memory_id, query)

    @endpoint("DELETE", f"{MEMORY}/clear", Cleared, body=ClearMemory)
    async def clear(self, caller: Caller, name: str, body: ClearMemory) -> Cleared:
        return await self._ours.clear_memory(caller, name, body)

    async def _level(self, caller: Caller, name: str) -> Level:
        allowed = access_level(await self._locrits.get(caller, name))
        return "full" if allowed is AccessLevel.FULL else "quick"
