"""What every entity is, and the values that many share."""

from datetime import UTC, datetime
from functools import lru_cache, partial
from operator import is_
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema


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


def absent() -> Any:
    """The default of a field that few have: while it is None, it is not in what is sent and stored."""
    return Field(default=None, exclude_if=partial(is_, None))  # asked of each piece of each reply


class Entity(BaseModel):
    """Fields with defaults are present in what the server sends, but for those that are `absent`, and the schema says
    so."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        told = handler(schema)
        fields = handler.resolve_ref_schema(told)
        may_lack = {name for name, field in cls.model_fields.items() if field.exclude_if is not None}
        if may_lack and "required" in fields:
            fields["required"] = [name for name in fields["required"] if name not in may_lack]
        return told

    def wire(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


def defaults(entity: type[Entity]) -> dict[str, Any]:
    """Returns what each field that may be left out is then, by name."""
    fields = entity.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields if not field.is_required()}


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
    json_columns: ClassVar[frozenset[str]] = frozenset()
    """Columns that hold any JSON, as text."""

    scope: str
    seq: int
    type: str
    entity_id: str
    rev: int
    payload: Entity
    op_id: str | None = None
