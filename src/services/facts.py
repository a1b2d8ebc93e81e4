"""How a model is asked for the facts in what was said, and what its answer must be like to be believed."""

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, StringConstraints, ValidationError

from src.entities import Memory, Message
from src.entities.extraction import Fact, Passage
from src.errors import ModelError
from src.services.llm.protocol import PromptMessage
from src.stores import extraction
from src.unicode import storable

MOST_ANSWER_CHARS: Final = 50_000
MOST_FACTS: Final = 30
MOST_TAGS: Final = 8

_INSTRUCTIONS: Final = """\
You note facts that are worth remembering from a conversation between User and {locrit}, as JSON.
Only what User says about themselves, their people, animals, plans, tastes and world. No questions, no small talk, no \
general knowledge, nothing that {locrit} only supposes.
Each fact is one short sentence that can be understood alone, in the language of the conversation: put names in the \
place of "she", "he", "it" and "there", call the person "User", and put the calendar date in the place of "yesterday" \
or "next week": each line says when it was said.
"messages" are the numbers of the lines that say so, "date" is the day since which it is so (YYYY-MM-DD) or null, \
"importance" is from 0 to 1, "tags" are a few words.
When a fact ends one of the memories that are listed, because both cannot be true now, "replaces" is its number, else \
null. What is remembered already is not noted again. When nothing is worth noting, "facts" is empty."""


class _Found(BaseModel):
    fact: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
    messages: Annotated[list[int], Field(min_length=1)]
    date: dt.date | None = None
    importance: Annotated[float, Field(ge=0, le=1)] = 0.5
    tags: Annotated[list[Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)]], Field()] = []
    replaces: int | None = None


class _Answer(BaseModel):
    facts: Annotated[list[_Found], Field(max_length=MOST_FACTS)]


def prompt(passage: Passage, candidates: Sequence[Memory]) -> list[PromptMessage]:
    name = passage.locrit.name
    lines = list[str]()
    if candidates:
        lines += ["Memories:", *(f"({n}) {one.content}" for n, one in enumerate(candidates, 1)), ""]
    if passage.context:
        lines += ["Said before, only to understand what follows:"]
        lines += [_line(one, name, extraction.CONTEXT_CHARS) for one in passage.context] + [""]
    lines += ["Note the facts in these lines:"]
    lines += [f"[{n}] {_line(one, name, extraction.MOST_CHARS)}" for n, one in enumerate(passage.new, 1)]
    return [
        {"role": "system", "content": _INSTRUCTIONS.format(locrit=name)},
        {"role": "user", "content": "\n".join(lines)},
    ]


def schema(passage: Passage, candidates: Sequence[Memory]) -> dict[str, Any]:
    """What the answer is held to by models that can be held to it."""
    replaces: dict[str, Any] = {"type": "null"}
    if candidates:
        numbers = {"type": "integer", "enum": list(range(1, len(candidates) + 1))}
        replaces = {"anyOf": [numbers, {"type": "null"}]}
    fact = {
        "fact": {"type": "string"},
        "messages": {"type": "array", "items": {"type": "integer", "enum": list(range(1, len(passage.new) + 1))}},
        "date": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
        "importance": {"type": "number", "minimum": 0, "maximum": 1},
        "tags": {"type": "array", "items": {"type": "string"}},
        "replaces": replaces,
    }
    item = {"type": "object", "properties": fact, "required": list(fact)}
    facts = {"type": "array", "items": item, "maxItems": MOST_FACTS}
    return {"type": "object", "properties": {"facts": facts}, "required": ["facts"]}


def facts(answer: str, passage: Passage, candidates: Sequence[Memory]) -> list[Fact]:
    """Raises ModelError for an answer that is none."""
    try:
        found = _Answer.model_validate_json(answer).facts
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "it"
        raise ModelError(f"The model’s list of facts cannot be used ({where}: {first['msg']}).") from None
    return [_fact(one, passage, candidates) for one in found]


def _fact(found: _Found, passage: Passage, candidates: Sequence[Memory]) -> Fact:
    if not all(1 <= number <= len(passage.new) for number in found.messages):
        raise ModelError("The model’s list of facts names a message that it was not shown.")
    if found.replaces is not None and not 1 <= found.replaces <= len(candidates):
        raise ModelError("The model’s list of facts names a memory that it was not shown.")
    sources = [passage.new[number - 1] for number in dict.fromkeys(found.messages)]
    since = dt.datetime(found.date.year, found.date.month, found.date.day, tzinfo=dt.UTC) if found.date else None
    return Fact(
        content=storable(" ".join(found.fact.split())),
        importance=found.importance,
        tags=[storable(tag) for tag in dict.fromkeys(found.tags) if tag][:MOST_TAGS],
        valid_from=round(since.timestamp() * 1000) if since else min(one.created_at for one in sources),
        sources=[one.message_id for one in sources],
        replaces=candidates[found.replaces - 1].id if found.replaces is not None else None,
    )


def _line(message: Message, locrit_name: str, chars: int) -> str:
    said_at = dt.datetime.fromtimestamp(message.created_at / 1000, dt.UTC)
    who = "User" if message.role == "user" else locrit_name
    said = " ".join(message.content[:chars].split())
    return f"{said_at:%A} {said_at.day} {said_at:%B %Y}, {who}: {said}"
