"""A turn: a question and its reply's place, committed together before any model is called."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from src.entities import Message, Turn
from src.errors import Conflict, Forbidden, Inactive, InvalidInput, NotFound
from src.identity import new_id, request_hash
from src.models import messages as messages_table
from src.stores import conversations, generations, messages, openings, ops, paths
from src.stores import locrits as locrit_store
from src.stores.conversations import Place
from src.stores.openings import Opening
from src.stores.writer import Transaction

_FIRST_REPLY = (
    select(messages_table.c.id, messages_table.c.generation_id)
    .where(messages_table.c.parent_id == bindparam("question"), messages_table.c.conversation_id == bindparam("in"))
    .order_by(messages_table.c.seq)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks. Where: an opening, or the id of a conversation that exists."""

    content: str
    op_id: str
    message_id: str | None = None
    opening: Opening | None = None
    conversation_id: str | None = None
    instead_of: str | None = None
    """The question that this one puts differently: a branch beside it."""
    parent_id: str | None = None
    """The message that this one follows; without it, the newest."""

    @property
    def request_hash(self) -> str:
        """The place is part of it: the conversation, else the Locrit and the session that lead to one."""
        return request_hash("turn", self._request | {"in": self._place})

    @property
    def earlier_hash(self) -> str:
        """Of version 0.1, which left the place out."""
        return request_hash("turn", self._request)

    @property
    def _request(self) -> dict[str, Any]:
        request = {"id": self.message_id, "content": self.content, "instead_of": self.instead_of}
        return request | ({"parent_id": self.parent_id} if self.parent_id else {})

    @property
    def _place(self) -> list[str | None]:
        known = self.opening.conversation_id if self.opening else self.conversation_id
        if self.opening is None or known is not None:
            return [known]
        return [self.opening.locrit_name, self.opening.user_id, self.opening.session_id]


def begin(tx: Transaction, question: Question, now: int) -> Turn:
    """Raises Inactive or Forbidden when the Locrit does not talk, Conflict when an id stands for other content."""
    done = ops.find(tx, question.op_id, question.request_hash, question.earlier_hash)
    if done is not None:
        turn = _repeated(tx, done)
        _check_same_place(tx, question, turn.message)
        return turn
    where = _place(tx, question, now)
    message_id = question.message_id or new_id()
    stored = messages.same_or_conflict(tx, message_id, where.id, "user", question.content)
    if stored is not None:
        reply = tx.read(_FIRST_REPLY, {"question": stored.message_id, "in": where.id}).one_or_none()
        if reply is not None:
            return _repeated(tx, {"message_id": message_id, "reply_id": reply.id, "generation_id": reply.generation_id})
        return _reply_to(tx, where, stored, question.op_id, question.request_hash, now)
    new = messages.NewMessage(message_id, "user", question.content, parent_id=_parent_of(tx, where, question))
    [asked] = messages.add(tx, where, [new], question.op_id, now)
    conversations.name_after(tx, where, asked, question.op_id, now)
    return _reply_to(tx, where, asked, question.op_id, question.request_hash, now)


def begin_again(tx: Transaction, message_id: str, op_id: str, now: int, model: str | None = None) -> Turn:
    """A new reply to the question that `message_id` is, or is a reply to; by `model`, or by the Locrit's."""
    hash_ = request_hash("retry", {"id": message_id} | ({"model": model} if model else {}))
    done = ops.find(tx, op_id, hash_)
    if done is not None:
        return _repeated(tx, done)
    message = messages.require(tx.connection, message_id)
    question = _question_of(tx, message) if message.role == "assistant" else message
    if question.role != "user":
        raise InvalidInput("Only a question, or a reply to one, can be tried again.")
    messages.check_there(question)
    where = conversations.place(tx, question.conversation_id)
    _check_open(tx, where)
    return _reply_to(tx, where, question, op_id, hash_, now, model)


