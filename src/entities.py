"""What the application speaks about, in the shape that every caller sees, the wire included."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema


@lru_cache(maxsize=1024)  # much happens in the same millisecond: a batch, the two moments of a new message
def iso(timestamp_ms: int) -> str:
    moment = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[
    int,
    PlainSerializer(iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Milliseconds since 1970 UTC inside, ISO 8601 on the wire. For people: order is by `seq`, never by clock."""

Role = Literal["user", "assistant", "system", "tool"]
MessageStatus = Literal["complete", "streaming", "interrupted", "failed", "stopped"]


class Entity(BaseModel):
    """Fields with defaults are always present in what the server sends, and the schema says so."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    def wire(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class Failure(Entity):
    """Why something failed: a stable code, a sentence, what to do."""

    code: str
    message: str
    hint: str = ""


class OpenTo(Entity):
    """Who may talk to a Locrit."""

    humans: bool = True
    locrits: bool = True
    invitations: bool = True
    internet: bool = False
    platform: bool = False


class AccessTo(Entity):
    """What a Locrit shows of itself."""

    logs: bool = True
    quick_memory: bool = True
    full_memory: bool = True
    llm_info: bool = True


class Locrit(Entity):
    """A named persona. `model` is empty for "the default model"; `options` are the model's own, such as temperature.
    `former_names`, oldest first, still lead to it."""

    id: str
    name: str
    former_names: list[str] = Field(default_factory=list)
    description: str = ""
    system_prompt: str = ""
    model: str = ""
    options: dict[str, float | int | str | bool | list[str]] = Field(default_factory=dict)
    message_limit: int = 50
    avatar: str = ""
    welcome_message: str = ""
    active: bool = True
    open_to: OpenTo = OpenTo()
    access_to: AccessTo = AccessTo()
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None
    rev: int
    message_count: int = 0
    conversation_count: int = 0


class Conversation(Entity):
    """`head_seq` is the newest event's; `generation_id` is that of the running reply, if one runs; `leaf_id` is the
    newest message, which the next one follows. `locrit_name` is the name that its Locrit has now."""

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
    message_count: int = 0
    head_seq: int = 0
    generation_id: str | None = None
    preview: str = ""
    leaf_id: str | None = None
    forked_from: str | None = None
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None
    rev: int


class Usage(Entity):
    """Tokens and milliseconds of one reply."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_token_ms: float = 0.0
    total_ms: float = 0.0
    tokens_per_second: float = 0.0


class PromptContext(Entity):
    """What the model was shown of the conversation, where that was not all of it: what has a `seq` from `seen_from` on,
    the middle left out (`shortened`) where the last exchange alone was too long for a window of `window_tokens`."""

    seen_from: int
    shortened: bool = False
    limited_by: Literal["window", "message_limit"]
    window_tokens: int


class Message(Entity):
    """`seq` is its place in the conversation, from 1 without gaps. A streaming message's `content` reaches up to, not
    including, chunk `idx` of its generation. `parent_id` is the message that it follows, the conversation's id for the
    first: several that follow the same one are versions of a turn (a question put differently, a reply tried again),
    and the newest counts. One without a parent follows the one before it. `context` of a reply says what its model was
    not shown. Of a forgotten one only its place is left."""

    message_id: str
    conversation_id: str
    seq: int
    parent_id: str | None = None
    role: Role
    content: str
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
    status: MessageStatus
    created_at: Timestamp


class Turn(Entity):
    """A question and its reply as they were committed; `repeated` when the operation had been done before."""

    message: Message
    reply: Message
    generation_id: str
    repeated: bool = False


class ChangeEvent(Entity):
    """One change of a scope, as the log keeps it."""

    scope: str
    seq: int
    type: str
    entity_id: str
    rev: int
    payload: dict[str, Any]
    op_id: str | None = None


class Check(Entity):
    """One thing that must be true of what is stored, the first few places where it is not, and what to do then."""

    name: str
    ok: bool
    checked: int
    problems: list[str] = Field(default_factory=list)
    hint: str = ""


class Checking(Entity):
    """How far a check of everything has come: `check` is the `number`th of `checks`, and has looked at `checked` things
    of `messages` messages, where it looks at messages."""

    check: str
    number: int
    checks: int
    checked: int
    messages: int


class IntegrityReport(Entity):
    ok: bool
    checks: list[Check]
    repaired: list[str] = Field(default_factory=list)


class GenerationState(Entity):
    """A running or ended reply: `content` reaches up to, not including, chunk `idx`."""

    generation_id: str
    message_id: str
    conversation_id: str
    status: MessageStatus
    idx: int
    content: str


class MemoryStatistics(Entity):
    total_messages: int
    total_sessions: int
    total_concepts: int
    total_users: int
    total_memories: int


class RememberedMessage(Entity):
    id: str
    role: Role
    content: str
    timestamp: Timestamp
    session_id: str
    conversation_id: str
    seq: int
    status: MessageStatus
    rev: int


class RememberedSession(Entity):
    """A conversation as memory sees it: `id` is the session's id, `topic` the start of its first question."""

    forked_from: str | None = None

    id: str
    conversation_id: str
    name: str
    topic: str
    user_id: str
    message_count: int
    created_at: Timestamp
    updated_at: Timestamp


class Concept(Entity):
    name: str
    type: str
    mentions: int


class DayActivity(Entity):
    """`day` is a date, YYYY-MM-DD, in the zone that was asked for (else UTC); days without messages are left out."""

    day: str
    messages: int


class MemorySummary(Entity):
    """`recent_messages` and `sessions`: the newest 20, newest last for messages, newest first for sessions."""

    locrit_name: str
    statistics: MemoryStatistics
    total_messages: int
    recent_messages: list[RememberedMessage]
    sessions: list[RememberedSession]
    top_concepts: list[Concept]
    activity: list[DayActivity]


class SearchHit(RememberedMessage):
    """`snippet` is the passage around the match, matches between U+0002 and U+0003; best first."""

    snippet: str
    session_name: str


class FoundMessage(Entity):
    """A message among those of all Locrits, without its text: `snippet` is the passage around the match, matches
    between U+0002 and U+0003. `forked_from` tells a fork's words from those that they were copied from."""

    message_id: str
    conversation_id: str
    locrit_name: str
    session_name: str
    session_id: str
    forked_from: str | None = None
    role: Role
    created_at: Timestamp
    seq: int
    status: MessageStatus
    snippet: str


class Memory(Entity):
    """What was noted beside the conversations; `importance` from 0 to 1. Of a forgotten one only its place is left."""

    id: str
    locrit_id: str
    content: str
    importance: float
    tags: list[str]
    pinned: bool
    metadata: dict[str, Any] = Field(default_factory=dict)
    rev: int
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None
