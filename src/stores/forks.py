"""A fork: a conversation of its own that begins with what was said up to a message."""

from src.entities import Message
from src.errors import Conflict
from src.identity import new_id
from src.stores import conversations, messages, ops, paths
from src.stores.messages import NewMessage
from src.stores.writer import Transaction

WHOLE = 1_000_000


def fork(tx: Transaction, message_id: str, new_conversation_id: str, op_id: str, request_hash: str, now: int) -> str:
    """The new conversation's id. The copies say in `metadata.copied_from` where they are from."""
    done = ops.find(tx, op_id, request_hash)
    if done is not None:
        return str(done["conversation_id"])
    last = messages.require(tx.connection, message_id)
    messages.check_there(last)
    if conversations.find(tx.connection, new_conversation_id) is not None:
        raise Conflict("There is a conversation with this id already.", hint="Fork with another conversation_id.")
    origin = conversations.require(tx.connection, last.conversation_id)
    where = conversations.place(tx, last.conversation_id)
    copied = paths.to(tx.connection, message_id, WHOLE)
    ops.record(tx, op_id, request_hash, {"conversation_id": new_conversation_id}, now)
    row = {
        "id": new_conversation_id,
        "locrit_id": where.locrit_id,
        "owner_id": where.owner_id,
        "user_id": origin.user_id,
        "session_id": new_conversation_id,
        "title": origin.title,
        "forked_from": origin.conversation_id,
    }
    to = conversations.create(tx, row, op_id, now)
    messages.add(tx, to, [_copy(message) for message in copied], op_id, now)
    return new_conversation_id


def _copy(message: Message) -> NewMessage:
    return NewMessage(
        new_id(),
        message.role,
        message.content,
        "interrupted" if message.status == "streaming" else message.status,
        model=message.model,
        metadata={**message.metadata, "copied_from": message.message_id},
        created_at=message.created_at,
    )
