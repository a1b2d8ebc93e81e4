"""When something was last said in a conversation: its place in the lists (`updated_at`, ms since 1970)."""

from sqlalchemy import bindparam, select

from src.models import conversations as table
from src.operations import Stamp
from src.stores import conversations
from src.stores.unit_of_work import UnitOfWork

_LAST_SAID = select(table.c.updated_at, table.c.message_seq).where(table.c.id == bindparam("id"))


def find(tx: UnitOfWork, conversation_id: str) -> int:
    """Returns 0 where nothing was said yet."""
    row = tx.query(_LAST_SAID, {"id": conversation_id}).one()
    return int(row.updated_at) if row.message_seq else 0


def set_(tx: UnitOfWork, conversation_id: str, said_at: int, stamp: Stamp) -> None:
    """Where it does not follow from what is stored of messages: so everybody is told."""
    head = conversations.lock_head(tx, conversation_id, in_trash=True)
    conversations.change(tx, head, {"updated_at": said_at}, stamp)
