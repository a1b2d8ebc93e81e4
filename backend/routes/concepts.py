"""What is talked about with a Locrit."""

from backend.protocol.concepts import (
    ConceptQuery,
    EditConcept,
    GraphQuery,
    MergeConcept,
    RelatedConcepts,
    RelatedQuery,
    SyncConcepts,
)
from backend.protocol.conversations import OperationId
from backend.protocol.fields import Done
from backend.routes.locrits import changes
from backend.routing import endpoint
from src.application import Application
from src.entities.concepts import Concept, ConceptDetails, ConceptGraph, ConceptPage
from src.operations import Caller

CONCEPTS = "/api/v2/locrits/<name>/memory/concepts"
GRAPH = "/api/v2/locrits/<name>/memory/concept-graph"
CONCEPT = f"{CONCEPTS}/<concept_id>"


class ConceptRoutes:
    noun = "concepts"

    def __init__(self, application: Application) -> None:
        self._concepts = application.concepts
        self._describer = application.concept_describer

    @endpoint("GET", CONCEPTS, ConceptPage, query=ConceptQuery)
    async def list_concepts(self, caller: Caller, name: str, query: ConceptQuery) -> ConceptPage:
        """What is talked about: what is mentioned most first, or last."""
        asked = query.model_dump(exclude={"type"})
        return await self._concepts.page(caller, name, type_=query.type, **asked)

    @endpoint("GET", GRAPH, ConceptGraph, query=GraphQuery)
    async def get_concept_graph(self, caller: Caller, name: str, query: GraphQuery) -> ConceptGraph:
        """What is mentioned most, and what of it is said together."""
        return await self._concepts.graph(caller, name, query.limit)

    @endpoint("GET", CONCEPT, ConceptDetails)
    async def get_concept(self, caller: Caller, name: str, concept_id: str) -> ConceptDetails:
        """One concept: examples, what is said together with it, mentions by month."""
        return await self._concepts.get(caller, name, concept_id)

    @endpoint("GET", f"{CONCEPT}/related", RelatedConcepts, query=RelatedQuery)
    async def list_related_concepts(
        self, caller: Caller, name: str, concept_id: str, query: RelatedQuery
    ) -> RelatedConcepts:
        """What is said together with it; with `depth`, what is said with that, and so on."""
        return RelatedConcepts(concepts=await self._concepts.related(caller, name, concept_id, query.depth))

    @endpoint("PATCH", CONCEPT, Concept, body=EditConcept)
    async def edit_concept(self, caller: Caller, name: str, concept_id: str, body: EditConcept) -> Concept:
        """Set name, type or description; 409 when `rev` is stale."""
        return await self._concepts.edit(caller, name, concept_id, changes(body), body.rev, body.op_id)

    @endpoint("POST", f"{CONCEPT}/merge", Concept, body=MergeConcept)
    async def merge_concept(self, caller: Caller, name: str, concept_id: str, body: MergeConcept) -> Concept:
        """Make one of two: later mentions of either go to `into`."""
        return await self._concepts.merge(caller, name, concept_id, body.into, body.op_id)

    @endpoint("DELETE", CONCEPT, Concept, query=OperationId)
    async def delete_concept(self, caller: Caller, name: str, concept_id: str, query: OperationId) -> Concept:
        """Have a concept shown no more, and not made again."""
        return await self._concepts.delete(caller, name, concept_id, query.op_id)

    @endpoint("POST", f"{CONCEPT}/restore", Concept, query=OperationId)
    async def restore_concept(self, caller: Caller, name: str, concept_id: str, query: OperationId) -> Concept:
        """Bring back what was deleted, or take apart what was merged."""
        return await self._concepts.restore(caller, name, concept_id, query.op_id)

    @endpoint("POST", f"{CONCEPT}/describe", Concept, query=OperationId)
    async def describe_concept(self, caller: Caller, name: str, concept_id: str, query: OperationId) -> Concept:
        """Have the Locrit's model say what it is, from what was said of it."""
        return await self._describer.describe(caller, name, concept_id, query.op_id)

    @endpoint("POST", "/api/v2/sync/concepts", Done, body=SyncConcepts)
    async def sync_concepts(self, caller: Caller, body: SyncConcepts) -> Done:
        """Upload what was decided of concepts to a server that was rolled back to an older copy of its data."""
        await self._concepts.merge_decided(caller, [Concept(**dict(one)) for one in body.concepts])
        return Done()
