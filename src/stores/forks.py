"""A fork: a conversation of its own that begins with what was said up to a message."""

from src.entities import Conversation, Message, NewMessage
from src.errors import Conflict
from src.ids import new_id
from src.operations import Stamp
from src.stores import ancestry, conversations, messages
from src.stores.unit_of_work import UnitOfWork

WHOLE = 1_000_000


def fork(tx: UnitOfWork, last: Message, new_conversation_id: str, stamp: Stamp) -> Conversation:
    """Copies a conversation up to `last`. The copies say in `metadata.copied_from` where they are from."""
    messages.check_there(last)
    if conversations.find(tx.connection, new_conversation_id) is not None:
        raise Conflict("There is a conversation with this id already.", hint="Fork with another conversation_id.")
    origin = conversations.require(tx.connection, last.conversation_id)
    where = conversations.lock_head(tx, last.conversation_id)
    copied = ancestry.to(tx.connection, last.message_id, WHOLE)
    row = {
        "id": new_conversation_id,
        "locrit_id": where.locrit_id,
        "owner_id": where.owner_id,
        "user_id": origin.user_id,
        "session_id": new_conversation_id,
        "title": origin.title,
        "forked_from": origin.conversation_id,
    }
    to = conversations.create(tx, row, stamp)
    messages.add(tx, to, [_copy(message) for message in copied], stamp)
    return conversations.require(tx.connection, new_conversation_id)


def _copy(message: Message) -> NewMessage:
    return NewMessage(
        new_id(),
        message.role,
        message.content,
        "interrupted" if message.status == "streaming" else message.status,
        model=message.model,
        parts=message.parts,
        metadata={**message.metadata, "copied_from": message.message_id},
        created_at=message.created_at,
    )
