"""What is talked about, as older clients read it: a concept is called by its name, or by its id."""

from typing import Annotated, Any

from pydantic import Field

from backend.dialects.memory import MEMORY, DoneSo, at_most
from backend.protocol.concepts import EditConcept
from backend.protocol.conversations import OperationId
from backend.protocol.fields import RequestModel, ResponseModel
from backend.routes.locrits import changes
from backend.routing import endpoint
from src.application import Application
from src.entities import Role, Timestamp
from src.entities.base import absent
from src.entities.concepts import ConceptDetails
from src.errors import InvalidInput, NotFound
from src.operations import Caller

CONCEPT = f"{MEMORY}/concepts/<concept>"
LONGEST_LIST = 200


class NamedConcept(ResponseModel):
    id: str
    name: str
    type: str
    mentions: int


class Concepts(ResponseModel):
    concepts: list[NamedConcept]
    total: int


class RelatedName(ResponseModel):
    name: str
    type: str
    mentions: int


class Said(ResponseModel):
    role: Role
    content: str
    timestamp: Timestamp


class OneConcept(NamedConcept):
    description: str | None = absent()
    first_mentioned: Timestamp
    last_mentioned: Timestamp
    related_concepts: list[RelatedName]
    context_examples: list[Said]

    @classmethod
    def told(cls, one: ConceptDetails) -> "OneConcept":
        return cls(
            **one.model_dump(include={"id", "name", "type", "mentions"}),
            description=one.description or None,
            first_mentioned=one.first_mentioned_at,
            last_mentioned=one.last_mentioned_at,
            related_concepts=[RelatedName.model_validate(dict(other)) for other in one.related],
            context_examples=[
                Said(role=said.role, content=said.content, timestamp=said.created_at) for said in one.examples
            ],
        )


class RelatedConcepts(ResponseModel):
    concept: str
    related_concepts: list[RelatedName]
    total: int
    depth: int


class ListQuery(RequestModel):
    limit: Annotated[int, Field(ge=1), at_most(LONGEST_LIST)] = 50


class ConceptQuery(RequestModel):
    name: str = ""
    type: str = ""


class Depth(RequestModel):
    depth: Annotated[int, Field(ge=1), at_most(3)] = 1


class ConceptDialect:
    noun = "concept_dialect"

    def __init__(self, application: Application) -> None:
        self._concepts = application.concepts

    @endpoint("GET", f"{MEMORY}/concepts", Concepts, query=ListQuery)
    async def concepts(self, caller: Caller, name: str, query: ListQuery) -> Concepts:
        page = await self._concepts.page(caller, name, limit=query.limit)
        concepts = [NamedConcept.model_validate(dict(one)) for one in page.concepts]
        return Concepts(concepts=concepts, total=page.total)

    @endpoint("GET", f"{MEMORY}/concepts/details", OneConcept, query=ConceptQuery)
    async def details(self, caller: Caller, name: str, query: ConceptQuery) -> OneConcept:
        """The type tells two of one name apart; one that is called otherwise is found without it."""
        if not query.name.strip():
            raise InvalidInput("name is missing.")
        try:
            id_ = await self._concepts.id_of(caller, name, query.name, query.type)
        except NotFound:
            id_ = await self._concepts.id_of(caller, name, query.name)
        return OneConcept.told(await self._concepts.get(caller, name, id_))

    @endpoint("GET", f"{CONCEPT}/related", RelatedConcepts, query=Depth)
    async def related(self, caller: Caller, name: str, concept: str, query: Depth) -> RelatedConcepts:
        """Nothing, of what is not known."""
        try:
            found = await self._concepts.related(
                caller, name, await self._concepts.id_of(caller, name, concept), query.depth
            )
        except NotFound:
            found = []
        names = [RelatedName.model_validate(dict(one)) for one in found]
        return RelatedConcepts(concept=concept, related_concepts=names, total=len(names), depth=query.depth)

    @endpoint("PUT", CONCEPT, DoneSo, body=EditConcept)
    async def edit(self, caller: Caller, name: str, concept: str, body: EditConcept) -> DoneSo:
        id_ = await self._concepts.id_of(caller, name, concept)
        told: dict[str, Any] = changes(body)
        await self._concepts.edit(caller, name, id_, told, body.rev, body.op_id)
        return DoneSo(message="The concept is changed.")

    @endpoint("DELETE", CONCEPT, DoneSo, query=OperationId)
    async def delete(self, caller: Caller, name: str, concept: str, query: OperationId) -> DoneSo:
        """A repeat finds nothing by that name, and is told so; by the id it is told that it is done."""
        id_ = await self._concepts.id_of(caller, name, concept)
        await self._concepts.delete(caller, name, id_, query.op_id)
        return DoneSo(message="The concept is deleted, and will not be made again.")
