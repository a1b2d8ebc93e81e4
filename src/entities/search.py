"""What is searched for."""

import re
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from src.entities.explorer import FoundMessage
from src.errors import InvalidInput

ABOVE_ALL = 2**62
Mark = Literal["starred", "pinned", "archived", "fork"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What else a message must be: said to this Locrit, in this conversation, by whom, from a moment on, until before
    another, in a conversation with this mark, which is this person's, written by this model, and in this one of the 24
    hours of a day of a zone."""

    locrit_id: str | None = None
    conversation_id: str | None = None
    role: str | None = None
    after: int | None = None
    before: int | None = None
    mark: Mark | None = None
    owner_id: str | None = None
    model: str | None = None
    hour: tuple[int, tzinfo] | None = None

    def is_in_hour(self, moment: int) -> bool:
        if self.hour is None:
            return True
        hour, zone = self.hour
        return datetime.fromtimestamp(moment / 1000, zone).hour == hour


class SearchCursor(NamedTuple):
    """How far a search has come: in which of its spans of time, and below which row it goes on."""

    span: int = 0
    below: int = ABOVE_ALL

    def __str__(self) -> str:
        return f"{self.span}.{self.below}"

    @classmethod
    def parse(cls, cursor: str) -> "SearchCursor":
        """Raises InvalidInput."""
        if not re.fullmatch(r"[0-9]\.[0-9]{1,19}", cursor):
            raise InvalidInput("This cursor is none that a search has given.")
        span, below = map(int, cursor.split("."))
        return cls(span, min(below, ABOVE_ALL))


@dataclass(frozen=True, slots=True)
class Found:
    """Whether there may be more; `next` leads to older ones; how many messages are not searched yet."""

    hits: list[FoundMessage]
    more: bool
    waiting: int
    next: SearchCursor | None = None
