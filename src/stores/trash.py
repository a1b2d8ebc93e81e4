"""The trash: what is deleted can be restored, until it is forgotten."""

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from src.entities import Conversation, Trash
from src.errors import Forgotten
from src.models import conversations as table
from src.models import messages
from src.stores import activity, conversations, generations
from src.stores import locrits as locrit_store
from src.stores import messages as message_store
from src.stores.conversations import Place
from src.stores.writer import Transaction

_MESSAGES_BY_DAY = (
    select(func.min(messages.c.created_at).label("moment"), func.count().label("messages"))
    .where(messages.c.conversation_id == bindparam("id"), messages.c.deleted_at.is_(None))
    .group_by(messages.c.created_at.op("/")(86_400_000))
)
_MESSAGES = (
    select(messages)
    .join(table, table.c.id == messages.c.conversation_id)
    .where(
        table.c.owner_id == bindparam("owner"),
        messages.c.deleted_at.is_not(None),
        messages.c.forgotten_at.is_(None),
        table.c.deleted_at.is_(None),
    )
    .order_by(messages.c.deleted_at.desc())
    .limit(bindparam("count"))
)
_CONVERSATIONS = (
    conversations.ALL.where(
        table.c.owner_id == bindparam("owner"), table.c.deleted_at.is_not(None), table.c.forgotten_at.is_(None)
    )
    .order_by(table.c.deleted_at.desc())
    .limit(bindparam("count"))
)


def contents(connection: Connection, owner_id: str, limit: int) -> Trash:
    """Up to `limit` of each kind; messages of conversations that are in the trash themselves are not told twice."""
    key = {"owner": owner_id, "count": limit}
    deleted = [one for one in locrit_store.all_(connection, include_deleted=True) if one.deleted_at is not None]
    return Trash(
        locrits=sorted(deleted, key=lambda one: -(one.deleted_at or 0))[:limit],
        conversations=[conversations.entity(row) for row in connection.execute(_CONVERSATIONS, key)],
        messages=[message_store.entity(row) for row in connection.execute(_MESSAGES, key)],
    )


def edit(tx: Transaction, current: Conversation, changes: dict[str, Any], op_id: str, now: int) -> Conversation:
    """Set columns; `deleted` moves it to the trash or back."""
    fields = {name: value for name, value in changes.items() if name != "deleted"}
    where = conversations.place(tx, current.conversation_id, in_trash=True)
    if where.is_forgotten:
        raise Forgotten("This conversation was forgotten; it does not come back.")
    if fields:
        current = conversations.change(tx, where, fields, op_id, now)
    deleted = changes.get("deleted")
    if deleted is not None and deleted != (current.deleted_at is not None):
        current = set_deleted(tx, where, now if deleted else None, op_id, now)
    return current


def clear(tx: Transaction, locrit_id: str, op_id: str, now: int) -> int:
    """Every conversation of the Locrit to the trash."""
    ids = (
        tx.read(conversations.IDS_OF_LOCRIT.where(table.c.deleted_at.is_(None)), {"locrit": locrit_id}).scalars().all()
    )
    for id_ in ids:
        set_deleted(tx, conversations.place(tx, id_), now, op_id, now)
    return len(ids)


def set_deleted(tx: Transaction, where: Place, deleted_at: int | None, op_id: str, now: int) -> Conversation:
    """To the trash, where no reply goes on, or back; what the Locrit's numbers count follows."""
    if deleted_at:
        generations.stop_in(tx, where.id)
    sign = -1 if deleted_at else 1
    for day in tx.read(_MESSAGES_BY_DAY, {"id": where.id}).all():
        activity.count(tx, where.locrit_id, day.moment, sign * day.messages)
    locrit_store.uncount_conversations(tx, where.locrit_id, -sign)
    type_ = "conversation.deleted" if deleted_at else "conversation.restored"
    return conversations.change(tx, where, {"deleted_at": deleted_at}, op_id, now, type_)
