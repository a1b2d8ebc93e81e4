"""What the log of changes keeps."""

from typing import Any

from src.entities.base import Entity


class ChangeEvent(Entity):
    """One change of a scope, as the log keeps it."""

    scope: str
    seq: int
    type: str
    entity_id: str
    rev: int
    payload: dict[str, Any]
    op_id: str | None = None
