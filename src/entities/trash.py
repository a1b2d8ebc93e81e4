"""What was deleted and can be restored."""

from pydantic import Field

from src.entities.artifacts import Artifact
from src.entities.base import Entity, absent
from src.entities.conversations import Conversation, Message
from src.entities.explorer import Memory
from src.entities.locrits import Locrit


class TrashedMessage(Message):
    """With where it was said. `visitor` is told as of a `FoundMessage`."""

    locrit_name: str
    conversation_title: str
    visitor: str | None = absent()


class TrashedMemory(Memory):
    """With whose it is."""

    locrit_name: str


class TrashedArtifact(Artifact):
    """With where it was made."""

    locrit_name: str
    conversation_title: str


class Trash(Entity):
    """What was deleted and can be restored; the one deleted last comes first."""

    locrits: list[Locrit]
    conversations: list[Conversation]
    messages: list[TrashedMessage]
    memories: list[TrashedMemory]
    artifacts: list[TrashedArtifact]


class Left(Entity):
    """What could not be forgotten now: `kind` is locrit, conversation, message, memory or artifact."""

    kind: str
    id: str
    reason: str


class Emptied(Entity):
    """How much of what was in the trash is forgotten, altogether and of each kind, and what is left there."""

    forgotten: int
    locrits: int = 0
    conversations: int = 0
    messages: int = 0
    memories: int = 0
    artifacts: int = 0
    left: list[Left] = Field(default_factory=list)
