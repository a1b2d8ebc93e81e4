"""What is remembered of a Locrit's conversations, on the wire. Times are ISO 8601."""

from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field

from backend.protocol.fields import (
    Cursor,
    Id,
    Limit,
    RequestModel,
    ResponseModel,
    Seq,
    Text,
    Yes,
    Zone,
)
from src.entities import (
    Conversation,
    DayActivity,
    MemoryOverview,
    MemoryStatistics,
    Message,
    MessageStatus,
    ModelUse,
    RecalledMemory,
    RecalledMessage,
    Role,
    Timestamp,
)
from src.entities.concepts import ListedConcept
from src.entities.recall import Recalled, RecallLogEntry
from src.services.exporting import Exported, Format


class RememberedMessage(ResponseModel):
    """A message by the names that the clients of old use."""

    id: str
    locrit_name: str | None = None
    role: Role
    content: str
    timestamp: Timestamp
    session_id: str
    conversation_id: str
    seq: int
    status: MessageStatus
    rev: int

    @classmethod
    def of(cls, message: RecalledMessage | Message, **more: str) -> Self:
        """`more` is what the message does not say itself."""
        names = {"id": message.message_id, "timestamp": message.created_at}
        return cls.model_validate(dict(message) | names | more)


class RememberedSession(ResponseModel):
    """A conversation by those names: `id` is the session's id, `topic` the start of its first question."""

    locrit_name: str
    forked_from: str | None = None
    starred: bool
    archived: bool

    id: str
    conversation_id: str
    name: str
    topic: str
    user_id: str
    message_count: int
    created_at: Timestamp
    updated_at: Timestamp

    @classmethod
    def of(cls, conversation: Conversation) -> Self:
        names = {"id": conversation.session_id, "name": conversation.title, "topic": conversation.title}
        return cls.model_validate(dict(conversation) | names)


class SearchHit(RememberedMessage):
    """`snippet` is the passage around the match, matches between U+0002 and U+0003; best first."""

    snippet: str
    session_name: str
    file_name: str | None = None
    """Of the file that says so."""


class MemorySummary(ResponseModel):
    """Of a Locrit, or of all. `recent_messages` and `sessions`: the newest 20, newest last for messages, newest first
    for sessions. `hours` are the 24 of a day of the zone, `models` begin with the one that wrote most."""

    locrit_name: str | None
    statistics: MemoryStatistics
    total_messages: int
    characters: int
    messages_by_role: dict[str, int]
    recent_messages: list[RememberedMessage]
    sessions: list[RememberedSession]
    top_concepts: list[ListedConcept]
    activity: list[DayActivity]
    hours: list[int]
    models: list[ModelUse]

    @classmethod
    def of(cls, overview: MemoryOverview) -> Self:
        return cls(
            recent_messages=[RememberedMessage.of(message) for message in overview.recent_messages],
            sessions=[RememberedSession.of(conversation) for conversation in overview.sessions],
            **overview.model_dump(exclude={"recent_messages", "sessions"}),
        )


class Days(RequestModel):
    """`tz` is the zone, as in Europe/Paris, whose days are counted."""

    tz: Zone = ZoneInfo("UTC")


class MemorySearchQuery(RequestModel):
    q: Annotated[Text, Field(min_length=1, max_length=500)]
    limit: Limit = 20


class MemorySearchResult(ResponseModel):
    success: Literal[True] = True
    query: str
    results: list[SearchHit]
    count: int


class MemoryStats(ResponseModel):
    success: Literal[True] = True
    locrit_name: str
    statistics: MemoryStatistics
    activity: list[DayActivity]
    first_message_at: Timestamp | None = None
    last_message_at: Timestamp | None = None


class AskQuery(RequestModel):
    """`tokens` is how much of what is found is put before the model: as much as its Locrit recalls, if nothing is
    said."""

    q: Annotated[Text, Field(min_length=1, max_length=4000)]
    tokens: Annotated[int, Field(ge=50, le=4000)] | None = None


class AskedThing(Recalled):
    fits: bool


class AskedMemory(ResponseModel):
    """What would be recalled for a question, the best first; what `fits` would be put before the model, and so would
    all of the `memories`."""

    success: Literal[True] = True
    results: list[AskedThing]
    memories: list[RecalledMemory]


class RecallLogQuery(RequestModel):
    cursor: Id | None = None
    limit: Limit = 20


class RecallLog(ResponseModel):
    """The newest first."""

    success: Literal[True] = True
    entries: list[RecallLogEntry]
    next_cursor: str | None = None


class ExportQuery(RequestModel):
    what: Exported = "messages"
    format: Format = "json"


class SessionQuery(RequestModel):
    cursor: Cursor | None = None
    limit: Limit = 50


class SessionMessagesQuery(RequestModel):
    before: Seq | None = None
    limit: Limit = 50


class SessionList(ResponseModel):
    success: Literal[True] = True
    sessions: list[RememberedSession]
    count: int
    next_cursor: str | None = None


class SessionMessages(ResponseModel):
    """Oldest first; `before` a seq pages back."""

    success: Literal[True] = True
    session: RememberedSession
    messages: list[RememberedMessage]
    count: int
    has_more: bool


class ClearMemory(RequestModel):
    """Moves every conversation and memory of the Locrit into the trash."""

    confirm: Yes
    op_id: Id | None = None


class Cleared(ResponseModel):
    """`count` is the number of conversations and memories that were moved into the trash."""

    success: Literal[True] = True
    count: int
