"""Saving a message under an id that a client may have chosen: the same one again is known, another one refused."""

from sqlalchemy import bindparam, select

from src.entities import Message, NewMessage, Role
from src.errors import Conflict
from src.models import message_versions
from src.models import messages as table
from src.operations import Stamp
from src.stores import conversations, messages
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

_FIRST_VERSION = (
    select(message_versions.c.content)
    .where(message_versions.c.message_id == bindparam("message"))
    .order_by(message_versions.c.rev)
    .limit(1)
)


def same_or_conflict(
    tx: UnitOfWork, head: ConversationHead, message_id: str, role: Role, content: str
) -> Message | None:
    """Returns the stored message when the same one was saved before, None when the id is new. Raises Conflict
    otherwise."""
    stored = messages.find(tx.connection if (table, message_id) in tx.identities else tx.unflushed, message_id)
    if stored is None:
        return None
    messages.check_not_forgotten(stored)
    first = tx.query(_FIRST_VERSION, {"message": message_id}).scalar_one_or_none()
    said = stored.content if first is None else first
    if (stored.conversation_id, stored.role, said) != (head.id, role, content):
        raise _taken(tx, head, stored, "A message with this id and other content is already saved")
    return stored


def check_belongs(tx: UnitOfWork, head: ConversationHead, stored: Message, role: Role) -> None:
    if (stored.conversation_id, stored.role) != (head.id, role):
        raise _taken(tx, head, stored, "A message with this id is saved elsewhere")


def _taken(tx: UnitOfWork, head: ConversationHead, stored: Message, why: str) -> Conflict:
    """What another person's message says is not told."""
    is_ours = conversations.lock_head(tx, stored.conversation_id, in_trash=True).owner_id == head.owner_id
    refusal = Conflict(f"{why}; nothing was changed.")
    if is_ours:
        refusal.details["current"] = stored.wire()
    return refusal


def save(tx: UnitOfWork, owner_id: str, conversation_id: str, new: NewMessage, stamp: Stamp) -> tuple[Message, bool]:
    """Returns the stored message, and whether it was stored now: a repeat is also known by the message's id."""
    head = conversations.lock_head(tx, conversation_id, owner_id)
    stored = None if new.is_id_new else same_or_conflict(tx, head, new.id, new.role, new.content)
    if stored is not None:
        return stored, False
    [message] = messages.add(tx, head, [new], stamp)
    conversations.name_after(tx, head, message, stamp)
    conversations.announce_activity(tx, head, running=False, now=stamp.time)
    return message, True