def continue_(tx: Transaction, reply_id: str, op_id: str, now: int) -> Turn:
    """The same reply goes on where it was cut; what it said until now is kept as a version."""
    hash_ = request_hash("continue", {"id": reply_id})
    done = ops.find(tx, op_id, hash_)
    if done is not None:
        return _repeated(tx, done)
    reply = messages.require(tx.connection, reply_id)
    if reply.role != "assistant" or reply.status not in ("interrupted", "stopped", "failed") or reply.deleted_at:
        raise Conflict("Only a reply that was cut off can go on.", current=reply.wire())
    question = _question_of(tx, reply)
    where = conversations.place(tx, reply.conversation_id)
    _check_open(tx, where)
    generation_id = new_id()
    result = {"message_id": question.message_id, "reply_id": reply_id, "generation_id": generation_id}
    ops.record(tx, op_id, hash_, result, now)
    reply = generations.resume(tx, where, generation_id, reply, op_id, now)
    return Turn(message=question, reply=reply, generation_id=generation_id)


def _question_of(tx: Transaction, reply: Message) -> Message:
    question = messages.find(tx.connection, paths.parent_of(tx.connection, reply))
    if question is None:
        raise Conflict("This reply stands here without its question: there is nothing to answer.", current=reply.wire())
    return question


def _parent_of(tx: Transaction, where: Place, question: Question) -> str | None:
    """None for the newest message. One in the trash keeps its place, and can be followed."""
    if question.instead_of and question.parent_id:
        raise InvalidInput("A question stands beside another one or follows a message, not both.")
    if question.instead_of:
        other = messages.require(tx.connection, question.instead_of)
        messages.check_belongs(other, where.id, "user")
        return paths.parent_of(tx.connection, other)
    if question.parent_id and messages.require(tx.connection, question.parent_id).conversation_id != where.id:
        raise NotFound("The message to go on from is not in this conversation.")
    return question.parent_id


def _check_same_place(tx: Transaction, question: Question, asked: Message) -> None:
    """The Locrit may have another name since; a question that was stored by an earlier version may be elsewhere."""
    where = conversations.require(tx.connection, asked.conversation_id)
    opening = question.opening
    wanted = opening.conversation_id if opening else question.conversation_id
    locrit = opening and locrit_store.find_named(tx.connection, opening.locrit_name)
    if wanted not in (None, where.conversation_id) or (locrit and locrit.id != where.locrit_id):
        raise Conflict("This operation id was used before in another conversation; nothing was changed.")


def _place(tx: Transaction, question: Question, now: int) -> Place:
    if question.conversation_id is not None:
        where = conversations.place(tx, question.conversation_id)
    elif question.opening is not None:
        _check(tx, question.opening.locrit_name)
        return openings.open_(tx, question.opening, question.op_id, now)[0]
    else:
        raise InvalidInput("A question needs a Locrit or a conversation.")
    _check_open(tx, where)
    return where


def _check_open(tx: Transaction, where: Place) -> None:
    _check(tx, where.locrit_name)


def _check(tx: Transaction, locrit_name: str) -> None:
    locrit = locrit_store.require(tx.stored, locrit_name)
    if not locrit.active:
        raise Inactive(f"{locrit.name} is switched off.")
    if not locrit.open_to.humans:
        raise Forbidden(f"{locrit.name} does not talk with people.")


def _reply_to(
    tx: Transaction, where: Place, question: Message, op_id: str, hash_: str, now: int, model: str | None = None
) -> Turn:
    generation_id, reply_id = new_id(), new_id()
    result = {"message_id": question.message_id, "reply_id": reply_id, "generation_id": generation_id}
    ops.record(tx, op_id, hash_, result, now)
    reply = generations.start(tx, where, generation_id, reply_id, question, op_id, now, model)
    return Turn(message=question, reply=reply, generation_id=generation_id)


def _repeated(tx: Transaction, done: dict[str, Any]) -> Turn:
    return Turn(
        message=messages.require(tx.connection, done["message_id"]),
        reply=messages.require(tx.connection, done["reply_id"]),
        generation_id=done["generation_id"],
        repeated=True,
    )
