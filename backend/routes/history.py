"""What was said before, put aside or thrown away: versions, forks, the trash, forgetting, merging, integrity."""

from dataclasses import asdict
from typing import Any

from backend.protocol.fields import Done
from backend.protocol.history import (
    Copies,
    EmptyTrash,
    Forget,
    Fork,
    JobList,
    KeepConflict,
    ReplyCounts,
    RollBack,
    SaveCounts,
    Storage,
    Sync,
    Synced,
    SyncedConversation,
    SyncedLocrit,
    SyncedMessage,
    SyncForgotten,
    SyncLocrits,
    Verify,
    Verifying,
    Versions,
)
from backend.protocol.locrits import LocritList
from backend.routes.messages import CONVERSATION, MESSAGE, message_in
from backend.routing import endpoint
from src.application import Application
from src.entities import (
    ClientConversation,
    ClientLocrit,
    ClientMessage,
    ClientRows,
    Conversation,
    Emptied,
    IntegrityReport,
    Locrit,
    Message,
    Trash,
)
from src.operations import Caller
from src.services.history import NO_ROWS


class HistoryRoutes:
    noun = "history"

    def __init__(self, application: Application) -> None:
        self._history = application.history
        self._pulls = application.pulls
        self._meaning = application.meaning
        self._memory = application.memory
        self._locrits = application.locrits
        self._metrics = application.metrics

    @endpoint("GET", f"{MESSAGE}/versions", Versions)
    async def list_versions(self, caller: Caller, conversation_id: str, message_id: str) -> Versions:
        """Everything that a message ever said."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return Versions(message_id=message_id, versions=await self._history.versions(caller, message_id))

    @endpoint("POST", f"{MESSAGE}/rollback", Message, body=RollBack)
    async def roll_back(self, caller: Caller, conversation_id: str, message_id: str, body: RollBack) -> Message:
        """What the message said at `rev` becomes its newest version."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return await self._history.roll_back(caller, message_id, body.rev, body.op_id)

    @endpoint("POST", f"{MESSAGE}/conflicts", Message, body=KeepConflict)
    async def keep_conflict(self, caller: Caller, conversation_id: str, message_id: str, body: KeepConflict) -> Message:
        """Keep an edit that lost against another one as a version."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return await self._history.keep_conflict(caller, message_id, body.content, body.op_id)

    @endpoint("POST", f"{MESSAGE}/forget", Message, body=Forget)
    async def forget_message(self, caller: Caller, conversation_id: str, message_id: str, body: Forget) -> Message:
        """Destroy what a message said, everywhere, its copies in forks included. Cannot be undone."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return await self._history.forget_message(caller, message_id, body.op_id)

    @endpoint("GET", f"{MESSAGE}/copies", Copies)
    async def count_copies(self, caller: Caller, conversation_id: str, message_id: str) -> Copies:
        """How many other messages would be forgotten with this one."""
        await message_in(self._memory, caller, conversation_id, message_id)
        return Copies(message_id=message_id, copies=await self._history.copies(caller, message_id))

    @endpoint("POST", f"{CONVERSATION}/forget", Conversation, body=Forget)
    async def forget_conversation(self, caller: Caller, conversation_id: str, body: Forget) -> Conversation:
        """Destroy every message of a conversation, and the copies in its forks. Cannot be undone."""
        return await self._history.forget_conversation(caller, conversation_id, body.op_id)

    @endpoint("POST", "/api/v2/locrits/<name>/forget", Locrit, body=Forget)
    async def forget_locrit(self, caller: Caller, name: str, body: Forget) -> Locrit:
        """Destroy a Locrit of the trash, by name or id, with its conversations and memories. Cannot be undone."""
        return await self._history.forget_locrit(caller, name, body.op_id)

    @endpoint("POST", f"{CONVERSATION}/fork", Conversation, status=201, body=Fork)
    async def fork_conversation(self, caller: Caller, conversation_id: str, body: Fork) -> Conversation:
        """A conversation of its own that begins with what was said up to a message."""
        await message_in(self._memory, caller, conversation_id, body.message_id)
        return await self._history.fork(caller, body.message_id, body.conversation_id, body.op_id)

    @endpoint("POST", f"{CONVERSATION}/sync", Synced, body=Sync)
    async def sync_conversation(self, caller: Caller, conversation_id: str, body: Sync) -> Synced:
        """Merge what a client has with what is stored, without loss and without duplicates."""
        called = [one.told(conversation_id) for one in body.tool_results]
        made = [one.told(conversation_id) for one in body.artifacts]
        return await self._merge(caller, conversation_id, body.messages, body.conversation, ClientRows(called, made))

    @endpoint("POST", "/api/v2/sync", LocritList, body=SyncLocrits)
    async def sync_locrits(self, caller: Caller, body: SyncLocrits) -> LocritList:
        """Merge the Locrits that a client has with those that are stored."""
        await self._history.merge_locrits(caller, [_locrit(one) for one in body.locrits])
        locrits = await self._locrits.list(caller)
        return LocritList(locrits=locrits, count=len(locrits))

    @endpoint("POST", "/api/v2/sync/forgotten", Done, body=SyncForgotten)
    async def sync_forgotten(self, caller: Caller, body: SyncForgotten) -> Done:
        """Have a server that was rolled back to an older copy of its data forget again what a client heard of."""
        await self._history.forget_again(caller, body.message_ids, body.artifact_ids)
        return Done()

    @endpoint("PUT", f"{CONVERSATION}/messages", Synced, body=SyncedMessage)
    async def put_message(self, caller: Caller, conversation_id: str, body: SyncedMessage) -> Synced:
        """Update a message, or create it when it is missing."""
        return await self._merge(caller, conversation_id, [body])

    @endpoint("GET", "/api/v2/trash", Trash)
    async def get_trash(self, caller: Caller) -> Trash:
        """What was deleted and can be restored."""
        return await self._history.trash(caller)

    @endpoint("DELETE", "/api/v2/trash", Emptied, body=EmptyTrash)
    async def empty_trash(self, caller: Caller, body: EmptyTrash) -> Emptied:
        """Forget what is in the trash, all of it; says what had to be left there, and why. Cannot be undone."""
        return await self._history.empty_trash(caller, body.older_than_days, body.op_id)

    @endpoint("GET", "/api/v2/jobs", JobList)
    async def list_jobs(self, caller: Caller) -> JobList:
        """How far everything has come that takes long, and what of it had to be put off, and why."""
        services = (self._history, self._pulls, self._meaning)
        return JobList(jobs=[job for service in services for job in await service.jobs(caller)])

    @endpoint("GET", "/api/v2/storage", Storage)
    async def get_storage(self, caller: Caller) -> Storage:
        """How much is stored, and how much room is left."""
        usage = await self._history.storage(caller)
        saves, replies = SaveCounts(**self._metrics.saves()), ReplyCounts(**self._metrics.replies())
        return Storage(**asdict(usage), since=self._metrics.since, saves=saves, replies=replies)

    @endpoint("GET", "/api/v2/storage/verify", Verifying)
    async def get_verification(self, caller: Caller) -> Verifying:
        """How far a check of everything has come that runs now."""
        return Verifying(checking=await self._history.checking(caller))

    @endpoint("POST", "/api/v2/storage/verify", IntegrityReport, body=Verify)
    async def verify_storage(self, caller: Caller, body: Verify) -> IntegrityReport:
        """Whether everything is there, in order, and what it was."""
        return await self._history.verify(caller, body.repair)

    async def _merge(
        self,
        caller: Caller,
        conversation_id: str,
        theirs: list[SyncedMessage],
        around: SyncedConversation | None = None,
        rows: ClientRows = NO_ROWS,
    ) -> Synced:
        said = [ClientMessage(**dict(one)) for one in theirs]
        known = _conversation(around) if around else None
        merged = await self._history.merge(caller, conversation_id, said, known, rows)
        head_seq = (await self._memory.conversation(caller, conversation_id)).head_seq
        return Synced(**asdict(merged), kept_aside=merged.conflicted, head_seq=head_seq)


def _conversation(told: SyncedConversation) -> ClientConversation:
    fields = _fields(told, "locrit_id", "locrit_name", "rev")
    return ClientConversation(told.locrit_id, told.locrit_name, told.rev, fields)


def _locrit(told: SyncedLocrit) -> ClientLocrit:
    return ClientLocrit(told.id, told.rev, _fields(told, "id", "rev"))


def _fields(told: SyncedConversation | SyncedLocrit, *besides: str) -> dict[str, Any]:
    """What the client knows; of `deleted_at`, that it is not in the trash, too."""
    fields = told.model_dump(exclude={"deleted_at", *besides}, exclude_none=True)
    return fields | {"deleted_at": told.deleted_at}
