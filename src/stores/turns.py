"""A turn: a question and its reply's place, committed together before any model is called."""

from typing import Any

from sqlalchemy import bindparam, select

from src.entities import Locrit, Message, NewMessage, SendMessage, Turn
from src.errors import Conflict, Forbidden, Inactive, InvalidInput, NotFound
from src.ids import new_id
from src.models import messages as messages_table
from src.operations import Operation
from src.stores import ancestry, attachments, conversations, generations, messages, openings, saving
from src.stores import locrits as locrit_store
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

_FIRST_REPLY = (
    select(messages_table.c.id, messages_table.c.generation_id)
    .where(messages_table.c.parent_id == bindparam("question"), messages_table.c.conversation_id == bindparam("in"))
    .order_by(messages_table.c.seq)
    .limit(1)
)


def begin(tx: UnitOfWork, question: SendMessage, operation: Operation) -> Turn:
    """Raises Inactive or Forbidden when the Locrit does not talk, Conflict when an id stands for other content."""
    head = _lock_head(tx, question, operation)
    message_id = question.message_id or new_id()
    stored = saving.same_or_conflict(tx, head, message_id, "user", question.content)
    if stored is not None:
        reply = tx.query(_FIRST_REPLY, {"question": stored.message_id, "in": head.id}).one_or_none()
        if reply is not None:
            return again(tx, {"message_id": message_id, "reply_id": reply.id, "generation_id": reply.generation_id})
        return _reply_to(tx, head, stored, operation)
    parts = attachments.body(tx, head.owner_id, question.attachment_ids)
    new = NewMessage(message_id, "user", question.content, parent_id=_parent_of(tx, head, question), parts=parts)
    [asked] = messages.add(tx, head, [new], operation)
    conversations.name_after(tx, head, asked, operation)
    return _reply_to(tx, head, asked, operation)


def retry(tx: UnitOfWork, message_id: str, operation: Operation, model: str | None = None) -> Turn:
    """A new reply to the question that `message_id` is, or is a reply to; by `model`, or by the Locrit's."""
    message = messages.owned(tx.connection, operation.caller.user_id, message_id)
    question = _question_of(tx, message) if message.role == "assistant" else message
    if question.role != "user":
        raise Conflict("Only a question, or a reply to one, can be tried again.", current=message.wire())
    messages.check_there(question)
    head = conversations.lock_head(tx, question.conversation_id)
    _check_talks(tx, head, operation)
    return _reply_to(tx, head, question, operation, model)


def continue_(tx: UnitOfWork, reply_id: str, operation: Operation) -> Turn:
    """The same reply goes on where it was cut; what it said until now is kept as a version."""
    reply = messages.owned(tx.connection, operation.caller.user_id, reply_id)
    if reply.role != "assistant" or reply.status not in ("interrupted", "stopped", "failed") or reply.deleted_at:
        raise Conflict("Only a reply that was cut off can go on.", current=reply.wire())
    question = _question_of(tx, reply)
    head = conversations.lock_head(tx, reply.conversation_id)
    _check_talks(tx, head, operation)
    generation_id, waits_for = new_id(), generations.running_elsewhere(tx, head)
    reply = generations.resume(tx, head, generation_id, reply, operation)
    return Turn(message=question, reply=reply, generation_id=generation_id, waits_for=waits_for)


def told(turn: Turn) -> dict[str, Any]:
    """What `again` needs to know."""
    ids = {"message_id": turn.message.message_id, "reply_id": turn.reply.message_id}
    return ids | {"generation_id": turn.generation_id}


def again(tx: UnitOfWork, done: dict[str, Any]) -> Turn:
    return Turn(
        message=messages.require(tx.connection, done["message_id"]),
        reply=messages.require(tx.connection, done["reply_id"]),
        generation_id=done["generation_id"],
        repeated=True,
    )


def check_same_place(tx: UnitOfWork, question: SendMessage, asked: Message, owner_id: str) -> None:
    """The Locrit may have another name since; a question that was stored by an earlier version may be elsewhere."""
    conversation = conversations.require(tx.connection, asked.conversation_id)
    opening = question.opening
    wanted = opening.conversation_id if opening else question.conversation_id
    locrit = opening and locrit_store.find_named(tx.connection, owner_id, opening.locrit_name)
    if wanted not in (None, conversation.conversation_id) or (locrit and locrit.id != conversation.locrit_id):
        raise Conflict("This operation id was used before in another conversation; nothing was changed.")


def _question_of(tx: UnitOfWork, reply: Message) -> Message:
    question = messages.find(tx.connection, ancestry.parent_of(tx.connection, reply))
    if question is None:
        raise Conflict("This reply stands here without its question: there is nothing to answer.", current=reply.wire())
    return question


def _parent_of(tx: UnitOfWork, head: ConversationHead, question: SendMessage) -> str | None:
    """None for the newest message. One in the trash keeps its place, and can be followed."""
    if question.sibling_of and question.parent_id:
        raise InvalidInput("A question stands beside another one or follows a message, not both.")
    if question.sibling_of:
        other = messages.owned(tx.connection, head.owner_id, question.sibling_of)
        saving.check_belongs(tx, head, other, "user")
        return ancestry.parent_of(tx.connection, other)
    if question.parent_id:
        parent = messages.owned(tx.connection, head.owner_id, question.parent_id)
        if parent.conversation_id != head.id:
            raise NotFound("The message to go on from is not in this conversation.")
    return question.parent_id


def _lock_head(tx: UnitOfWork, question: SendMessage, operation: Operation) -> ConversationHead:
    owner_id = operation.caller.user_id
    if question.opening is not None:
        _check(locrit_store.require(tx.unflushed, owner_id, question.opening.locrit_name), operation)
        return openings.open_(tx, owner_id, question.opening, operation)[0]
    if question.conversation_id is not None:
        head = conversations.lock_head(tx, question.conversation_id, owner_id)
        _check_talks(tx, head, operation)
        return head
    raise InvalidInput("A question needs a Locrit or a conversation.")


def _check_talks(tx: UnitOfWork, head: ConversationHead, operation: Operation) -> None:
    _check(locrit_store.by_id(tx.unflushed, head.locrit_id), operation)


def _check(locrit: Locrit, operation: Operation) -> None:
    if not locrit.active:
        raise Inactive(f"{locrit.name} is switched off.")
    if operation.caller.through == "public":
        if not locrit.open_to.internet:
            raise Forbidden(f"{locrit.name} is not open to the public.")
    elif operation.caller.through == "invitation":
        if not locrit.open_to.invitations:
            raise Forbidden(f"{locrit.name} is not open to guests.")
    elif not locrit.open_to.humans:
        raise Forbidden(f"{locrit.name} does not talk with people.")


def _reply_to(
    tx: UnitOfWork, head: ConversationHead, question: Message, operation: Operation, model: str | None = None
) -> Turn:
    generation_id, reply_id, waits_for = new_id(), new_id(), generations.running_elsewhere(tx, head)
    reply = generations.start(tx, head, generation_id, reply_id, question, operation, model)
    return Turn(message=question, reply=reply, generation_id=generation_id, waits_for=waits_for)
