"""What services ask of the store: to open a conversation, to save a message or a question, to end a reply."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from src.entities.base import Failure, MessageStatus, Role
from src.entities.conversations import PromptContext, Usage
from src.entities.parts import Part


@dataclass(frozen=True, slots=True)
class OpenConversation:
    """A conversation to open; without `conversation_id` it is derived from Locrit, user and session. `client_label`
    keeps the sessions of one client apart from those of others."""

    client_label: str
    locrit_name: str
    conversation_id: str | None
    session_id: str | None
    title: str = ""

    @property
    def request(self) -> dict[str, Any]:
        return self.earlier_request | {"user": self.client_label, "title": self.title}

    @property
    def earlier_request(self) -> dict[str, Any]:
        """As version 0.1 put it, which left out user and title."""
        return {"locrit": self.locrit_name, "id": self.conversation_id, "session": self.session_id}


@dataclass(frozen=True, slots=True)
class SendMessage:
    """What a person asks. Where: an opening, or else the id of a conversation that exists."""

    content: str
    op_id: str | None = None
    message_id: str | None = None
    opening: OpenConversation | None = None
    conversation_id: str | None = None
    sibling_of: str | None = None
    """The question that this one puts differently: a branch beside it."""
    parent_id: str | None = None
    """The message that this one follows; without it, the newest."""
    attachment_ids: tuple[str, ...] = ()
    """The files that are given with it, in order."""

    @property
    def request(self) -> dict[str, Any]:
        """The place is part of it: the conversation, else the Locrit and the session that lead to one."""
        given = {"attachments": list(self.attachment_ids)} if self.attachment_ids else {}
        return self.earlier_request | {"in": self._place} | given

    @property
    def earlier_request(self) -> dict[str, Any]:
        """As version 0.1 put it, which left the place out."""
        request = {"id": self.message_id, "content": self.content, "instead_of": self.sibling_of}
        return request | ({"parent_id": self.parent_id} if self.parent_id else {})

    @property
    def _place(self) -> list[str | None]:
        known = self.opening.conversation_id if self.opening else self.conversation_id
        if self.opening is None or known is not None:
            return [known]
        return [self.opening.locrit_name, self.opening.client_label, self.opening.session_id]


@dataclass(frozen=True, slots=True)
class NewMessage:
    """`is_id_new`: the id was made for this message just now, so that none can be stored under it. The fields below it
    are those of a message that was stored before, elsewhere; times are milliseconds since 1970."""

    id: str
    role: Role
    content: str
    status: MessageStatus = "complete"
    parent_id: str | None = None
    model: str | None = None
    generation_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    is_id_new: bool = False
    rev: int = 1
    usage: Usage | None = None
    error: Failure | None = None
    context: PromptContext | None = None
    parts: Sequence[Part] | None = None
    created_at: int | None = None
    updated_at: int | None = None
    deleted_at: int | None = None
    forgotten_at: int | None = None


@dataclass(frozen=True, slots=True)
class GenerationResult:
    """How a reply ended. `content` is all of its text, beside its `parts`; None keeps what the log has."""

    status: MessageStatus
    content: str | None = None
    usage: Usage | None = None
    error: Failure | None = None
    parts: Sequence[Part] | None = None
