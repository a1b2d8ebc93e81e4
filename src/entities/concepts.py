"""What is talked about with a Locrit: what people decided of it, and what follows from what was said."""

from typing import Literal

from src.entities.base import Change, Entity, Role, Scrubbed, Timestamp, absent

ConceptChangeType = Literal["concept.updated", "concept.deleted", "concept.restored", "concept.forgotten"]
Origin = Literal["", "user", "model"]
Order = Literal["mentions", "recent"]


class Concept(Entity):
    """What was decided of a concept; what is empty follows from what was said. `origin` is whose the description is.
    One that was deleted, or merged into another, is not made again. Of a forgotten one only that is left."""

    id: str
    locrit_id: str
    name: str = ""
    type: str = ""
    description: str = ""
    origin: Origin = ""
    merged_into: str | None = None
    rev: int
    created_at: Timestamp
    updated_at: Timestamp
    deleted_at: Timestamp | None = None
    forgotten_at: Timestamp | None = None


class ConceptChange(Change):
    table = "concepts"
    untold = frozenset({"owner_id"})

    type: ConceptChangeType
    payload: Concept | Scrubbed


class ListedConcept(Entity):
    """`mentions` counts all times that it was said, with what was merged into it."""

    id: str
    name: str
    type: str
    mentions: int
    first_mentioned_at: Timestamp
    last_mentioned_at: Timestamp


class ConceptPage(Entity):
    """The first one has what was `decided` by then, whatever is asked for: the newest thousand."""

    concepts: list[ListedConcept]
    total: int
    next_cursor: str | None = None
    decided: list[Concept] | None = absent()


class RelatedConcept(Entity):
    """`together` counts the messages, among the newest of the concept, that say both."""

    id: str
    name: str
    type: str
    mentions: int
    together: int


class ConceptExample(Entity):
    """A message that says it; `content` is what stands around."""

    message_id: str
    conversation_id: str
    conversation_title: str
    role: Role
    content: str
    created_at: Timestamp


class MonthMentions(Entity):
    """`month` is YYYY-MM, in UTC."""

    month: str
    mentions: int


class MergedConcept(Entity):
    id: str
    name: str


class ConceptDetails(ListedConcept):
    """`decided` is what a person, or the model for them, made of it. The examples are the newest; months without
    mentions are left out."""

    description: str
    origin: Origin
    decided: Concept | None
    merged: list[MergedConcept]
    related: list[RelatedConcept]
    examples: list[ConceptExample]
    months: list[MonthMentions]


class ConceptLink(Entity):
    source: str
    target: str
    together: int


class ConceptGraph(Entity):
    """The concepts that are mentioned most, and which of them the newest messages say together."""

    concepts: list[ListedConcept]
    links: list[ConceptLink]
