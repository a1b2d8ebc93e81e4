"""Locrits: the personas people talk to."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from src.entities import AccessTo, Locrit, OpenTo
from src.errors import Conflict, NotFound
from src.identity import LOCAL_USER, new_id, now_ms, request_hash
from src.models import users
from src.stores import generations, locrits, ops
from src.stores.database import Database
from src.stores.writer import Transaction

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


class LocritService:
    def __init__(self, database: Database) -> None:
        self._db = database

    async def list(self, include_deleted: bool = False) -> list[Locrit]:
        """Oldest first."""
        return await self._db.read(lambda connection: locrits.all_(connection, include_deleted))

    async def get(self, name: str) -> Locrit:
        """By its name, by one that it had before, or by its id, as all that changes it."""
        return await self._db.read(lambda connection: locrits.require(connection, name))

    async def create(
        self, name: str, fields: dict[str, Any], locrit_id: str | None = None, op_id: str | None = None
    ) -> Locrit:
        """Raises Conflict when the name is taken, or the id stands for another one."""

        def create(tx: Transaction, op_id: str, now: int) -> Locrit:
            _check_free(tx, name)
            if locrit_id is not None and (other := locrits.find_by_id(tx.connection, locrit_id)) is not None:
                raise Conflict("This id belongs to another Locrit.", hint="Choose another one.", current=other.wire())
            return locrits.insert_(tx, locrit_id or new_id(), LOCAL_USER, name, fields, op_id, now)

        request = {"name": name, "fields": locrits.columns(fields)}
        request |= {"id": locrit_id} if locrit_id else {}  # as versions without it made it
        return await self._once("create_locrit", op_id, request, create)

    async def edit(
        self, name: str, changes: dict[str, Any], rev: int | None = None, op_id: str | None = None
    ) -> Locrit:
        """Of `open_to` and `access_to` too only what is given changes. A name that it had before still leads to it.
        Raises Conflict when `rev` is stale or a new name is taken."""

        def edit(tx: Transaction, op_id: str, now: int) -> Locrit:
            current = locrits.require(tx.connection, name)
            if rev is not None and rev != current.rev:
                raise Conflict(f"{name} was changed in the meantime.", current=current.wire())
            wanted = {name: _merged(getattr(current, name, None), value) for name, value in changes.items()}
            if wanted.get("name", current.name) != current.name:
                _check_free(tx, wanted["name"])
                former = [one for one in current.former_names if one not in (current.name, wanted["name"])]
                wanted["former_names"] = [*former, current.name][-NAMES_KEPT:]
            return locrits.change(tx, LOCAL_USER, current.id, "locrit.updated", wanted, op_id, now)

        return await self._once("edit_locrit", op_id, {"name": name, "changes": locrits.columns(changes)}, edit)

    async def delete(self, name: str, op_id: str | None = None) -> Locrit:
        """To the trash, with its conversations, where no reply goes on; `restore` brings it back."""

        def delete(tx: Transaction, op_id: str, now: int) -> Locrit:
            current = locrits.require(tx.connection, name)
            generations.stop_of(tx, current.id)
            return locrits.change(tx, LOCAL_USER, current.id, "locrit.deleted", {"deleted_at": now}, op_id, now)

        return await self._once("delete_locrit", op_id, {"name": name}, delete)

    async def restore(self, name: str, op_id: str | None = None) -> Locrit:
        """By id or name. Raises NotFound when the trash has none of it, Conflict when its name is taken again."""

        def restore(tx: Transaction, op_id: str, now: int) -> Locrit:
            deleted = locrits.find_deleted(tx.connection, name)
            if deleted is None:
                raise NotFound(f"There is no Locrit named '{name}' in the trash.")
            _check_free(tx, deleted.name)
            return locrits.change(tx, LOCAL_USER, deleted.id, "locrit.restored", {"deleted_at": None}, op_id, now)

        return await self._once("restore_locrit", op_id, {"name": name}, restore)

    async def ensure_defaults(self) -> None:
        """At first start: the local person and three Locrits to talk to."""
        await self._db.write(_ensure_defaults)

    async def _once(
        self, kind: str, op_id: str | None, request: dict[str, Any], act: Callable[[Transaction, str, int], Locrit]
    ) -> Locrit:
        """A repeat does nothing and returns the Locrit as it is now."""
        op_id, hash_ = op_id or new_id(), request_hash(kind, request)

        def once(tx: Transaction) -> Locrit:
            done = ops.find(tx, op_id, hash_)
            if done is not None:
                return locrits.by_id(tx.connection, done["locrit_id"])
            locrit = act(tx, op_id, now := now_ms())
            ops.record(tx, op_id, hash_, {"locrit_id": locrit.id}, now)
            return locrit

        return await self._db.write(once)


def _ensure_defaults(tx: Transaction) -> None:
    """All or nothing: a first start that is cut off is the first start again."""
    if tx.read(select(users.c.id).where(users.c.id == LOCAL_USER)).first() is not None:
        return
    now = now_ms()
    tx.append(users, {"id": LOCAL_USER, "created_at": now})
    for name, fields in DEFAULTS:
        locrits.insert_(tx, new_id(), LOCAL_USER, name, fields, f"default:{name}", now)


def _merged(current: Any, value: Any) -> Any:
    return current.wire() | value if isinstance(current, (OpenTo, AccessTo)) and isinstance(value, dict) else value


def _check_free(tx: Transaction, name: str) -> None:
    taken = locrits.find(tx.connection, name)
    if taken is not None:
        raise Conflict(f"There is a Locrit named '{name}' already.", hint="Choose another name.", current=taken.wire())
