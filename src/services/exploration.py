"""What is looked up of all that was said: over every Locrit, and of one, as the memory explorer shows it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import TypeVar

from src.entities import (
    Conversation,
    DayActivity,
    Filters,
    Found,
    MemoryOverview,
    MemoryStatistics,
    Message,
    RecalledHit,
    RecalledMessage,
    SearchCursor,
)
from src.entities.recall import RecallLogEntry
from src.operations import Caller, Operation
from src.services.exporting import Exported, Format, written
from src.stores import activity, conversations, finding, listing, messages, recall_log, summary, trash
from src.stores import locrits as locrit_store
from src.stores.database import Database, Snapshot
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork

T = TypeVar("T")


class Exploration:
    """A Locrit is named by its name; raises NotFound when there is none."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def search(
        self,
        caller: Caller,
        query: str,
        filters: Filters,
        limit: int = 20,
        *,
        locrit_name: str | None = None,
        cursor: str | None = None,
    ) -> Found:
        """Finds messages of every Locrit, or of one, with every word of `query`, best first; older ones from a
        cursor."""
        place = SearchCursor.parse(cursor) if cursor else SearchCursor()

        def find(connection: Snapshot) -> Found:
            known = locrit_name and locrit_store.require(connection, caller.user_id, locrit_name).id
            mine = replace(filters, locrit_id=known, owner_id=caller.user_id)
            return finding.everywhere(connection, query, mine, limit, place)

        return await self._db.read(find)

    async def search_memories(self, caller: Caller, locrit_name: str, query: str, limit: int = 20) -> list[RecalledHit]:
        """Finds messages with every word of `query`, best first."""
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: finding.recalled(connection, id_, query, limit)
        )

    async def get_full_memory_summary(self, caller: Caller, locrit_name: str, zone: tzinfo = UTC) -> MemoryOverview:
        """Returns numbers, the newest messages and sessions, and activity by the days of `zone`."""
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: summary.overview(connection, caller.user_id, id_, zone)
        )

    async def summary_of_all(self, caller: Caller, zone: tzinfo = UTC) -> MemoryOverview:
        """Returns the same of all Locrits of the caller."""
        return await self._db.read(lambda connection: summary.overview(connection, caller.user_id, None, zone))

    async def first_and_last_message_at(self, caller: Caller, locrit_name: str) -> tuple[int | None, int | None]:
        return await self._of_locrit(caller, locrit_name, summary.first_and_last_message_at)

    async def statistics(self, caller: Caller, locrit_name: str) -> MemoryStatistics:
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: summary.statistics(connection, caller.user_id, id_)
        )

    async def activity(self, caller: Caller, locrit_name: str, zone: tzinfo = UTC) -> list[DayActivity]:
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: activity.rhythm(connection, caller.user_id, id_, zone).days
        )

    async def sessions(
        self, caller: Caller, locrit_name: str, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[Conversation], str | None]:
        """Returns a page, newest activity first, and the cursor of the next one."""

        def page(connection: Snapshot, id_: str) -> tuple[list[Conversation], str | None]:
            return listing.page(connection, {"owner_id": caller.user_id, "locrit_id": id_}, cursor, limit)

        return await self._of_locrit(caller, locrit_name, page)

    async def session(self, caller: Caller, locrit_name: str, session_id: str) -> Conversation:
        """Returns the session with this session id or conversation id."""
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: conversations.by_session(connection, id_, session_id)
        )

    async def session_messages(
        self, caller: Caller, locrit_name: str, session_id: str, *, before: int | None = None, limit: int = 50
    ) -> tuple[Conversation, list[Message], bool]:
        """Returns a session, a page of its messages (oldest first), and whether older ones follow."""
        conversation = await self.session(caller, locrit_name, session_id)
        found, more = await self._db.read(
            lambda connection: messages.page(connection, conversation.conversation_id, before, None, limit)
        )
        return conversation, found, more

    async def delete_session(self, caller: Caller, locrit_name: str, session_id: str, op_id: str | None = None) -> None:
        """Moves a session to the trash, by session id or conversation id. The session's name may lead to another
        conversation by the time of a repeat: what the operation did decides."""
        operation = Operation.of(caller, "delete_session", {"locrit": locrit_name, "session": session_id}, op_id)

        def delete(tx: UnitOfWork) -> None:
            locrit_id = locrit_store.require(tx.connection, caller.user_id, locrit_name).id
            current = conversations.by_session(tx.connection, locrit_id, session_id)
            trash.edit(tx, current, {"deleted": True}, operation)

        await self._db.run_once(operation, Effect(delete, lambda _tx, _done: None))

    async def recall_log(
        self, caller: Caller, locrit_name: str, cursor: str | None = None, limit: int = 20
    ) -> tuple[list[RecallLogEntry], str | None]:
        """Returns a page of the replies for which something was recalled, the newest first, and the cursor of the next
        one."""
        return await self._of_locrit(
            caller,
            locrit_name,
            lambda connection, id_: recall_log.page(connection, caller.user_id, id_, cursor, limit),
        )

    async def export(self, caller: Caller, locrit_name: str, what: Exported, form: Format) -> AsyncIterator[str]:
        """Returns the pieces of a file of everything that is not in the trash, the oldest first."""
        locrit_id = await self._of_locrit(caller, locrit_name, lambda _connection, id_: id_)
        return written(self._db, caller.user_id, locrit_id, what, form)

    async def recalled_message(self, caller: Caller, locrit_name: str, message_id: str) -> RecalledMessage:
        return await self._of_locrit(
            caller, locrit_name, lambda connection, id_: summary.message(connection, id_, message_id)
        )

    async def _of_locrit(self, caller: Caller, locrit_name: str, query: Callable[[Snapshot, str], T]) -> T:
        return await self._db.read(
            lambda connection: query(connection, locrit_store.require(connection, caller.user_id, locrit_name).id)
        )
