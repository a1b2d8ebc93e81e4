"""What was said elsewhere and is put before a model again."""

from src.entities.base import Entity, Role, Timestamp


class Recalled(Entity):
    """A turn, or a passage of a long one: `content` are its words, from `start` to `end` of the message
    as of `rev`. `features` say how much each thing that it has in
    common with the question counts for `score`; `terms` are the words, as stems."""

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
