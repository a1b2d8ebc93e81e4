"""What becomes of what is edited, thrown away or brought back: the same for each kind that keeps its versions."""

from collections.abc import Callable, Mapping
from typing import Any

from src.entities import Artifact, Memory
from src.errors import Conflict, Forgotten

Kept = Artifact | Memory
Change = Callable[[Kept], tuple[str, dict[str, Any]] | None]
"""What becomes of one: the event's type and the fields that change. None when it is so already."""


def edited(kind: str, fields: Mapping[str, Any]) -> Change:
    def change(current: Kept) -> tuple[str, dict[str, Any]] | None:
        differing = {name: value for name, value in fields.items() if getattr(current, name) != value}
        return (f"{kind}.updated", differing) if differing else None

    return change


def deleted(kind: str, now: int) -> Change:
    return lambda current: None if current.deleted_at is not None else (f"{kind}.deleted", {"deleted_at": now})


def restored(kind: str) -> Change:
    return lambda current: None if current.deleted_at is None else (f"{kind}.restored", {"deleted_at": None})


def changed(kind: str, current: Kept, change: Change, rev: int | None) -> tuple[str, dict[str, Any]] | None:
    """Applies it. Raises Forgotten, and Conflict for a stale `rev`, unless it is so already."""
    if current.forgotten_at is not None:
        raise Forgotten(f"This {kind} was forgotten; it does not come back.")
    becomes = change(current)
    if rev is not None and rev != current.rev and becomes is not None:
        raise Conflict(f"This {kind} was changed in the meantime.", current=current.wire())
    return becomes
