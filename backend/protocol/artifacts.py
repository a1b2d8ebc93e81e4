"""Artifacts on the wire."""

from typing import Annotated

from pydantic import AfterValidator, Field

from backend.protocol.fields import (
    Content,
    Cursor,
    Id,
    Limit,
    Metadata,
    RequestModel,
    ResponseModel,
    Seq,
    Text,
    Title,
    Yes,
    not_blank,
)
from src.entities import ArtifactType, ArtifactVersion, ListedArtifact

NAME = {"pattern": "^[^\\x00-\\x1f\\x7f]*[^\\x00-\\x1f\\x7f\\s][^\\x00-\\x1f\\x7f]*$"}
ArtifactName = Annotated[Title, Field(min_length=1, json_schema_extra=NAME), AfterValidator(not_blank)]


class CreateArtifact(RequestModel):
    """`message_id` is the message that it belongs to, if it belongs to one; `css` the style of a component."""

    artifact_id: Id | None = None
    message_id: Id | None = None
    type: ArtifactType
    name: ArtifactName
    content: Content
    language: Title = ""
    css: Text = ""
    metadata: Metadata = Field(default_factory=dict)
    op_id: Id | None = None


class EditArtifact(RequestModel):
    """What is left out stays; `rev` is the revision that the edit is based on."""

    name: ArtifactName | None = None
    content: Content | None = None
    css: Text | None = None
    rev: Seq | None = None
    op_id: Id | None = None


class RollBackArtifact(RequestModel):
    """`version` is the one that is to be the newest again."""

    version: Seq
    op_id: Id | None = None


class ForgetArtifact(RequestModel):
    confirm: Yes
    op_id: Id | None = None


class ArtifactPage(RequestModel):
    cursor: Cursor | None = None
    limit: Limit = 50


class ArtifactQuery(ArtifactPage):
    """`q`: only those with each of these words in the name, case and accents aside. A page of them may be short, even
    empty, and not be the last."""

    q: Text | None = Field(None, max_length=500)


class ArtifactList(ResponseModel):
    """What changed last comes first."""

    artifacts: list[ListedArtifact]
    count: int
    next_cursor: str | None = None


class ArtifactVersions(ResponseModel):
    """Newest first; the first is what the artifact says now."""

    artifact_id: str
    versions: list[ArtifactVersion]
