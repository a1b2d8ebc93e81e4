"""What every entity is, and the values that many share."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, WithJsonSchema


@lru_cache(maxsize=1024)  # much happens in the same millisecond: a batch, the two moments of a new message
def iso(timestamp_ms: int) -> str:
    moment = datetime.fromtimestamp(timestamp_ms / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(moment: int | str) -> int:
    """A moment as `iso` wrote it, in the log of changes."""
    return moment if isinstance(moment, int) else round(datetime.fromisoformat(moment).timestamp() * 1000)


Timestamp = Annotated[
    int,
    BeforeValidator(_milliseconds),
    PlainSerializer(iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Milliseconds since 1970 UTC inside, ISO 8601 on the wire. For people: order is by `seq`, never by clock."""

Role = Literal["user", "assistant", "system", "tool"]
MessageStatus = Literal["complete", "streaming", "interrupted", "failed", "stopped"]


class Entity(BaseModel):
    """Fields with defaults are always present in what the server sends, and the schema says so."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    def wire(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class Failure(Entity):
    """Why something failed: a stable code, a sentence, what to do."""

    code: str
    message: str
    hint: str = ""


class Scrubbed(Entity):
    """What the change said was forgotten since. A later one says what is left."""

    model_config = ConfigDict(extra="forbid")


class Change(Entity):
    """One committed change of a scope: `seq` is gapless in it, `payload` is the whole entity after the change."""

    table: ClassVar[str]
    """Where the entity is stored."""
    untold: ClassVar[frozenset[str]]
    """Columns of that table that no change tells: whose it is, and what follows from other rows."""

    scope: str
    seq: int
    type: str
    entity_id: str
    rev: int
    payload: Entity
    op_id: str | None = None
