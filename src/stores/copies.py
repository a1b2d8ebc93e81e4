"""Copies of what was said: in forks, in forks of forks, in titles. What another person calls a copy is none."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select

from src.entities import Message
from src.entities.parts import from_json
from src.errors import Conflict
from src.models import conversations, generations, message_versions, messages
from src.stores.compiled_statement import CompiledStatement
from src.stores.titles import title_of
from src.stores.unit_of_work import UnitOfWork

_in = conversations.alias("said_in")
_owned = select(_in.c.id).where(_in.c.owner_id == bindparam("owner"))
_copy = messages.alias("copy")
_direct = (
    select(messages.c.id)
    .where(messages.c.copied_from == bindparam("origin"), messages.c.conversation_id.in_(_owned))
    .cte("copies", recursive=True)
)
_all = _direct.union(  # UNION ends circles too
    select(_copy.c.id).join(_direct, _copy.c.copied_from == _direct.c.id).where(_copy.c.conversation_id.in_(_owned))
)
_COPIES = CompiledStatement(
    select(messages.c.id).join(_all, _all.c.id == messages.c.id).where(messages.c.forgotten_at.is_(None))
)

_fork = conversations.alias("fork")
_forked = (
    select(conversations.c.id)
    .where(conversations.c.forked_from == bindparam("origin"), conversations.c.owner_id == bindparam("owner"))
    .cte("forks", recursive=True)
)
_forks = _forked.union(
    select(_fork.c.id).join(_forked, _fork.c.forked_from == _forked.c.id).where(_fork.c.owner_id == bindparam("owner"))
)
_FORKS = select(_forks.c.id)

_PLACE = (
    select(messages.c.conversation_id, messages.c.copied_from)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(messages.c.id == bindparam("id"), conversations.c.owner_id == bindparam("owner"))
)
_RUNNING_COPIES = (
    select(messages.c.copied_from)
    .join(generations, generations.c.message_id == messages.c.id)
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .where(
        generations.c.status == "streaming",
        messages.c.copied_from.is_not(None),
        conversations.c.owner_id == bindparam("owner"),
    )
)
_VERSIONS = select(message_versions.c.content, message_versions.c.parts).where(
    message_versions.c.message_id == bindparam("message")
)
_QUESTIONS: Select[Any] = (
    select(messages.c.content, messages.c.parts)
    .where(
        messages.c.conversation_id == bindparam("conversation"),
        messages.c.role == "user",
        messages.c.deleted_at.is_(None),
    )
    .order_by(messages.c.seq)
)


def origin_in(metadata: dict[str, Any]) -> str | None:
    """Returns the id that a message's metadata says it was copied from."""
    origin = metadata.get("copied_from")
    return origin if isinstance(origin, str) else None


def of(connection: Connection, owner_id: str, message_id: str) -> list[str]:
    """Returns the ids of the copies that can still be read, copies of copies included."""
    return [row.id for row in _COPIES.all(connection, {"origin": message_id, "owner": owner_id})]


def origin_of(connection: Connection, owner_id: str, message_id: str) -> str:
    """Returns the message that all are copies of; of one that is no copy, itself."""
    origin, seen = message_id, {message_id}
    while (next_ := _place(connection, owner_id, origin).copied_from) not in seen:
        if next_ is None or _place(connection, owner_id, next_) is None:
            break
        origin = next_
        seen.add(origin)
    return origin


def _place(connection: Connection, owner_id: str, message_id: str) -> Any:
    return connection.execute(_PLACE, {"id": message_id, "owner": owner_id}).first()


def count(connection: Connection, owner_id: str, message_id: str) -> int:
    """Counts the other messages that say what this one says because they are copies of the same one."""
    origin = origin_of(connection, owner_id, message_id)
    family = {origin, *of(connection, owner_id, origin)}
    return len(family - {message_id})


def check_none_runs(tx: UnitOfWork, owner_id: str, conversation_id: str) -> None:
    """Raises Conflict while a copy of a reply of this conversation goes on elsewhere."""
    for copied_from in tx.query(_RUNNING_COPIES, {"owner": owner_id}).scalars().all():
        origin, seen = copied_from, set[str]()
        while origin is not None and origin not in seen:
            seen.add(origin)
            place = _place(tx.connection, owner_id, origin)
            if place is not None and place.conversation_id == conversation_id:
                raise Conflict("A copy of a reply of this conversation is still being written.", hint="Stop it first.")
            origin = place.copied_from if place else None


def forks_of(tx: UnitOfWork, owner_id: str, conversation_id: str) -> Sequence[str]:
    """Returns the ids of the conversations that began with this one, those that began with such a one included."""
    return tx.query(_FORKS, {"origin": conversation_id, "owner": owner_id}).scalars().all()


def titles_from(tx: UnitOfWork, message: Message) -> set[str]:
    """What a conversation may have been called after anything that this message ever said."""
    before = map(_titled, tx.query(_VERSIONS, {"message": message.message_id}))
    return {title_of(message.content, message.parts), *before} - {""}


def title_without(tx: UnitOfWork, conversation_id: str, titles: set[str]) -> str:
    """After the first question that would not give one of these titles; empty when there is none."""
    for question in tx.query(_QUESTIONS, {"conversation": conversation_id}):
        if (title := _titled(question)) not in titles | {""}:
            return title
    return ""


def _titled(row: Row[Any]) -> str:
    return title_of(row.content, from_json(row.parts))
