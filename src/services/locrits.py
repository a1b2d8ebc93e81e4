"""Locrits: the personas people talk to."""

from typing import Any, Final

from src.entities import AccessTo, Locrit, OpenTo
from src.errors import Conflict, NotFound
from src.ids import new_id, now_ms
from src.operations import Caller, Operation, Stamp
from src.stores import generations, locrits, users
from src.stores.database import Database
from src.stores.unit_of_work import UnitOfWork

IN_THEIR_LANGUAGE = "Answer in the language in which you are written to."
DEFAULTS: tuple[tuple[str, dict[str, Any]], ...] = (
    (
        "Bob Technique",
        {
            "description": "Helps with computers, code and anything technical, step by step.",
            "system_prompt": "You are Bob, a patient technician. Answer precisely, step by step, with short examples. "
            + IN_THEIR_LANGUAGE,
            "welcome_message": "Hello, I am Bob. Which technical question shall we take apart?",
            "avatar": "🔧",
        },
    ),
    (
        "Pixie Assistant",
        {
            "description": "Plans, writes and sorts things out with you, in few words.",
            "system_prompt": "You are Pixie, a cheerful and organised assistant. Answer warmly and briefly. "
            + IN_THEIR_LANGUAGE,
            "welcome_message": "Hi, I am Pixie! What is on your list today?",
            "avatar": "✨",
        },
    ),
    (
        "Marie Recherche",
        {
            "description": "Explores a subject with you and weighs what is known.",
            "system_prompt": "You are Marie, a careful researcher. Say what is known, how sure, and what is open. "
            + IN_THEIR_LANGUAGE,
            "welcome_message": "Good day, I am Marie. What would you like to find out?",
            "avatar": "🔎",
        },
    ),
)


NAMES_KEPT = 100
"""Of a Locrit that is renamed again and again, the newest names lead to it."""
BEGINS_WITH: Final[dict[str, Any]] = {"recall": "full"}
"""Of a new Locrit, where nothing else is said."""


class LocritService:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def list(self, caller: Caller, include_deleted: bool = False) -> list[Locrit]:
        """Returns them oldest first."""
        return await self._db.read(lambda connection: locrits.all_(connection, caller.user_id, include_deleted))

    async def get(self, caller: Caller, name: str) -> Locrit:
        """Finds it by its name, by one that it had before, or by its id, as all methods do. Raises NotFound."""
        return await self._db.read(lambda connection: locrits.require(connection, caller.user_id, name))

    async def create(
        self,
        caller: Caller,
        name: str,
        fields: dict[str, Any],
        locrit_id: str | None = None,
        op_id: str | None = None,
    ) -> Locrit:
        """Creates a Locrit. Raises Conflict when the name is taken, or the id stands for another one."""
        request = {"name": name, "fields": locrits.columns(fields)}
        request |= {"id": locrit_id} if locrit_id else {}  # as versions without it made it
        operation = Operation.of(caller, "create_locrit", request, op_id)

        def create(tx: UnitOfWork) -> Locrit:
            _check_free(tx, caller, name)
            other = locrits.find_own(tx.connection, caller.user_id, locrit_id) if locrit_id is not None else None
            if other is not None:
                raise Conflict("This id belongs to another Locrit.", hint="Choose another one.", current=other.wire())
            wanted = BEGINS_WITH | fields
            return locrits.insert_(tx, locrit_id or new_id(), caller.user_id, name, wanted, operation)

        return await self._db.run_once(operation, locrits.effect(create))

    async def edit(
        self,
        caller: Caller,
        name: str,
        changes: dict[str, Any],
        rev: int | None = None,
        op_id: str | None = None,
    ) -> Locrit:
        """Changes what is given, of `open_to` and `access_to` too. A name that it had before still leads to it.
        Raises Conflict when `rev` is stale or a new name is taken."""
        operation = Operation.of(caller, "edit_locrit", {"name": name, "changes": locrits.columns(changes)}, op_id)

        def edit(tx: UnitOfWork) -> Locrit:
            current = locrits.require(tx.connection, caller.user_id, name)
            if rev is not None and rev != current.rev:
                raise Conflict(f"{name} was changed in the meantime.", current=current.wire())
            wanted = {name: _merged(getattr(current, name, None), value) for name, value in changes.items()}
            if wanted.get("name", current.name) != current.name:
                _check_free(tx, caller, wanted["name"])
                former = [one for one in current.former_names if one not in (current.name, wanted["name"])]
                wanted["former_names"] = [*former, current.name][-NAMES_KEPT:]
            return locrits.change(tx, caller.user_id, current, "locrit.updated", wanted, operation)

        return await self._db.run_once(operation, locrits.effect(edit))

    async def delete(self, caller: Caller, name: str, op_id: str | None = None) -> Locrit:
        """Moves the Locrit to the trash, with its conversations and memories, and stops its running replies. Raises
        NotFound for a Locrit that is there already."""
        operation = Operation.of(caller, "delete_locrit", {"name": name}, op_id)

        def delete(tx: UnitOfWork) -> Locrit:
            current = locrits.require(tx.connection, caller.user_id, name)
            generations.stop_of(tx, current.id)
            deleted = {"deleted_at": operation.time}
            return locrits.change(tx, caller.user_id, current, "locrit.deleted", deleted, operation)

        return await self._db.run_once(operation, locrits.effect(delete))

    async def restore(self, caller: Caller, name: str, op_id: str | None = None) -> Locrit:
        """Takes the Locrit of this id or name out of the trash. Raises NotFound when it is not there, and Conflict when
        its name is taken again."""
        operation = Operation.of(caller, "restore_locrit", {"name": name}, op_id)

        def restore(tx: UnitOfWork) -> Locrit:
            deleted = locrits.find_deleted(tx.connection, caller.user_id, name)
            if deleted is None:
                raise NotFound(f"There is no Locrit named '{name}' in the trash.")
            _check_free(tx, caller, deleted.name)
            return locrits.change(tx, caller.user_id, deleted, "locrit.restored", {"deleted_at": None}, operation)

        return await self._db.run_once(operation, locrits.effect(restore))

    async def ensure_defaults(self, caller: Caller) -> None:
        """Adds, at the first start, this person and three Locrits to talk to."""
        await self._db.write(lambda tx: _ensure_defaults(tx, caller.user_id))


def _ensure_defaults(tx: UnitOfWork, user_id: str) -> None:
    """All or nothing: a first start that is cut off is the first start again."""
    if not users.add(tx, user_id, now_ms()):
        return
    for name, fields in DEFAULTS:
        locrits.insert_(tx, new_id(), user_id, name, BEGINS_WITH | fields, Stamp.now(f"default:{name}"))


def _merged(current: Any, value: Any) -> Any:
    return current.wire() | value if isinstance(current, (OpenTo, AccessTo)) and isinstance(value, dict) else value


def _check_free(tx: UnitOfWork, caller: Caller, name: str) -> None:
    taken = locrits.find(tx.connection, caller.user_id, name)
    if taken is not None:
        raise Conflict(f"There is a Locrit named '{name}' already.", hint="Choose another name.", current=taken.wire())
