"""What each kind of job does, piece by piece: see `stores.jobs`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Row, bindparam, select

from src.entities import Locrit
from src.errors import Conflict
from src.events import user_scope
from src.ids import now_ms
from src.models import concepts as concepts_table
from src.models import conversations as conversations_table
from src.models import generations
from src.models import memories as memories_table
from src.operations import Stamp
from src.stores import (
    artifacts,
    concepts,
    conversations,
    forgetting,
    forks,
    invitations,
    jobs,
    memories,
    messages,
    scrubbing,
    trash,
)
from src.stores import locrits as locrit_store
from src.stores.jobs import Handler, Reader
from src.stores.unit_of_work import UnitOfWork

_RUNNING = (
    select(generations.c.id)
    .join(conversations_table)
    .where(generations.c.status == "streaming", conversations_table.c.locrit_id == bindparam("locrit"))
    .limit(1)
)
_FORGOTTEN_WITH_IT = (
    (forgetting.CONVERSATION, conversations_table),
    (memories.FORGET, memories_table),
    (concepts.FORGET, concepts_table),
)
_BLANK: dict[str, Any] = {
    "name": "",
    "description": "",
    "system_prompt": "",
    "host": "",
    "model": "",
    "options": {},
    "tools": {},
    "metadata": {},
    "avatar": "",
    "welcome_message": "",
}


def forget_locrit(tx: UnitOfWork, locrit_id: str, stamp: Stamp) -> Locrit:
    """What it is, and, in steps, every conversation and memory of it."""
    locrit = locrit_store.by_id(tx.connection, locrit_id)
    if locrit.forgotten_at is not None:
        return locrit
    if tx.query(_RUNNING, {"locrit": locrit_id}).first() is not None:
        raise Conflict("A reply of this Locrit is still being written.", hint="Stop it first.", current=locrit.wire())
    owner_id = locrit_store.owner_id_of(tx.connection, locrit_id)
    order_id = jobs.begin(tx, "forget", locrit_id, owner_id, stamp)
    for kind, table in _FORGOTTEN_WITH_IT:
        jobs.order_each(tx, order_id, kind, select(table.c.id).where(table.c.locrit_id == locrit_id))
    jobs.end(tx, order_id)
    invitations.forget(tx, owner_id, locrit_id)
    scrubbing.scrub(tx, owner_id, user_scope(owner_id), "locrit", locrit_id)
    scrubbing.order(tx)
    blank = _BLANK | {"deleted_at": locrit.deleted_at or stamp.time, "forgotten_at": stamp.time}
    return locrit_store.change(tx, owner_id, locrit, "locrit.forgotten", blank, stamp)


Whole = Callable[[UnitOfWork, str, Stamp], object]
"""Does all of it at once to the entity of this id."""


def _at_once(whole: Whole) -> Handler:
    def handler(tx: UnitOfWork, job: Row[Any], _until: float) -> None:
        op_id = f"{job.kind.replace(' ', '-')}:{job.entity_id}"
        whole(tx, job.entity_id, Stamp(op_id, now_ms(), part_of=job.part_of))

    return handler


def _forget_rest(tx: UnitOfWork, job: Row[Any], until: float) -> int | None:
    return forgetting.forget_rest(tx, job, until, now_ms())


def _forget_conversation(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    """With its Locrit, whose name it told until now."""
    if conversations.lock_head(tx, id_, in_trash=True).is_forgotten:
        forgetting.retell(tx, id_, stamp)
    else:
        forgetting.forget_conversation(tx, id_, stamp)


def _empty_locrit(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    if locrit_store.by_id(tx.connection, id_).deleted_at is not None:
        forget_locrit(tx, id_, stamp)


def _empty_conversation(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    """Copies in forks that are not in the trash themselves were not thrown away."""
    if conversations.lock_head(tx, id_, in_trash=True).is_deleted:
        forgetting.forget_conversation(tx, id_, stamp, copies_too=False)


def _empty_message(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    message = messages.require(tx.connection, id_)
    if message.deleted_at is not None:
        forgetting.forget_alone(tx, message, stamp)


def _empty_memory(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    if memories.require(tx.connection, id_).deleted_at is not None:
        memories.forget(tx, id_, stamp)


def _empty_artifact(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    if artifacts.require(tx.connection, id_).deleted_at is not None:
        artifacts.forget_alone(tx, id_, stamp)


def _clear_conversation(tx: UnitOfWork, id_: str, stamp: Stamp) -> None:
    head = conversations.lock_head(tx, id_, in_trash=True)
    if not head.is_deleted:
        trash.set_deleted(tx, head, stamp.time, stamp)


READERS: dict[str, Reader] = {forks.UP_TO: forks.rest}
HANDLERS: dict[str, Handler] = {
    forgetting.MESSAGE: _at_once(forgetting.forget_copy),
    forgetting.CONVERSATION: _at_once(_forget_conversation),
    forgetting.REST: _forget_rest,
    forgetting.COPIES_TOO: _forget_rest,
    memories.FORGET: _at_once(memories.forget),
    concepts.FORGET: _at_once(concepts.forget),
    trash.ALL_DUE: lambda tx, job, _until: trash.order_due(tx, job),
    trash.EMPTY + "locrit": _at_once(_empty_locrit),
    trash.EMPTY + "conversation": _at_once(_empty_conversation),
    trash.EMPTY + "message": _at_once(_empty_message),
    trash.EMPTY + "memory": _at_once(_empty_memory),
    trash.EMPTY + "artifact": _at_once(_empty_artifact),
    trash.CLEAR + "conversation": _at_once(_clear_conversation),
    trash.CLEAR + "memory": _at_once(memories.delete_),
}
