"""What was said elsewhere and is put before a model again."""

from typing import Literal

from src.entities.base import Change, Entity, Role, Scrubbed, Timestamp, absent
from src.entities.explorer import RecalledMemory

Mark = Literal["none", "pinned", "never", "less"]


class RecallMark(Entity):
    """What a person wants of a message when its Locrit is reminded, `id` being the message's: that it comes first
    (`pinned`), that it never comes (`never`), that it counts for less (`less`), or nothing any more (`none`)."""

    id: str
    locrit_id: str
    mark: Mark
    rev: int
    created_at: Timestamp
    updated_at: Timestamp


class RecallMarkChange(Change):
    """In the scope of its owner: it concerns every conversation with the Locrit."""

    table = "recall_marks"
    untold = frozenset({"owner_id"})

    type: Literal["recall_mark.updated"]
    payload: RecallMark | Scrubbed


class Recalled(Entity):
    """A turn, or a passage of a long one: `content` are its words, from `start` to `end` of the message as of `rev`.
    `features` say how much each thing that it has in common with the question counts for `score`, and whether it is
    there for another reason: `pinned`, or `question`, which the next one was asked. `terms` are the words, as the
    question has them. `mark` is what the person has said about it, if anything."""

    message_id: str
    rev: int
    start: int
    end: int
    conversation_id: str
    conversation_title: str = ""
    role: Role
    content: str
    created_at: Timestamp
    score: float
    features: dict[str, float]
    terms: list[str]
    mark: RecallMark | None = absent()


class RecallLogEntry(Entity):
    """What was recalled for a reply, the best first, and the question that it answers. Of `memories` those on top come
    first."""

    reply_id: str
    question_id: str
    question: str
    conversation_id: str
    conversation_title: str
    created_at: Timestamp
    recalled: list[Recalled]
    memories: list[RecalledMemory]
