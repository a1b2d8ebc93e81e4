"""The trash: what is deleted can be restored, until it is forgotten."""

import json
from collections import Counter
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, Text, bindparam, func, literal, or_, select, union_all

from src.entities import Conversation, Trash, TrashedArtifact, TrashedMemory, TrashedMessage
from src.entities.conversations import visitor_of
from src.errors import Forgotten
from src.models import artifacts, generations, locrits, memories, messages
from src.models import conversations as table
from src.operations import Stamp
from src.stores import activity, concept_index, conversations, jobs
from src.stores import artifacts as artifact_store
from src.stores import generations as generation_store
from src.stores import locrits as locrit_store
from src.stores import memories as memory_store
from src.stores import messages as message_store
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

CLEAR = "clear "
"""Before the kind of what goes to the trash in steps."""
EMPTY = "empty "
"""Before the kind of what is forgotten because it is in the trash."""
ALL_DUE = "empty trash"
EVERYBODY = "everybody"
ORDERED_AT_ONCE = 500


def _in_trash(kind: Any) -> tuple[Any, ...]:
    return kind.c.deleted_at.is_not(None), kind.c.forgotten_at.is_(None), ~jobs.is_ordered(kind.c.id)


_WITH_LOCRIT = locrits.c.deleted_at.is_(None)
"""What is in the trash with its Locrit is shown as that."""
_SHOWN: dict[str, Select[Any]] = {
    "locrit": locrit_store.ALL.order_by(None).where(*_in_trash(locrits)),
    "conversation": conversations.ALL.where(*_in_trash(table), _WITH_LOCRIT),
    "message": select(
        messages,
        locrits.c.name.label("locrit_name"),
        table.c.title.label("conversation_title"),
        table.c.user_id.label("conversation_user"),
        table.c.metadata.label("conversation_metadata"),
    )
    .join(table, table.c.id == messages.c.conversation_id)
    .join(locrits, locrits.c.id == table.c.locrit_id)
    .where(*_in_trash(messages), table.c.deleted_at.is_(None), _WITH_LOCRIT),
    "memory": select(memories, locrits.c.name.label("locrit_name"))
    .join(locrits, locrits.c.id == memories.c.locrit_id)
    .where(*_in_trash(memories), _WITH_LOCRIT),
    "artifact": select(artifacts, locrits.c.name.label("locrit_name"), table.c.title.label("conversation_title"))
    .join(table, table.c.id == artifacts.c.conversation_id)
    .join(locrits, locrits.c.id == table.c.locrit_id)
    .join(messages, messages.c.id == artifacts.c.message_id, isouter=True)
    .where(*_in_trash(artifacts), messages.c.deleted_at.is_(None), table.c.deleted_at.is_(None), _WITH_LOCRIT),
}
_TABLES = {"locrit": locrits, "conversation": table, "message": messages, "memory": memories, "artifact": artifacts}
_OWNERS = {"locrit": locrits, "conversation": table, "message": table, "memory": locrits, "artifact": table}
_OWNED = {kind: statement.where(_OWNERS[kind].c.owner_id == bindparam("owner")) for kind, statement in _SHOWN.items()}
_NEWEST = {
    kind: statement.order_by(_TABLES[kind].c.deleted_at.desc()).limit(bindparam("count"))
    for kind, statement in _OWNED.items()
}
_LOCK_LOCRIT = select(locrits.c.id).where(locrits.c.id == bindparam("locrit")).with_for_update()
_COUNTS = [select(func.count()).select_from(statement.subquery()) for statement in _OWNED.values()]
_RUNNING = {
    "locrit": select(generations.c.id).select_from(generations.join(table)).where(table.c.locrit_id == locrits.c.id),
    "conversation": select(generations.c.id).where(generations.c.conversation_id == table.c.id),
}
_OWNER: BindParameter[str | None] = bindparam("owner", type_=Text)
_DUE = {
    kind: select(literal(kind).label("kind"), each.c.id, each.c.deleted_at)
    .select_from(each if each is _OWNERS[kind] else each.join(_OWNERS[kind]))
    .where(
        *_in_trash(each),
        each.c.deleted_at <= bindparam("until"),
        or_(_OWNER.is_(None), _OWNERS[kind].c.owner_id == _OWNER),
    )
    for kind, each in _TABLES.items()
}
_DUE |= {kind: _DUE[kind].where(table.c.forgotten_at.is_(None)) for kind in ("message", "artifact")}
_RUNS = {kind: running.where(generations.c.status == "streaming").exists() for kind, running in _RUNNING.items()}
_READY = union_all(*(_DUE[kind].where(~_RUNS[kind]) if kind in _RUNS else _DUE[kind] for kind in _DUE)).subquery()
_KINDS_DUE = select(_READY.c.kind, func.count().label("things")).group_by(_READY.c.kind)
_OLDEST = select(_READY).order_by(_READY.c.deleted_at).limit(bindparam("count"))
_BUSY = union_all(*(_DUE[kind].where(runs) for kind, runs in _RUNS.items()))


