"""Merging what a client has with what is stored: nothing is lost, nothing comes twice, nothing is overwritten."""

from dataclasses import dataclass, field
from typing import Any

from src.entities import Message, Role
from src.stores import conversations, messages, versions
from src.stores.conversations import Place
from src.stores.messages import NewMessage
from src.stores.writer import Transaction


@dataclass(frozen=True, slots=True)
class Theirs:
    """A message as a client has it; `rev` is the revision it last saw, None when the server never told it one."""

    message_id: str
    role: Role
    content: str
    rev: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    created_at: int | None = None


@dataclass(slots=True)
class Merged:
    """Ids by what became of them. `kept_aside`: both had changed; the client's text is kept as a version."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept_aside: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)


def merge(tx: Transaction, conversation_id: str, theirs: list[Theirs], op_id: str, now: int) -> Merged:
    """Into the conversation, in the client's order. Another conversation's ids are refused with Conflict."""
    result = Merged()
    for one in theirs:
        where = conversations.place(tx, conversation_id)
        stored = messages.find(tx.connection, one.message_id)
        if stored is None:
            new = NewMessage(one.message_id, one.role, one.content, metadata=one.metadata, created_at=one.created_at)
            [added] = messages.add(tx, where, [new], op_id, now)
            conversations.name_after(tx, where, added, op_id, now)
            result.added.append(one.message_id)
        else:
            messages.check_belongs(stored, conversation_id, one.role)
            _merge_known(tx, where, stored, one, result, op_id, now)
    return result


def _merge_known(
    tx: Transaction, where: Place, stored: Message, one: Theirs, result: Merged, op_id: str, now: int
) -> None:
    if stored.forgotten_at is not None:
        result.forgotten.append(stored.message_id)
    elif one.content == stored.content or stored.status == "streaming" or _was_said(tx, stored, one.content):
        result.unchanged.append(stored.message_id)
    elif one.rev == stored.rev:
        messages.keep_version(tx, stored)
        messages.change(tx, where, stored, "message.updated", {"content": one.content}, op_id, now)
        result.updated.append(stored.message_id)
    else:
        versions.put_between(tx, stored, one.content, op_id, now)
        result.kept_aside.append(stored.message_id)


def _was_said(tx: Transaction, stored: Message, content: str) -> bool:
    """An older copy: the client is behind, not of another opinion. A reply that was being written is one too."""
    earlier = versions.history(tx.connection, stored.message_id)
    return any(version.content == content for version in earlier) or (
        stored.role == "assistant" and stored.content.startswith(content)
    )
