"""What is remembered of a Locrit's conversations."""

from backend.access import AccessLevel, access_level
from backend.protocol.conversations import EditMessage, OperationId
from backend.protocol.fields import Done
from backend.protocol.history import Forget, RollBack
from backend.protocol.memories import (
    EditMemory,
    ExtractionProgress,
    MemoryList,
    MemoryQuery,
    MemoryVersions,
    SaveMemory,
    SyncMemories,
)
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
from backend.routing import endpoint
from src.application import Application
from src.entities import Memory
from src.errors import NotFound
from src.operations import Caller

MEMORY = "/api/v2/locrits/<name>/memory"
NOTE = f"{MEMORY}/memories/<memory_id>"
QUICK_RESULTS = 5


class MemoryRoutes:
    noun = "memory"

    def __init__(self, application: Application) -> None:
        self._memory = application.memory
        self._locrits = application.locrits

    @endpoint("GET", f"{MEMORY}/summary", MemorySummary, query=Days)
    async def memory_summary(self, caller: Caller, name: str, query: Days) -> MemorySummary:
        """Counts, the newest messages and sessions."""
        return MemorySummary.of(await self._memory.get_full_memory_summary(caller, name, query.tz))

    @endpoint("GET", f"{MEMORY}/stats", MemoryStats, query=Days)
    async def memory_stats(self, caller: Caller, name: str, query: Days) -> MemoryStats:
        """Counts, and messages per day."""
        statistics = await self._memory.statistics(caller, name)
        first, last = await self._memory.first_and_last_message_at(caller, name)
        return MemoryStats(
            locrit_name=name,
            statistics=statistics,
            activity=await self._memory.activity(caller, name, query.tz),
            first_message_at=first,
            last_message_at=last,
        )

    @endpoint("GET", f"{MEMORY}/search", MemorySearchResult, query=MemorySearchQuery)
    async def search_memory(self, caller: Caller, name: str, query: MemorySearchQuery) -> MemorySearchResult:
        """Messages that match, best first; at most five where only quick memory is open."""
        allowed = access_level(await self._locrits.get(caller, name))
        limit = query.limit if allowed is AccessLevel.FULL else min(query.limit, QUICK_RESULTS)
        hits = await self._memory.search_memories(caller, name, query.q, limit)
        results = [SearchHit.of(hit) for hit in hits]
        return MemorySearchResult(query=query.q, results=results, count=len(results))

    @endpoint("GET", f"{MEMORY}/sessions", SessionList, query=SessionQuery)
    async def list_sessions(self, caller: Caller, name: str, query: SessionQuery) -> SessionList:
        """Sessions, newest activity first, page by page."""
        found, next_cursor = await self._memory.sessions(caller, name, query.cursor, query.limit)
        sessions = [RememberedSession.of(conversation) for conversation in found]
        return SessionList(sessions=sessions, count=len(sessions), next_cursor=next_cursor)

    @endpoint("GET", f"{MEMORY}/sessions/<session_id>", RememberedSession)
    async def get_session(self, caller: Caller, name: str, session_id: str) -> RememberedSession:
        """One session, by its id or its conversation's."""
        return RememberedSession.of(await self._memory.session(caller, name, session_id))

    @endpoint("DELETE", f"{MEMORY}/sessions/<session_id>", Done, query=OperationId)
    async def delete_session(self, caller: Caller, name: str, session_id: str, query: OperationId) -> Done:
        """Move a session's conversation into the trash."""
        await self._memory.delete_session(caller, name, session_id, query.op_id)
        return Done()

    @endpoint(
        "GET",
        f"{MEMORY}/sessions/<session_id>/messages",
        SessionMessages,
        query=SessionMessagesQuery,
    )
    async def list_session_messages(
        self, caller: Caller, name: str, session_id: str, query: SessionMessagesQuery
    ) -> SessionMessages:
        """A session's messages, oldest first; the newest page without parameters, `before` a seq pages back."""
        session, found, has_more = await self._memory.session_messages(
            caller, name, session_id, before=query.before, limit=query.limit
        )
        messages = [RememberedMessage.of(message, session_id=session.session_id) for message in found]
        remembered = RememberedSession.of(session)
        return SessionMessages(session=remembered, messages=messages, count=len(messages), has_more=has_more)

    @endpoint("GET", f"{MEMORY}/messages/<message_id>", RememberedMessage)
    async def get_remembered_message(self, caller: Caller, name: str, message_id: str) -> RememberedMessage:
        """One message."""
        return RememberedMessage.of(await self._memory.recalled_message(caller, name, message_id))

    @endpoint("PUT", f"{MEMORY}/messages/<message_id>", RememberedMessage, body=EditMessage)
    async def edit_remembered_message(
        self, caller: Caller, name: str, message_id: str, body: EditMessage
    ) -> RememberedMessage:
        """Save a new version of a message; 409 when `rev` is stale."""
        await self.get_remembered_message(caller, name, message_id)
        await self._memory.edit_message(caller, message_id, body.content, rev=body.rev, op_id=body.op_id)
        return await self.get_remembered_message(caller, name, message_id)

    @endpoint("DELETE", f"{MEMORY}/messages/<message_id>", Done, query=OperationId)
    async def delete_remembered_message(self, caller: Caller, name: str, message_id: str, query: OperationId) -> Done:
        """Move a message into the trash."""
        await self._belongs(caller, name, message_id)
        await self._memory.delete_message(caller, message_id, query.op_id)
        return Done()

    @endpoint("GET", f"{MEMORY}/memories", MemoryList, query=MemoryQuery)
    async def list_memories(self, caller: Caller, name: str, query: MemoryQuery) -> MemoryList:
        """What was noted beside the conversations."""
        memories = await self._memory.memories(caller, name, query.limit, query.state)
        progress = ExtractionProgress(**(await self._memory.extraction(caller, name))._asdict())
        return MemoryList(memories=memories, count=len(memories), extraction=progress)

    @endpoint("POST", f"{MEMORY}/extraction/retry", ExtractionProgress)
    async def retry_extraction(self, caller: Caller, name: str) -> ExtractionProgress:
        """Look for facts again where that has failed, without waiting until it is due."""
        return ExtractionProgress(**(await self._memory.retry_extraction(caller, name))._asdict())

    @endpoint("POST", f"{MEMORY}/memories", Memory, status=201, body=SaveMemory)
    async def save_memory(self, caller: Caller, name: str, body: SaveMemory) -> Memory:
        """Note something to remember that was not said in a conversation."""
        return await self._memory.save_memory(caller, name, **body.model_dump())

    @endpoint("GET", NOTE, Memory)
    async def get_memory(self, caller: Caller, name: str, memory_id: str) -> Memory:
        """One note, also from the trash."""
        return await self._memory.one_memory(caller, name, memory_id)

    @endpoint("PUT", NOTE, Memory, body=EditMemory)
    @endpoint("PATCH", NOTE, Memory, body=EditMemory)
    async def edit_memory(self, caller: Caller, name: str, memory_id: str, body: EditMemory) -> Memory:
        """Save a new version of a note: what is sent changes; 409 when `rev` is stale."""
        sent = body.model_dump(exclude_unset=True, exclude={"rev", "op_id"})
        return await self._memory.edit_memory(caller, name, memory_id, sent, body.rev, body.op_id)

    @endpoint("DELETE", NOTE, Done, query=OperationId)
    async def delete_memory(self, caller: Caller, name: str, memory_id: str, query: OperationId) -> Done:
        """Move a note into the trash."""
        await self._memory.delete_memory(caller, name, memory_id, query.op_id)
        return Done()

    @endpoint("POST", f"{NOTE}/restore", Memory, query=OperationId)
    async def restore_memory(self, caller: Caller, name: str, memory_id: str, query: OperationId) -> Memory:
        """Take a note out of the trash."""
        return await self._memory.restore_memory(caller, name, memory_id, query.op_id)

    @endpoint("GET", f"{NOTE}/versions", MemoryVersions)
    async def list_memory_versions(self, caller: Caller, name: str, memory_id: str) -> MemoryVersions:
        """Everything that a note ever said."""
        return MemoryVersions(memory_id=memory_id, versions=await self._memory.memory_versions(caller, name, memory_id))

    @endpoint("POST", f"{NOTE}/rollback", Memory, body=RollBack)
    async def roll_back_memory(self, caller: Caller, name: str, memory_id: str, body: RollBack) -> Memory:
        """What a note said at `rev` becomes its newest version."""
        return await self._memory.roll_back_memory(caller, name, memory_id, body.rev, body.op_id)

    @endpoint("POST", f"{NOTE}/forget", Memory, body=Forget)
    async def forget_memory(self, caller: Caller, name: str, memory_id: str, body: Forget) -> Memory:
        """Destroy what a note said, everywhere. Cannot be undone."""
        return await self._memory.forget_memory(caller, name, memory_id, body.op_id)

    @endpoint("POST", "/api/v2/sync/memories", Done, body=SyncMemories)
    async def sync_memories(self, caller: Caller, body: SyncMemories) -> Done:
        """Upload memories to a server that was rolled back to an older copy of its data."""
        await self._memory.merge_memories(caller, [Memory.model_validate(one.model_dump()) for one in body.memories])
        return Done()

    @endpoint("DELETE", f"{MEMORY}/clear", Cleared, body=ClearMemory)
    async def clear_memory(self, caller: Caller, name: str, body: ClearMemory) -> Cleared:
        """Move every conversation and note of a Locrit into the trash; asks for `{"confirm": true}`."""
        return Cleared(count=await self._memory.clear(caller, name, op_id=body.op_id))

    async def _belongs(self, caller: Caller, name: str, message_id: str) -> None:
        """Also in the trash: a repeat is answered as what it repeats was."""
        message = await self._memory.message(caller, message_id)
        conversation = await self._memory.conversation(caller, message.conversation_id)
        if conversation.locrit_id != (await self._locrits.get(caller, name)).id:
            raise NotFound("This Locrit remembers no such message.")
