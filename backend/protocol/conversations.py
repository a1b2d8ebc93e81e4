"""Conversations, messages and their changes on the wire."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from backend.protocol.fields import (
    AttachmentIds,
    ClientLabel,
    Content,
    Cursor,
    Id,
    Limit,
    Metadata,
    Moment,
    Name,
    RequestModel,
    ResponseModel,
    Seq,
    SessionId,
    SiblingOf,
    Text,
    Think,
    Title,
    not_blank,
)
from src.entities import (
    Artifact,
    ChangeEvent,
    Conversation,
    GenerationState,
    Interaction,
    Message,
    OpenConversation,
    Role,
    SendMessage,
    ToolResult,
    Turn,
)


class CreateConversation(RequestModel):
    locrit_name: Name
    conversation_id: Id | None = None
    session_id: SessionId | None = None
    client_label: ClientLabel = None
    title: Title | None = None
    op_id: Id | None = None


class EditConversation(RequestModel):
    """Fields that are not sent stay as they are. `deleted: false` restores from the trash."""

    title: Title | None = None
    starred: bool | None = None
    pinned: bool | None = None
    archived: bool | None = None
    deleted: bool | None = None
    tags: Annotated[list[Title], Field(max_length=50)] | None = None
    think: Think | None = None
    metadata: Metadata | None = None
    rev: Seq | None = None
    op_id: Id | None = None


class ConversationQuery(RequestModel):
    """`q`: only those with each of these words in the title or the Locrit's name, case and accents aside. A page of
    them may be short, even empty, and not be the last."""

    q: Annotated[Text, Field(max_length=500)] | None = None
    locrit_name: Name | None = None
    client_label: ClientLabel = None
    archived: bool | None = None
    pinned: bool | None = None
    starred: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class InteractionQuery(RequestModel):
    cursor: Cursor | None = None
    limit: Limit = 50


class InteractionList(ResponseModel):
    """Newest first; `next_cursor` is null on the last page."""

    interactions: list[Interaction]
    next_cursor: str | None = None


class ConversationList(ResponseModel):
    """Newest activity first, pinned ones not separated; `next_cursor` is null on the last page."""

    success: Literal[True] = True
    conversations: list[Conversation]
    count: int
    next_cursor: str | None = None


class MessageQuery(RequestModel):
    """`around` a message or `at` a moment goes before `after` and `before` a seq. `include_deleted`: those that are
    gone too, deleted or forgotten, whose places hold what follows them."""

    before: Seq | None = None
    after: Seq | None = None
    around: Id | None = None
    at: Moment | None = None
    limit: Limit = 50
    include_deleted: bool = False


class MessageList(ResponseModel):
    """Oldest first. `head_seq` is the newest event that this page already includes. `has_more`: there are others where
    it was asked for them, and before an answer to `around` or `at`; `has_newer`: and after it. `target_id` is the
    message that it is around: with `at` the first of that moment or later, null when there is none. `artifacts` are
    what these replies made, each in its order, `tool_results` those that they refer to, or newer."""

    messages: list[Message]
    tool_results: list[ToolResult] = Field(default_factory=list)
    has_more: bool
    has_newer: bool = False
    target_id: str | None = None
    head_seq: int
    artifacts: list[Artifact] = Field(default_factory=list)


class SaveMessage(RequestModel):
    """Saves at once, without calling a model."""

    role: Role
    content: Content
    message_id: Id | None = None
    op_id: Id | None = None
    metadata: Metadata = Field(default_factory=dict)


class SavedMessage(ResponseModel):
    message_id: str
    conversation_id: str
    seq: int
    rev: int

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(
            message_id=message.message_id, conversation_id=message.conversation_id, seq=message.seq, rev=message.rev
        )


class EditMessage(RequestModel):
    content: Content
    rev: Seq | None = None
    op_id: Id | None = None


class Question(RequestModel):
    """Without words it is given with files."""

    message: Text
    message_id: Id | None = None
    op_id: Id | None = None
    sibling_of: SiblingOf = None
    parent_id: Id | None = None
    """The message of this conversation that it follows; the newest one unless told."""
    attachment_ids: AttachmentIds = Field(default_factory=list)
    """The files that were uploaded for it, in order."""

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not self.attachment_ids:
            not_blank(self.message)
        return self

    def asked(self, opening: OpenConversation | None, conversation_id: str | None) -> SendMessage:
        """The opening counts where both are given."""
        return SendMessage(
            self.message,
            self.op_id,
            self.message_id,
            opening,
            conversation_id,
            self.sibling_of,
            self.parent_id,
            tuple(self.attachment_ids),
        )


class SendMessageBody(Question):
    """A question to the Locrit; the reply streams over Socket.IO."""

    locrit_name: Name | None = None
    """With whom the conversation begins, where there is none of this id: it is made with its first question."""


class OperationId(RequestModel):
    """The id of the operation, for calls that need nothing else: repeating it has no further effect."""

    op_id: Id | None = None


class RetryReply(OperationId):
    """`model` writes this reply; without it, the Locrit's does."""

    model: Title | None = None


class TurnAccepted(ResponseModel):
    """The question and the reply's place are committed; the reply is on its way."""

    ok: Literal[True] = True
    message_id: str
    conversation_id: str
    seq: int
    rev: int
    generation_id: str
    message: Message
    reply: Message
    repeated: bool

    @classmethod
    def of(cls, turn: Turn) -> Self:
        return cls(
            message_id=turn.message.message_id,
            conversation_id=turn.message.conversation_id,
            seq=turn.message.seq,
            rev=turn.message.rev,
            generation_id=turn.generation_id,
            message=turn.message,
            reply=turn.reply,
            repeated=turn.repeated,
        )


class GenerationAck(GenerationState):
    """The acknowledgement of `stop_generation` and `resume_generation`."""

    ok: Literal[True] = True


class EventQuery(RequestModel):
    since: Seq = 0
    limit: Annotated[int, Field(ge=1, le=1000)] = 500


class EventList(ResponseModel):
    """Oldest first. When `more` is true ask again from the last one's `seq`."""

    events: list[ChangeEvent]
    head_seq: int
    more: bool
