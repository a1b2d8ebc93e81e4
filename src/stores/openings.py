"""Opening a conversation: the same wish always leads to the same one."""

from sqlalchemy import Connection

from src.entities import Conversation, OpenConversation
from src.errors import Conflict, InvalidInput
from src.ids import session_conversation_id
from src.operations import Stamp
from src.stores import conversations, invitations
from src.stores import locrits as locrit_store
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork


def open_(tx: UnitOfWork, owner_id: str, opening: OpenConversation, stamp: Stamp) -> tuple[ConversationHead, bool]:
    """Returns the conversation's head, and whether it was made now. Raises Conflict when the id stands for another
    one."""
    locrit = locrit_store.require(tx.connection, owner_id, opening.locrit_name)
    id_ = opening.conversation_id or _session(tx.connection, locrit.id, opening)
    session_id = opening.session_id or id_
    existing = conversations.find_own(tx.connection, owner_id, id_)
    if existing is not None:
        if existing.locrit_id != locrit.id:
            raise Conflict("This conversation belongs to another Locrit.", current=existing.wire())
        return conversations.lock_head(tx, existing.conversation_id), False
    guest = invitations.guest_of(tx.connection, opening.client_label)
    row = {
        "id": id_,
        "locrit_id": locrit.id,
        "owner_id": owner_id,
        "user_id": opening.client_label,
        "session_id": session_id,
        "title": opening.title,
        "metadata": {"guest": guest} if guest else {},
    }
    return conversations.create(tx, row, stamp), True


def opened(connection: Connection, owner_id: str, opening: OpenConversation) -> Conversation | None:
    """Returns the conversation when it is there already, the trash left out. Raises NotFound for an unknown Locrit."""
    locrit = locrit_store.require(connection, owner_id, opening.locrit_name)
    id_ = opening.conversation_id or _session(connection, locrit.id, opening)
    known = conversations.find_own(connection, owner_id, id_)
    return known if known and known.locrit_id == locrit.id and known.deleted_at is None else None


def _session(connection: Connection, locrit_id: str, opening: OpenConversation) -> str:
    if opening.session_id is None:
        raise InvalidInput("A conversation needs a conversation_id or a session_id.")
    return session_id_of(connection, locrit_id, opening.client_label, opening.session_id)


def session_id_of(connection: Connection, locrit_id: str, client_label: str, session_id: str) -> str:
    """Returns the id that the session's conversation has, or will have: one in the trash stays there, a new one
    begins."""
    there = conversations.same_session(connection, locrit_id, client_label, session_id)
    alive = [one for one in there if one.deleted_at is None]
    if alive:
        return alive[-1].conversation_id
    return session_conversation_id(locrit_id, client_label, session_id, life=len(there))
