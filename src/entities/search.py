"""What is searched for."""

from dataclasses import dataclass
from typing import Literal

Mark = Literal["starred", "pinned", "archived", "fork"]


@dataclass(frozen=True, slots=True)
class Filters:
    """What else a message must be: said to this Locrit, in this conversation, by whom, from a moment on, until before
    another, in a conversation with this mark, which is this person's."""

    locrit_id: str | None = None
    conversation_id: str | None = None
    role: str | None = None
    after: int | None = None
    before: int | None = None
    mark: Mark | None = None
    owner_id: str | None = None
