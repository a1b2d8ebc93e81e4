"""What is talked about with a Locrit: listed, looked at, corrected. What a person decides stays, whatever is said."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from src.entities.concepts import Concept, ConceptDetails, ConceptGraph, ConceptPage, Order, RelatedConcept
from src.operations import Caller, Operation, Stamp
from src.services.jobs import Jobs
from src.stores import concept_lists, locrits
from src.stores import concepts as store
from src.stores.database import Database, Snapshot
from src.stores.unit_of_work import UnitOfWork

T = TypeVar("T")
Place = tuple[str, str]
"""Whose it is, and of which Locrit."""


class ConceptService:
    """A Locrit is named by its name. Raises NotFound for it, and for what was neither said with it nor decided."""

    def __init__(self, database: Database) -> None:
        self._db = database

    async def page(
        self,
        caller: Caller,
        locrit_name: str,
        *,
        q: str = "",
        type_: str = "",
        order: Order = "mentions",
        cursor: str | None = None,
        limit: int = 50,
    ) -> ConceptPage:
        """Returns those with every word of `q` in their name, what is mentioned most first, or last."""

        def page(connection: Snapshot, place: Place) -> ConceptPage:
            return concept_lists.page(connection, *place, q=q, type_=type_, order=order, cursor=cursor, limit=limit)

        return await self._of_locrit(caller, locrit_name, page)

    async def get(self, caller: Caller, locrit_name: str, concept_id: str) -> ConceptDetails:
        return await self._of_locrit(
            caller, locrit_name, lambda connection, place: concept_lists.details(connection, *place, concept_id)
        )

    async def id_of(self, caller: Caller, locrit_name: str, name: str, type_: str = "") -> str:
        """Returns the id of the one that is called so, or has that id."""
        return await self._of_locrit(
            caller, locrit_name, lambda connection, place: concept_lists.named(connection, *place, name, type_)
        )

    async def related(self, caller: Caller, locrit_name: str, concept_id: str, depth: int = 1) -> list[RelatedConcept]:
        """Returns what is said together with it; with `depth`, what is said with that, and so on."""

        def related(connection: Snapshot, place: Place) -> list[RelatedConcept]:
            store.check_is(connection, *place, concept_id)
            return concept_lists.related(connection, *place, concept_id, depth)

        return await self._of_locrit(caller, locrit_name, related)

    async def graph(self, caller: Caller, locrit_name: str, limit: int = 60) -> ConceptGraph:
        return await self._of_locrit(
            caller, locrit_name, lambda connection, place: concept_lists.graph(connection, *place, limit)
        )

    async def edit(
        self,
        caller: Caller,
        locrit_name: str,
        concept_id: str,
        changes: Mapping[str, Any],
        rev: int | None = None,
        op_id: str | None = None,
    ) -> Concept:
        """Sets name, type or description; what is empty follows from what is said. Raises Conflict when `rev` is
        stale."""
        origin = {"origin": "user" if changes["description"] else ""} if "description" in changes else {}

        def edit(tx: UnitOfWork, place: Place, operation: Operation) -> Concept:
            return store.edit(tx, place, concept_id, {**changes, **origin}, rev, operation)

        return await self._change(caller, locrit_name, concept_id, "edit", {"changes": changes}, edit, op_id)

    async def merge(
        self, caller: Caller, locrit_name: str, concept_id: str, into: str, op_id: str | None = None
    ) -> Concept:
        """Makes one of two: what says the first says the second, from now on too. `restore` takes them apart."""

        def merge(tx: UnitOfWork, place: Place, operation: Operation) -> Concept:
            return store.merge(tx, place, concept_id, into, operation)

        return await self._change(caller, locrit_name, concept_id, "merge", {"into": into}, merge, op_id)

    async def delete(self, caller: Caller, locrit_name: str, concept_id: str, op_id: str | None = None) -> Concept:
        """Has it shown no more, and not made again."""

        def delete(tx: UnitOfWork, place: Place, operation: Operation) -> Concept:
            return store.delete(tx, place, concept_id, operation)

        return await self._change(caller, locrit_name, concept_id, "delete", {}, delete, op_id)

    async def restore(self, caller: Caller, locrit_name: str, concept_id: str, op_id: str | None = None) -> Concept:
        """Brings back what was deleted, and takes apart what was merged."""

        def restore(tx: UnitOfWork, place: Place, operation: Operation) -> Concept:
            return store.restore(tx, place, concept_id, operation)

        return await self._change(caller, locrit_name, concept_id, "restore", {}, restore, op_id)

    async def describe(
        self, caller: Caller, locrit_name: str, concept_id: str, description: str, op_id: str | None = None
    ) -> Concept:
        """Saves what a model said of it; a repeat does not say it anew."""
        fields = {"description": description, "origin": "model"}

        def describe(tx: UnitOfWork, place: Place, operation: Operation) -> Concept:
            return store.edit(tx, place, concept_id, fields, None, operation)

        return await self._change(caller, locrit_name, concept_id, "describe", {}, describe, op_id)

    async def merge_decided(self, caller: Caller, theirs: Sequence[Concept]) -> None:
        """Merges what was decided as a client has it: of both the newer revision counts."""
        await self._db.write(lambda tx: store.accept(tx, caller.user_id, theirs, Stamp.now()))
        await Jobs(self._db).run()

    async def _change(
        self,
        caller: Caller,
        locrit_name: str,
        concept_id: str,
        kind: str,
        request: dict[str, Any],
        do: Callable[[UnitOfWork, Place, Operation], Concept],
        op_id: str | None,
    ) -> Concept:
        request = {"locrit": locrit_name, "id": concept_id, **request}
        operation = Operation.of(caller, f"{kind}_concept", request, op_id)

        def change(tx: UnitOfWork) -> Concept:
            place = caller.user_id, locrits.require(tx.connection, caller.user_id, locrit_name).id
            return do(tx, place, operation)

        return await self._db.run_once(operation, store.effect(concept_id, change))

    async def _of_locrit(self, caller: Caller, locrit_name: str, query: Callable[[Snapshot, Place], T]) -> T:
        def read(connection: Snapshot) -> T:
            return query(connection, (caller.user_id, locrits.require(connection, caller.user_id, locrit_name).id))

        return await self._db.read(read)
