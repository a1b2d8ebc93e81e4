"""Conversations, their messages, and replies while they are written."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field

from src.entities.base import Entity, Failure, MessageStatus, Role, Timestamp, absent
from src.entities.parts import Part

VISITOR = "visitor:"
"""How the label begins of what visitors of public pages say."""


class Conversation(Entity):
    """`head_seq` is the newest event's; `generation_id` is that of the running reply, if one runs.
    `locrit_name` is the name that its Locrit has now. `think` is as a Locrit's, empty for what that says.
    `metadata` is what clients keep with it."""

    conversation_id: str
    locrit_id: str
    locrit_name: str
    user_id: str
    session_id: str
    title: str
    starred: bool = False
    pinned: bool = False
    archived: bool = False
    tags: list[str] = Field(default_factory=list)
    think: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict)
    message_count: int = 0
    head_seq: int = 0
    generation_id: str | None = None
    preview: str = ""
    forked_from: str | None = None
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None
    rev: int

    @property
    def is_of_visitor(self) -> bool:
        """Whether it was said on a public page: by nobody who may be shown what else is known."""
        return self.user_id.startswith(VISITOR)

    @property
    def visitor(self) -> str | None:
        """Who talks in it, where that is not its person."""
        return visitor_of(self.user_id, self.metadata)


def visitor_of(user_id: str, metadata: Mapping[str, Any]) -> str | None:
    """Whom the invitation names; empty for who came without one, None where the person talks."""
    return str(metadata.get("guest", "")) if user_id.startswith(VISITOR) else None


class Usage(Entity):
    """Tokens and milliseconds of one reply. `window_tokens` is what prompt and reply could fill together, where that is
    known."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    window_tokens: int | None = absent()
    first_token_ms: float = 0.0
    total_ms: float = 0.0
    tokens_per_second: float = 0.0


class PromptContext(Entity):
    """What the model was shown of the conversation, where that was not all of it: what has a `seq` from `seen_from` on,
    the middle left out (`shortened`) where the last exchange alone was too long for a window of `window_tokens`. Of
    `cut_files` files it was shown the beginning only, and of tools nothing where it refused that (`tools_refused`);
    where nothing of the conversation was left out, `seen_from` is 0. `recalled`: so many things that were said before
    were put before it again."""

    seen_from: int
    shortened: bool = False
    limited_by: Literal["window", "message_limit"]
    window_tokens: int
    cut_files: int | None = absent()
    tools_refused: bool | None = absent()
    recalled: int | None = absent()


class Message(Entity):
    """`seq` is its place in the conversation, from 1 without gaps. A streaming message's `content` reaches up to, not
    including, chunk `idx` of its generation. `parent_id` is the message that it follows, the conversation's id for the
    first: several that follow the same one are versions of a turn (a question put differently, a reply tried again),
    and the newest counts. One without a parent follows the one before it. `parts` are what it consists of, where that
    is more than `content`. `context` of a reply says what its model was not shown. Of a forgotten one only its place is
    left."""

    message_id: str
    conversation_id: str
    seq: int
    parent_id: str | None = None
    role: Role
    content: str
    parts: list[Part] | None = absent()
    status: MessageStatus = "complete"
    rev: int
    model: str | None = None
    generation_id: str | None = None
    idx: int = 0
    usage: Usage | None = None
    error: Failure | None = None
    context: PromptContext | None = None
    metadata: dict[str, Any] = Field(default_factory=dict)
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None


class MessageVersion(Entity):
    """What a message said as of `rev`; every earlier one is kept until the message is forgotten."""

    rev: int
    content: str
    parts: list[Part] | None = absent()
    status: MessageStatus
    created_at: Timestamp


class Turn(Entity):
    """A question and its reply as they were committed; `repeated` when the operation had been done before. `waits_for`
    are the generations that other processes were running in this conversation then."""

    message: Message
    reply: Message
    generation_id: str
    repeated: bool = False
    waits_for: tuple[str, ...] = ()


class PromptReading(Entity):
    """What a model has before it while no piece of its reply has come: about `prompt_tokens` in a window of
    `window_tokens`. It may be loaded into memory first (`loading`), which takes at most `load_timeout_s`."""

    model: str
    prompt_tokens: int
    window_tokens: int
    loading: bool
    load_timeout_s: float


class GenerationState(Entity):
    """A running or ended reply: `content` and `parts` reach up to, not including, chunk `idx`. `reading` is told until
    the first piece, with how long it takes already (`waited_ms`)."""

    generation_id: str
    message_id: str
    conversation_id: str
    status: MessageStatus
    idx: int
    content: str
    parts: list[Part] | None = absent()
    reading: PromptReading | None = absent()
    waited_ms: int | None = absent()
