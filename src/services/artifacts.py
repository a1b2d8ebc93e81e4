"""Artifacts: made by replies, by programs and by people; edited, rolled back, thrown away, brought back, forgotten."""

from collections.abc import Callable, Collection
from typing import Any

from src.entities import Artifact, ArtifactType, ArtifactVersion, ListedArtifact
from src.ids import new_id, now_ms
from src.operations import Caller, Operation
from src.services.jobs import Jobs
from src.stores import artifact_lists, artifacts, conversations, locrits, messages, transitions
from src.stores.database import Database, Snapshot
from src.stores.ops import Effect
from src.stores.unit_of_work import UnitOfWork


class ArtifactService:
    """What belongs to another person is not found."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def of_locrit(
        self, caller: Caller, locrit_name: str, q: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[ListedArtifact], str | None]:
        """Returns a page, what changed last first, and the cursor of the next one; with `q`, of those called so."""

        def page(connection: Snapshot) -> tuple[list[ListedArtifact], str | None]:
            locrit = locrits.require(connection, caller.user_id, locrit_name)
            return artifact_lists.of_locrit(connection, locrit.id, q, cursor, limit)

        return await self._db.read(page)

    async def of_conversation(
        self, caller: Caller, conversation_id: str, cursor: str | None = None, limit: int = 50
    ) -> tuple[list[ListedArtifact], str | None]:
        """Returns a page, what changed last first, and the cursor of the next one."""

        def page(connection: Snapshot) -> tuple[list[ListedArtifact], str | None]:
            conversations.owned(connection, caller.user_id, conversation_id)
            return artifact_lists.of_conversation(connection, conversation_id, cursor, limit)

        return await self._db.read(page)

    async def of_messages(self, caller: Caller, message_ids: Collection[str]) -> list[Artifact]:
        """Returns what these replies made, each in its order, what is in the trash included."""
        if not message_ids:
            return []
        return await self._db.read(lambda connection: artifacts.of_messages(connection, caller.user_id, message_ids))

    async def artifact(self, caller: Caller, artifact_id: str) -> Artifact:
        """Returns it also from the trash."""
        return await self._db.read(lambda connection: artifacts.owned(connection, caller.user_id, artifact_id))

    async def versions(self, caller: Caller, artifact_id: str) -> list[ArtifactVersion]:
        """Returns them newest first; the first is what the artifact says now."""

        def read(connection: Snapshot) -> list[ArtifactVersion]:
            return artifacts.history(connection, artifacts.owned(connection, caller.user_id, artifact_id))

        return await self._db.read(read)

    async def create(
        self,
        caller: Caller,
        conversation_id: str,
        type: ArtifactType,  # noqa: A002 - its name everywhere
        name: str,
        content: str,
        *,
        artifact_id: str | None = None,
        message_id: str | None = None,
        language: str = "",
        css: str = "",
        metadata: dict[str, Any] | None = None,
        made_at: int | None = None,
        op_id: str | None = None,
    ) -> Artifact:
        """Adds one to a conversation, or to a message of it; without `made_at` (ms since 1970) it is made now. Raises
        Conflict when the id stands for another one."""
        said = {"type": type, "name": name, "content": content, "language": language, "css": css}
        new = said | {"message_id": message_id, "metadata": metadata or {}}
        request = {"in": conversation_id, "id": artifact_id, **new} | ({"made_at": made_at} if made_at else {})
        operation = Operation.of(caller, "create_artifact", request, op_id)

        def create(tx: UnitOfWork) -> Artifact:
            head = conversations.lock_head(tx, conversation_id, caller.user_id)
            if message_id is not None:
                messages.require_in(tx.connection, conversation_id, message_id)
            if artifact_id is not None:
                artifacts.check_new(tx.connection, artifact_id)
            return artifacts.add(tx, head, new | {"id": artifact_id or new_id()}, operation, made_at)

        def again(tx: UnitOfWork, done: dict[str, str]) -> Artifact:
            return artifacts.require(tx.connection, done["id"])

        return await self._db.run_once(operation, Effect(create, again, lambda made: {"id": made.id}))

    async def edit(
        self,
        caller: Caller,
        artifact_id: str,
        changes: dict[str, Any],
        rev: int | None = None,
        op_id: str | None = None,
    ) -> Artifact:
        """Changes name, content or css; what it said is kept as a version. Raises Conflict when `rev` is stale."""
        change = artifacts.edited(changes)
        return await self._revise(caller, artifact_id, "edit", {"changes": changes}, lambda *_: change, rev, op_id)

    async def roll_back(self, caller: Caller, artifact_id: str, version: int, op_id: str | None = None) -> Artifact:
        """Makes what it said in that version its newest one."""

        def back(tx: UnitOfWork, current: Artifact) -> transitions.Change:
            then = artifacts.version(tx.connection, current, version)
            return artifacts.edited({"content": then.content, "css": then.css})

        return await self._revise(caller, artifact_id, "roll_back", {"version": version}, back, None, op_id)

    async def delete(self, caller: Caller, artifact_id: str, op_id: str | None = None) -> Artifact:
        """Moves it to the trash with its versions; one that is there already stays as it is."""
        return await self._revise(
            caller, artifact_id, "delete", {}, lambda *_: artifacts.deleted(now_ms()), None, op_id
        )

    async def restore(self, caller: Caller, artifact_id: str, op_id: str | None = None) -> Artifact:
        return await self._revise(caller, artifact_id, "restore", {}, lambda *_: artifacts.restored, None, op_id)

    async def forget(self, caller: Caller, artifact_id: str, op_id: str | None = None) -> Artifact:
        """Destroys what it and its copies in forks said, in every version and the log; what the reply says that it came
        from stays. Cannot be undone."""
        operation = Operation.of(caller, "forget_artifact", {"id": artifact_id}, op_id)

        def forget(tx: UnitOfWork) -> Artifact:
            return artifacts.forget(tx, artifacts.owned(tx.connection, caller.user_id, artifact_id).id, operation)

        forgotten = await self._db.run_once(operation, artifacts.effect(artifact_id, forget))
        await Jobs(self._db).run()
        return forgotten

    async def _revise(
        self,
        caller: Caller,
        artifact_id: str,
        kind: str,
        request: dict[str, Any],
        change: Callable[[UnitOfWork, Artifact], transitions.Change],
        rev: int | None,
        op_id: str | None,
    ) -> Artifact:
        operation = Operation.of(caller, f"{kind}_artifact", {"id": artifact_id, **request}, op_id)

        def revise(tx: UnitOfWork) -> Artifact:
            current = artifacts.owned(tx.connection, caller.user_id, artifact_id)
            return artifacts.revise(tx, current, change(tx, current), rev, operation)

        return await self._db.run_once(operation, artifacts.effect(artifact_id, revise))
