"""Extraction of facts: what a model is to look at, what it found, and how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from src.entities.conversations import Conversation, Message
from src.entities.explorer import Memory
from src.entities.locrits import Locrit
from src.entities.server import ServerSettings


class Progress(NamedTuple):
    """Of a Locrit: in how many conversations something is still to be looked at, why that has failed, and when it is
    tried again (milliseconds since 1970)."""

    waiting: int
    problem: str | None
    next_try_at: int | None


@dataclass(frozen=True, slots=True)
class Passage:
    """What is to be looked at: the `new` messages, after those of `context`, and what is remembered already."""

    conversation: Conversation
    locrit: Locrit
    settings: ServerSettings
    context: list[Message]
    new: list[Message]
    known: list[Memory]


@dataclass(frozen=True, slots=True)
class Fact:
    """What was found; `sources` are ids of messages, `replaces` that of the memory that it ends."""

    content: str
    importance: float
    tags: Sequence[str]
    valid_from: int
    sources: Sequence[str]
    replaces: str | None = None
