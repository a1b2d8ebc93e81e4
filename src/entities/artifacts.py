"""Artifacts: what a reply made that is used by itself, such as a program, a page or a drawing."""

from typing import Any, Literal

from pydantic import Field

from src.entities.base import Change, Entity, Scrubbed, Timestamp

ArtifactType = Literal["code", "html", "svg", "markdown", "mermaid", "jsx"]
ArtifactChangeType = Literal[
    "artifact.created", "artifact.updated", "artifact.deleted", "artifact.restored", "artifact.forgotten"
]


class ArtifactFacts(Entity):
    """Without what it says. `message_id` is the reply that it came from, if it came from one, and `position` its place
    among what that one made. `version` counts what it said, the last time at `version_at`; `rev` counts all changes."""

    id: str
    conversation_id: str
    locrit_id: str
    message_id: str | None = None
    position: int = 0
    type: ArtifactType
    name: str
    language: str = ""
    version: int
    version_at: Timestamp
    rev: int
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None


class Artifact(ArtifactFacts):
    """`css` is the style of a component. `copied_from` is the first one of which this is a copy, in a fork. Of a
    forgotten one only its place is left."""

    content: str
    css: str = ""
    metadata: dict[str, Any] = Field(default_factory=dict)
    copied_from: str | None = None


class ListedArtifact(ArtifactFacts):
    """As a list has it: how long it is, and where it was made."""

    chars: int
    conversation_title: str


class ArtifactVersion(Entity):
    """What an artifact said; every earlier version is kept until it is forgotten."""

    version: int
    content: str
    css: str
    created_at: Timestamp


class ArtifactChange(Change):
    table = "artifacts"
    untold = frozenset()

    type: ArtifactChangeType
    payload: Artifact | Scrubbed
