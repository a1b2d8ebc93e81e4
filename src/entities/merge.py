"""What a client has of its data, uploaded to be merged with what is stored."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from src.entities.artifacts import Artifact, ArtifactVersion
from src.entities.base import Failure, MessageStatus, Role
from src.entities.conversations import PromptContext, Usage
from src.entities.parts import Part
from src.entities.tools import ToolResult


@dataclass(frozen=True, slots=True)
class ClientMessage:
    """A message as a client has it; `rev` is the revision it last saw, None when the server never told it one.

    Without a `status` the client knows no more of it than its words, and nothing else of it counts.
    """

    message_id: str
    role: Role
    content: str
    rev: int | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    created_at: int | None = None
    parent_id: str | None = None
    status: MessageStatus | None = None
    model: str | None = None
    usage: Usage | None = None
    error: Failure | None = None
    context: PromptContext | None = None
    parts: list[Part] | None = None
    updated_at: int | None = None
    deleted_at: int | None = None
    forgotten_at: int | None = None

    @property
    def ending(self) -> MessageStatus:
        """Nobody writes on a reply that is uploaded."""
        return "interrupted" if self.status == "streaming" else self.status or "complete"


@dataclass(frozen=True, slots=True)
class ClientConversation:
    """`fields` are columns of a conversation; those of MARKS count when `rev` is the newer one."""

    locrit_id: str | None
    locrit_name: str
    rev: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ClientLocrit:
    """`fields` are columns of a Locrit: name, settings, former names, times, that it is in the trash."""

    id: str
    rev: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ClientArtifact:
    """With those of its earlier versions that the client has."""

    artifact: Artifact
    versions: Sequence[ArtifactVersion] = ()


@dataclass(frozen=True, slots=True)
class ClientRows:
    """What messages of a conversation called and made, as a client has it."""

    tool_results: Sequence[ToolResult] = ()
    artifacts: Sequence[ClientArtifact] = ()


@dataclass(slots=True)
class MergeResult:
    """Ids by what became of them. `conflicted`: both had changed; the client's text is kept as a version."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    conflicted: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
