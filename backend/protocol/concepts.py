"""What is talked about, on the wire."""

from typing import Annotated

from pydantic import Field

from backend.protocol.conversations import OperationId
from backend.protocol.fields import (
    MAX_BESIDE,
    Id,
    Moment,
    NumberCursor,
    RequestModel,
    ResponseModel,
    Revision,
    Text,
    Title,
)
from src.entities.concepts import Order, Origin, RelatedConcept

Depth = Annotated[int, Field(ge=1, le=3)]


class ConceptQuery(RequestModel):
    """`q`: those with each of these words in the name, case and accents aside."""

    q: Annotated[Text, Field(max_length=200)] = ""
    type: Title = ""
    order: Order = "mentions"
    cursor: NumberCursor | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 50


class GraphQuery(RequestModel):
    limit: Annotated[int, Field(ge=1, le=300)] = 60


class RelatedQuery(RequestModel):
    depth: Depth = 1


class RelatedConcepts(ResponseModel):
    concepts: list[RelatedConcept]


class EditConcept(RequestModel):
    """What is missing stays; what is empty follows from what is said. `rev` is 0 where nothing was decided before."""

    name: Title | None = None
    type: Annotated[Title | None, Field(max_length=50)] = None
    description: Annotated[Text | None, Field(max_length=2_000)] = None
    rev: Revision | None = None
    op_id: Id | None = None


class MergeConcept(OperationId):
    into: Id


class SyncedConcept(RequestModel):
    """What was decided of a concept, as a client has it. Of a forgotten one is left that it was deleted or merged."""

    id: Id
    locrit_id: Id
    name: Title = ""
    type: Title = ""
    description: Text = ""
    origin: Origin = ""
    merged_into: Id | None = None
    rev: Revision
    created_at: Moment
    updated_at: Moment
    deleted_at: Moment | None = None
    forgotten_at: Moment | None = None


class SyncConcepts(RequestModel):
    """What a client has of decisions: of Locrits that are here, the newer revision counts."""

    concepts: Annotated[list[SyncedConcept], Field(max_length=MAX_BESIDE)]
