"""What messages called and made, as a client has it and uploads it again."""

from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue

from backend.protocol.fields import Id, Metadata, Moment, RequestModel, Revision, Seq, Text, Title, finite, tellable
from src.entities import (
    Artifact,
    ArtifactType,
    ArtifactVersion,
    ClientArtifact,
    Failure,
    ToolAnswer,
    ToolResult,
    ToolStatus,
)

MAX_VERSIONS = 1000

AnyJson = Annotated[JsonValue, AfterValidator(finite)]


class SyncedToolResult(RequestModel):
    """A tool result as the client has it. One that runs does so no longer."""

    id: Id
    message_id: Id | None = None
    name: Text
    display_name: Text = ""
    arguments: AnyJson = None
    result: AnyJson = None
    status: ToolStatus
    changes: bool = False
    asks: bool = False
    answer: ToolAnswer | None = None
    error: Annotated[Failure, AfterValidator(tellable)] | None = None
    duration_ms: Seq | None = None
    created_at: Moment
    updated_at: Moment
    forgotten_at: Moment | None = None
    rev: Revision

    def told(self, conversation_id: str) -> ToolResult:
        return ToolResult(**dict(self), conversation_id=conversation_id)


class SyncedVersion(RequestModel):
    version: Revision
    content: Text
    css: Text = ""
    created_at: Moment


class SyncedArtifact(RequestModel):
    """An artifact as the client has it, with those of its earlier versions that it has."""

    id: Id
    message_id: Id | None = None
    position: Revision = 0
    type: ArtifactType
    name: Title
    language: Title = ""
    content: Text
    css: Text = ""
    metadata: Metadata = Field(default_factory=dict)
    version: Revision
    version_at: Moment
    copied_from: Id | None = None
    rev: Revision
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | None = None
    forgotten_at: Moment | None = None
    versions: Annotated[list[SyncedVersion], Field(max_length=MAX_VERSIONS)] = Field(default_factory=list)

    def told(self, conversation_id: str) -> ClientArtifact:
        place = {"conversation_id": conversation_id, "locrit_id": ""}
        artifact = Artifact(**self.model_dump(exclude={"versions"}), **place)
        earlier = [one for one in self.versions if one.version < self.version]
        return ClientArtifact(artifact, [ArtifactVersion(**dict(one)) for one in earlier])
