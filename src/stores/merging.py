"""Merging what a client has with what is stored: nothing is lost, nothing comes twice, nothing is overwritten.

What a client tells of a message beyond its words (whom it follows, how it ended, what it cost, that it is in the trash)
is taken as it is: so a client can upload again what a server lost that was rolled back to an older copy of its data.

What is brought was said when it was said, and not when it came: a conversation stands in the lists where it was last
talked in, years ago if need be.
"""

from collections.abc import Sequence
from typing import Any

from pydantic_core import to_json

from src.entities import Body, ClientMessage, GenerationResult, MergeResult, Message, MessageStatus, NewMessage
from src.entities.parts import as_json, referred, reworded, words
from src.errors import InvalidInput
from src.operations import Stamp
from src.stores import conversations, generations, last_said, messages, saving, versions
from src.stores.ancestry import Tree
from src.stores.conversations import ConversationHead
from src.stores.unit_of_work import UnitOfWork

ENDED: tuple[MessageStatus, ...] = ("complete", "stopped", "failed")


def merge(
    tx: UnitOfWork,
    conversation_id: str,
    theirs: Sequence[ClientMessage],
    stamp: Stamp,
    *,
    in_trash: bool = False,
    since: int | None = None,
) -> MergeResult:
    """Into the conversation, in the client's order, but nothing before what it follows. Another conversation's ids are
    refused with Conflict, circles and parents elsewhere with InvalidInput. Nothing that is added is older in the log
    than `since`; without it, than what was said last."""
    result = MergeResult()
    tree = Tree(tx.connection, conversation_id)
    said_at = last_said.find(tx, conversation_id) if since is None else since
    for one in _parents_first(theirs):
        head = conversations.lock_head(tx, conversation_id, in_trash=in_trash)
        stored = messages.find(tx.connection, one.message_id)
        if stored is None:
            said_at = max(said_at, min(one.created_at or stamp.time, stamp.time))
            _add(tx, head, tree, one, Stamp(stamp.op_id, said_at))
            result.added.append(one.message_id)
        else:
            saving.check_belongs(tx, head, stored, one.role)
            _merge_known(tx, head, stored, one, result, stamp)
    if result.added:
        head = conversations.lock_head(tx, conversation_id, in_trash=True)
        conversations.allocate_seq(tx, head, events=0, messages=0, counted=0, preview=None, leaf_id=tree.newest())
        if said_at < stamp.time:  # whoever has it in a list does not look there for what is new
            conversations.change(tx, head, {}, stamp)
        else:
            conversations.announce_activity(tx, head, running=False, now=stamp.time)
    return result


def _parents_first(theirs: Sequence[ClientMessage]) -> list[ClientMessage]:
    by_id: dict[str, ClientMessage] = {}
    for one in theirs:
        by_id.setdefault(one.message_id, one)
    placed: dict[str, ClientMessage] = {}
    for one in theirs:
        chain: dict[str, ClientMessage] = {}
        step: ClientMessage | None = one
        while step is not None and step.message_id not in placed:
            if step.message_id in chain:
                raise InvalidInput("These messages follow each other in a circle.")
            chain[step.message_id] = by_id[step.message_id]
            step = by_id.get(step.parent_id or "")
        placed.update(reversed(chain.items()))
    return [*placed.values(), *(one for one in theirs if placed[one.message_id] is not one)]


def _add(tx: UnitOfWork, head: ConversationHead, tree: Tree, one: ClientMessage, stamp: Stamp) -> None:
    parent_id = None if one.parent_id is None else _parent(tx, tree, one.message_id, one.parent_id)
    is_stub = one.forgotten_at is not None
    new = NewMessage(
        one.message_id,
        one.role,
        "" if is_stub else one.content,
        one.ending,
        parent_id,
        one.model,
        metadata={} if is_stub else one.metadata,
        rev=one.rev or 1 if one.status else 1,
        usage=None if is_stub else one.usage,
        error=None if is_stub else one.error,
        context=None if is_stub else one.context,
        parts=None if is_stub else one.parts,
        created_at=one.created_at,
        updated_at=one.updated_at or one.created_at,
        deleted_at=one.deleted_at or one.forgotten_at,
        forgotten_at=one.forgotten_at,
    )
    [added] = messages.add(tx, head, [new], stamp)
    tree.add(added.message_id, added.parent_id)
    if added.deleted_at is None:
        conversations.name_after(tx, head, added, stamp)