def contents(connection: Connection, owner_id: str, limit: int) -> Trash:
    """Returns up to `limit` of each kind; what is in the trash with what it is part of is not told twice."""
    key = {"owner": owner_id, "count": limit}
    found = {kind: connection.execute(statement, key).all() for kind, statement in _NEWEST.items()}
    return Trash(
        locrits=[locrit_store.entity(row) for row in found["locrit"]],
        conversations=[conversations.entity(row) for row in found["conversation"]],
        messages=[
            TrashedMessage(
                **dict(message_store.entity(row)),
                locrit_name=row.locrit_name,
                conversation_title=row.conversation_title,
                visitor=visitor_of(row.conversation_user, json.loads(row.conversation_metadata)),
            )
            for row in found["message"]
        ],
        memories=[
            TrashedMemory(**dict(memory_store.entity(row)), locrit_name=row.locrit_name) for row in found["memory"]
        ],
        artifacts=[
            TrashedArtifact(
                **dict(artifact_store.entity(row)),
                locrit_name=row.locrit_name,
                conversation_title=row.conversation_title,
            )
            for row in found["artifact"]
        ],
    )


def size(connection: Connection, owner_id: str) -> int:
    """Counts what `contents` would show."""
    return sum(connection.scalar(count, {"owner": owner_id}) or 0 for count in _COUNTS)


def order_emptying(tx: UnitOfWork, owner_id: str | None, until: int, stamp: Stamp) -> Counter[str]:
    """Have what was deleted at `until` or before forgotten, in steps, oldest first, but for what runs; returns how much
    there is of each kind. Without an owner, everybody's."""
    due = tx.query(_KINDS_DUE, {"owner": owner_id, "until": until}).all()
    order_id = jobs.begin(tx, "empty", owner_id or EVERYBODY, owner_id, stamp)
    if due:
        jobs.order(tx, order_id, ALL_DUE, owner_id or EVERYBODY, units=0, position=until)
    jobs.end(tx, order_id)
    return Counter({one.kind: one.things for one in due})


def order_due(tx: UnitOfWork, job: Row[Any]) -> int | None:
    """Of what is due at the job's position, the next things; None when that was all."""
    owner_id = None if job.entity_id == EVERYBODY else job.entity_id
    due = tx.query(_OLDEST, {"owner": owner_id, "until": job.position, "count": ORDERED_AT_ONCE}).all()
    for one in due:
        jobs.order(tx, job.part_of, EMPTY + one.kind, one.id)
    return int(job.position) if due else None


def busy(connection: Connection, owner_id: str | None, until: int) -> list[tuple[str, str]]:
    """Returns kind and id of what would be due, if it had no running reply."""
    return [(row.kind, row.id) for row in connection.execute(_BUSY, {"owner": owner_id, "until": until})]


def edit(tx: UnitOfWork, current: Conversation, changes: dict[str, Any], stamp: Stamp) -> Conversation:
    """Sets columns; `deleted` moves it to the trash or back."""
    fields = {name: value for name, value in changes.items() if name != "deleted"}
    head = conversations.lock_head(tx, current.conversation_id, in_trash=True)
    if head.is_forgotten:
        raise Forgotten("This conversation was forgotten; it does not come back.")
    if fields:
        current = conversations.change(tx, head, fields, stamp)
    deleted = changes.get("deleted")
    if deleted is not None and deleted != (current.deleted_at is not None):
        current = set_deleted(tx, head, stamp.time if deleted else None, stamp)
    return current


def clear(tx: UnitOfWork, owner_id: str, locrit_id: str, stamp: Stamp) -> int:
    """Have every conversation and memory of the Locrit moved to the trash, in steps; returns how many."""
    tx.query(_LOCK_LOCRIT, {"locrit": locrit_id})  # what is forked meanwhile is there already, or sees what is ordered
    order_id, count = jobs.begin(tx, "clear", locrit_id, owner_id, stamp), 0
    for kind, each in (("conversation", table), ("memory", memories)):
        alive = select(each.c.id).where(each.c.locrit_id == locrit_id, each.c.deleted_at.is_(None))
        count += jobs.order_each(tx, order_id, CLEAR + kind, alive)
    jobs.end(tx, order_id)
    return count


def set_deleted(tx: UnitOfWork, head: ConversationHead, deleted_at: int | None, stamp: Stamp) -> Conversation:
    """Moves it to the trash, where no reply goes on, or back; what the Locrit's numbers count follows."""
    if deleted_at:
        generation_store.stop_in(tx, head.id)
    sign = -1 if deleted_at else 1
    activity.add_conversation(tx, head.locrit_id, head.id, sign)
    locrit_store.uncount_conversations(tx, head.locrit_id, -sign)
    concept_index.order_recount(tx, head.id)
    type_ = "conversation.deleted" if deleted_at else "conversation.restored"
    return conversations.change(tx, head, {"deleted_at": deleted_at}, stamp, type_)
