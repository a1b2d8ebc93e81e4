"""What a Locrit remembers: as the memory explorer shows it, as a search finds it, and what was noted beside."""

from typing import Any, Literal

from pydantic import Field

from src.entities.base import Entity, MessageStatus, Role, Timestamp, absent
from src.entities.concepts import ListedConcept
from src.entities.conversations import Conversation


class MemoryStatistics(Entity):
    total_messages: int
    total_sessions: int
    total_concepts: int
    total_users: int
    total_memories: int


class RecalledMessage(Entity):
    """A message among those of all conversations with a Locrit."""

    message_id: str
    conversation_id: str
    session_id: str
    locrit_name: str
    role: Role
    content: str
    created_at: Timestamp
    seq: int
    status: MessageStatus
    rev: int


class DayActivity(Entity):
    """`day` is a date, YYYY-MM-DD, in the zone that was asked for (else UTC); days without messages are left out."""

    day: str
    messages: int


class ModelUse(Entity):
    """How many of the messages that are there a model wrote."""

    model: str
    messages: int


class MemoryOverview(Entity):
    """Of a Locrit, or of all (`locrit_name` is None). `recent_messages` and `sessions`: the newest 20, newest last for
    messages, newest first for sessions. `hours`: messages by the 24 hours of a day of the zone; `models`: the one that
    wrote most comes first; `characters`: of all messages."""

    locrit_name: str | None
    statistics: MemoryStatistics
    total_messages: int
    characters: int
    messages_by_role: dict[str, int]
    recent_messages: list[RecalledMessage]
    sessions: list[Conversation]
    activity: list[DayActivity]
    hours: list[int]
    models: list[ModelUse]
    top_concepts: list[ListedConcept]


class RecalledHit(RecalledMessage):
    """`snippet` is the passage around the match, matches between U+0002 and U+0003."""

    snippet: str
    session_name: str
    file_name: str | None = absent()


class FoundMessage(Entity):
    """A message among those of all Locrits, without its text: `snippet` is the passage around the match, matches
    between U+0002 and U+0003, of its words or of its file of this name. `forked_from` tells a fork's words from those
    that they were copied from. `visitor` is told where not the person talks there: whom the invitation names, or
    nobody."""

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
    file_name: str | None = absent()
    visitor: str | None = absent()


MemoryOrigin = Literal["person", "tool", "extraction"]
MemoryState = Literal["suggested", "valid", "past"]


class MemorySource(Entity):
    """A message that said it."""

    message_id: str
    conversation_id: str


class Memory(Entity):
    """What was noted beside the conversations; `importance` from 0 to 1. It is so from `valid_from` to `valid_to`,
    where these are known. One that is only `suggested` counts when a person accepts it; once it counts, the memory that
    it `replaces` has ended. `sources` are the messages that it was extracted from. Of a forgotten one only its place is
    left, and a digest of its words, so that it is not extracted again."""

    id: str
    locrit_id: str
    content: str
    importance: float
    tags: list[str]
    pinned: bool
    metadata: dict[str, Any] = Field(default_factory=dict)
    valid_from: Timestamp | None = None
    valid_to: Timestamp | None = None
    origin: MemoryOrigin = "person"
    suggested: bool = False
    sources: list[MemorySource] = Field(default_factory=list)
    replaces: str | None = None
    stub_digest: str | None = absent()
    rev: int
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None

    def state(self, now: int) -> MemoryState:
        if self.suggested:
            return "suggested"
        return "valid" if self.valid_to is None or self.valid_to > now else "past"


class RecalledMemory(Entity):
    """A memory that is put before a model. `features` say how much each thing that it has in common with the question
    counts for `score`; `terms` are the words, as stems. One that is on top may have nothing in common with it."""

    memory: Memory
    score: float = 0.0
    features: dict[str, float] = Field(default_factory=dict)
    terms: list[str] = Field(default_factory=list)


class MemoryVersion(Entity):
    """What a memory said as of `rev`; every earlier one is kept until the memory is forgotten."""

    rev: int
    content: str
    importance: float
    tags: list[str]
    valid_from: Timestamp | None = None
    valid_to: Timestamp | None = None
    created_at: Timestamp
