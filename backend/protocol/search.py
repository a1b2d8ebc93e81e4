"""Finding what was said, in every Locrit, on the wire. Times are ISO 8601."""

from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field, WithJsonSchema

from backend.protocol.fields import Id, Name, RequestModel, ResponseModel, Text, Zone, milliseconds, whole
from src.entities import FoundMessage, Mark, Role


def day_or_moment(moment: Any) -> int:
    """A date alone stands for its beginning in UTC: who means another place's day sends the moment it begins at."""
    try:
        return milliseconds(f"{date.fromisoformat(str(moment))}T00:00:00Z")
    except ValueError:
        return milliseconds(moment)


DayOrMoment = Annotated[
    int,
    BeforeValidator(day_or_moment, json_schema_input_type=str),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}),
]


class SearchQuery(RequestModel):
    """Filters alone find the newest; nothing finds nothing. `after` includes its moment, `before` does not; `is` asks
    it of the conversation; `hour` is one of the 24 of a day of the zone `tz`."""

    q: Annotated[Text, Field(max_length=500)] = ""
    locrit: Name | None = None
    conversation_id: Id | None = None
    role: Role | None = None
    model: Annotated[Text, Field(max_length=200)] | None = None
    before: DayOrMoment | None = None
    after: DayOrMoment | None = None
    is_: Annotated[Mark | None, Field(alias="is")] = None
    hour: Annotated[int, Field(ge=0, le=23), BeforeValidator(whole)] | None = None
    tz: Zone = ZoneInfo("UTC")
    limit: Annotated[int, Field(ge=1, le=100), BeforeValidator(whole)] = 20
    cursor: Annotated[str, Field(pattern=r"^[0-9]\.[0-9]{1,19}$")] | None = None
    """As `next_cursor` gave it."""


class SearchResult(ResponseModel):
    """Best first, then newest. A search ends after a while: from `next_cursor` on it looks at older messages, and ends
    at null. `more` says that there may be more, there or within a larger `limit`. `waiting` messages are not searched
    yet, because the index is being made."""

    hits: list[FoundMessage]
    more: bool
    next_cursor: str | None = None
    waiting: int = 0
