"""The memory explorer, as older clients read it."""

from backend.protocol.conversations import EditMessage, OperationId
from backend.protocol.fields import Done
from backend.protocol.memory import (
    Cleared,
    ClearMemory,
    Days,
    EditMemory,
    MemoryList,
    MemoryQuery,
    MemorySearchQuery,
    MemorySearchResult,
    MemoryStats,
    MemorySummary,
    RememberedMessage,
    RememberedSession,
    SaveMemory,
    SessionList,
    SessionMessages,
    SessionMessagesQuery,
    SessionQuery,
)
from backend.routes.memory import MemoryRoutes
from backend.routing import endpoint
from src.application import Application
from src.entities import Memory
from src.operations import Caller

MEMORY = "/api/locrits/<name>/memory"
SESSION = f"{MEMORY}/sessions/<session_id>"
MESSAGE = f"{MEMORY}/messages/<message_id>"
NOTE = f"{MEMORY}/memories/<memory_id>"


class MemoryDialect:
    noun = "memory_dialect"

    def __init__(self, application: Application) -> None:
        self._ours = MemoryRoutes(application)

    @endpoint("GET", f"{MEMORY}/summary", MemorySummary, query=Days)
    async def summary(self, caller: Caller, name: str, query: Days) -> MemorySummary:
        return await self._ours.memory_summary(caller, name, query)

    @endpoint("GET", f"{MEMORY}/stats", MemoryStats, query=Days)
    async def stats(self, caller: Caller, name: str, query: Days) -> MemoryStats:
        return await self._ours.memory_stats(caller, name, query)

    @endpoint("GET", f"{MEMORY}/search", MemorySearchResult, query=MemorySearchQuery)
    async def search(self, caller: Caller, name: str, query: MemorySearchQuery) -> MemorySearchResult:
        return await self._ours.search_memory(caller, name, query)

    @endpoint("GET", f"{MEMORY}/sessions", SessionList, query=SessionQuery)
    async def sessions(self, caller: Caller, name: str, query: SessionQuery) -> SessionList:
        return await self._ours.list_sessions(caller, name, query)

    @endpoint("GET", SESSION, RememberedSession)
    async def session(self, caller: Caller, name: str, session_id: str) -> RememberedSession:
        return await self._ours.get_session(caller, name, session_id)

    @endpoint("DELETE", SESSION, Done, query=OperationId)
    async def delete_session(self, caller: Caller, name: str, session_id: str, query: OperationId) -> Done:
        return await self._ours.delete_session(caller, name, session_id, query)

    @endpoint("GET", f"{SESSION}/messages", SessionMessages, query=SessionMessagesQuery)
    async def session_messages(
        self, caller: Caller, name: str, session_id: str, query: SessionMessagesQuery
    ) -> SessionMessages:
        return await self._ours.list_session_messages(caller, name, session_id, query)

    @endpoint("GET", MESSAGE, RememberedMessage)
    async def message(self, caller: Caller, name: str, message_id: str) -> RememberedMessage:
        return await self._ours.get_remembered_message(caller, name, message_id)

    @endpoint("PUT", MESSAGE, RememberedMessage, body=EditMessage)
    async def edit_message(self, caller: Caller, name: str, message_id: str, body: EditMessage) -> RememberedMessage:
        return await self._ours.edit_remembered_message(caller, name, message_id, body)

    @endpoint("DELETE", MESSAGE, Done, query=OperationId)
    async def delete_message(self, caller: Caller, name: str, message_id: str, query: OperationId) -> Done:
        return await self._ours.delete_remembered_message(caller, name, message_id, query)

    @endpoint("GET", f"{MEMORY}/memories", MemoryList, query=MemoryQuery)
    async def memories(self, caller: Caller, name: str, query: MemoryQuery) -> MemoryList:
        return await self._ours.list_memories(caller, name, query)

    @endpoint("POST", f"{MEMORY}/memories", Memory, status=201, body=SaveMemory)
    async def save_memory(self, caller: Caller, name: str, body: SaveMemory) -> Memory:
        return await self._ours.save_memory(caller, name, body)

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
