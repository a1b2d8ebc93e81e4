"""What is noted beside the conversations: saved, changed, thrown away, brought back and forgotten like messages."""

from collections.abc import Callable, Sequence
from typing import Any

from src.entities import Memory, MemoryVersion, RecalledMemory
from src.entities.extraction import Progress
from src.ids import now_ms
from src.operations import Caller, Operation, Stamp
from src.services.jobs import Jobs
from src.stores import extraction, locrits, messages, recalled_memories, transitions, trash
from src.stores import memories as store
from src.stores.database import Database, Snapshot
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork


class Memories:
    """Every one is looked for under the name of its Locrit; raises NotFound elsewhere."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def memories(
        self, caller: Caller, locrit_name: str, limit: int = 50, state: str = "accepted"
    ) -> list[Memory]:
        """Returns the pinned ones first, then newest first: those that count or did, or see `stores.memories.page`."""

        def page(connection: Snapshot) -> list[Memory]:
            return store.page(connection, locrits.require(connection, caller.user_id, locrit_name).id, limit, state)

        return await self._db.read(page)

    async def extraction(self, caller: Caller, locrit_name: str) -> Progress:
        """Returns what of the Locrit's conversations is still to be looked at for facts."""

        def progress(connection: Snapshot) -> Progress:
            return extraction.progress(connection, locrits.require(connection, caller.user_id, locrit_name).id)

        return await self._db.read(progress)

    async def retry_extraction(self, caller: Caller, locrit_name: str) -> Progress:
        """Has what has failed tried again now, and not when it is due."""

        def hasten(tx: UnitOfWork) -> None:
            extraction.hasten(tx, locrits.require(tx.connection, caller.user_id, locrit_name).id)

        await self._db.write(hasten)
        return await self.extraction(caller, locrit_name)

    async def recalled_memories(self, caller: Caller, reply_id: str) -> list[RecalledMemory]:
        """Returns those that were put before the model that wrote this reply, as they are now. Raises NotFound."""

        def read(connection: Snapshot) -> list[RecalledMemory]:
            return recalled_memories.of_reply(
                connection, messages.owned(connection, caller.user_id, reply_id).message_id
            )

        return await self._db.read(read)

    async def one_memory(self, caller: Caller, locrit_name: str, memory_id: str) -> Memory:
        return await self._db.read(
            lambda connection: store.of_locrit(connection, caller.user_id, locrit_name, memory_id)
        )

    async def save_memory(
        self,
        caller: Caller,
        locrit_name: str,
        content: str,
        importance: float = 0.5,
        tags: Sequence[str] = (),
        metadata: dict[str, Any] | None = None,
        valid_from: int | None = None,
        valid_to: int | None = None,
        memory_id: str | None = None,
        op_id: str | None = None,
    ) -> Memory:
        """Saves a memory, under an id that the client may choose; it is so from `valid_from` to `valid_to`,
        milliseconds since 1970. A repeat of `op_id` returns what it saved then. Raises Conflict when an id stands for
        something else."""
        new = {"content": content, "importance": importance, "tags": list(tags), "metadata": metadata or {}}
        more = {"valid_from": valid_from, "valid_to": valid_to, "id": memory_id}
        new |= {name: value for name, value in more.items() if value is not None}
        operation = Operation.of(caller, "save_memory", {"locrit": locrit_name, **new}, op_id)
        origin = {"origin": "tool"} if caller.through == "tool" else {}

        def save(tx: UnitOfWork) -> Memory:
            locrit_id = locrits.require(tx.connection, caller.user_id, locrit_name).id
            return store.add(tx, locrit_id, new | origin, operation)

        def again(tx: UnitOfWork, done: dict[str, str]) -> Memory:
            return store.require(tx.connection, done["id"])

        return await self._db.run_once(operation, Effect(save, again, lambda saved: {"id": saved.id}))

    async def edit_memory(
        self,
        caller: Caller,
        locrit_name: str,
        memory_id: str,
        changes: dict[str, Any],
        rev: int | None = None,
        op_id: str | None = None,
    ) -> Memory:
        """Changes content, importance, tags, pinned, dates, or accepts one that was suggested; what it said is kept as
        a version. Raises Conflict when `rev` is stale."""
        change = store.edited(changes)
        return await self._revise_memory(caller, locrit_name, memory_id, "edit", changes, lambda _: change, rev, op_id)

    async def roll_back_memory(
        self, caller: Caller, locrit_name: str, memory_id: str, rev: int, op_id: str | None = None
    ) -> Memory:
        """Makes what the memory said at `rev` its newest version."""

        def back(tx: UnitOfWork) -> transitions.Change:
            return store.edited(store.said_by(store.version(tx.connection, memory_id, rev)))

        return await self._revise_memory(caller, locrit_name, memory_id, "roll_back", {"rev": rev}, back, None, op_id)

    async def delete_memory(self, caller: Caller, locrit_name: str, memory_id: str, op_id: str | None = None) -> Memory:
        """Moves the memory to the trash with its versions; one that is there already stays as it is."""
        return await self._revise_memory(
            caller, locrit_name, memory_id, "delete", {}, lambda _: store.deleted(now_ms()), None, op_id
        )

    async def restore_memory(
        self, caller: Caller, locrit_name: str, memory_id: str, op_id: str | None = None
    ) -> Memory:
        return await self._revise_memory(
            caller, locrit_name, memory_id, "restore", {}, lambda _: store.restored, None, op_id
        )

    async def memory_versions(self, caller: Caller, locrit_name: str, memory_id: str) -> list[MemoryVersion]:
        """Returns them newest first; the first is what the memory says now."""

        def history(connection: Snapshot) -> list[MemoryVersion]:
            return store.history(connection, store.of_locrit(connection, caller.user_id, locrit_name, memory_id).id)

        return await self._db.read(history)

    async def merge_memories(self, caller: Caller, theirs: Sequence[Memory]) -> None:
        """Merges memories as a client has them: of both the newer revision counts."""

        def merge(tx: UnitOfWork) -> None:
            for one in theirs:
                store.accept(tx, caller.user_id, one, Stamp.now())

        await self._db.write(merge)
        await Jobs(self._db).run()

    async def forget_memory(self, caller: Caller, locrit_name: str, memory_id: str, op_id: str | None = None) -> Memory:
        """Destroys what it said, in every version and the log. Cannot be undone."""
        operation = Operation.of(caller, "forget_memory", {"locrit": locrit_name, "id": memory_id}, op_id)

        def forget(tx: UnitOfWork) -> Memory:
            found = store.of_locrit(tx.connection, caller.user_id, locrit_name, memory_id)
            return store.forget(tx, found.id, operation)

        forgotten = await self._db.run_once(operation, store.effect(memory_id, forget))
        await Jobs(self._db).run()
        return forgotten

    async def clear(self, caller: Caller, locrit_name: str, op_id: str | None = None) -> int:
        """Moves every conversation and memory of the Locrit to the trash; returns how many there were."""
        operation = Operation.of(caller, "clear", {"locrit": locrit_name}, op_id)

        def clear(tx: UnitOfWork) -> int:
            locrit_id = locrits.require(tx.connection, caller.user_id, locrit_name).id
            return trash.clear(tx, caller.user_id, locrit_id, operation)

        count = await self._db.run_once(
            operation, Effect(clear, lambda _tx, done: int(done["count"]), lambda count: {"count": count})
        )
        await Jobs(self._db).finish(operation)
        return count

    async def _revise_memory(
        self,
        caller: Caller,
        locrit_name: str,
        memory_id: str,
        kind: str,
        request: dict[str, Any],
        change: Callable[[UnitOfWork], transitions.Change],
        rev: int | None,
        op_id: str | None,
    ) -> Memory:
        place = {"locrit": locrit_name, "id": memory_id}
        operation = Operation.of(caller, f"{kind}_memory", place | request, op_id)

        def revise(tx: UnitOfWork) -> Memory:
            found = store.of_locrit(tx.connection, caller.user_id, locrit_name, memory_id)
            return store.revise(tx, found, change(tx), rev, operation)

        return await self._db.run_once(operation, store.effect(memory_id, revise))