def _parent(tx: UnitOfWork, tree: Tree, message_id: str, parent_id: str) -> str:
    """One that nobody has brought yet is kept: it may come with another request, or from another browser."""
    if parent_id not in tree and messages.find(tx.connection, parent_id) is not None:
        raise InvalidInput("A message cannot follow one of another conversation.")
    return tree.place(message_id, parent_id)


def _merge_known(
    tx: UnitOfWork, head: ConversationHead, stored: Message, one: ClientMessage, result: MergeResult, stamp: Stamp
) -> None:
    theirs = _body(stored, one)
    is_newer = one.status is not None and ((one.rev or 0) > stored.rev or _told(one) != _told_of(stored))
    is_same = theirs == _said(stored) and not is_newer
    if stored.forgotten_at is not None:
        result.forgotten.append(stored.message_id)
    elif is_same or stored.status == "streaming" or one.forgotten_at is not None:
        result.unchanged.append(stored.message_id)
    elif _is_later(stored, one):
        _take(tx, head, stored, one, stamp)
        result.updated.append(stored.message_id)
    elif _was_said(tx, stored, one.content):
        result.unchanged.append(stored.message_id)
    elif one.rev == stored.rev:
        _take(tx, head, stored, one, stamp)
        result.updated.append(stored.message_id)
    else:
        versions.put_between(tx, head, stored, theirs, stamp)
        result.conflicted.append(stored.message_id)


def _is_later(stored: Message, one: ClientMessage) -> bool:
    """The server was rolled back behind it, or was stopped before the reply had come to its end."""
    if one.status is None:
        return False
    theirs, ours = _body(stored, one), _said(stored)
    (said, called), (was_said, was_called) = ((words(body), referred(body.parts)) for body in (theirs, ours))
    is_longer = (said, called) != (was_said, was_called)
    continues = said.startswith(was_said) and called[: len(was_called)] == was_called
    goes_on = continues and (one.ending in ENDED or is_longer)
    return (one.rev or 0) > stored.rev or (stored.status == "interrupted" and goes_on)


def _take(tx: UnitOfWork, head: ConversationHead, stored: Message, one: ClientMessage, stamp: Stamp) -> None:
    theirs = _body(stored, one)
    if theirs != _said(stored):
        messages.keep_version(tx, stored)
    values: dict[str, Any] = {"content": theirs.content, "parts": as_json(theirs.parts)}
    if one.status is not None:
        values |= _told(one) | {"rev": max(stored.rev + 1, one.rev or 0), "updated_at": one.updated_at or stamp.time}
    was, is_ = stored.deleted_at is not None, values.get("deleted_at", stored.deleted_at) is not None
    type_ = "message.updated" if was == is_ else "message.deleted" if is_ else "message.restored"
    messages.change(tx, head, stored, type_, values, stamp)
    if one.status is not None and stored.generation_id is not None:
        ending = GenerationResult(one.ending, usage=one.usage, error=one.error)
        generations.set_ended(tx, stored.generation_id, ending, stamp.time)


def _body(stored: Message, one: ClientMessage) -> Body:
    """Who does not know more of it than its words leaves its other parts as they are."""
    return Body(one.content, reworded(stored.parts) if one.status is None else one.parts)


def _said(stored: Message) -> Body:
    return Body(stored.content, stored.parts)


def _told(one: ClientMessage) -> dict[str, Any]:
    """All that may change of a message, besides its words, as its columns hold it."""
    return {"status": one.ending, "model": one.model, "deleted_at": one.deleted_at} | _as_json(one)


def _told_of(stored: Message) -> dict[str, Any]:
    return {"status": stored.status, "model": stored.model, "deleted_at": stored.deleted_at} | _as_json(stored)


def _as_json(one: ClientMessage | Message) -> dict[str, Any]:
    told = {"usage": one.usage, "error": one.error, "context": one.context}
    return {name: messages.as_json(value) for name, value in told.items()} | {
        "metadata": to_json(one.metadata).decode()
    }


def _was_said(tx: UnitOfWork, stored: Message, content: str) -> bool:
    """An older copy: the client is behind, not of another opinion. A reply that was being written is one too."""
    earlier = versions.history(tx.connection, stored.message_id)
    return any(version.content == content for version in earlier) or (
        stored.role == "assistant" and stored.content.startswith(content)
    )
