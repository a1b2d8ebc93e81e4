"""What a message consists of beside its text, in order. `content` stays one string: what is searched, edited, exported.

A new kind is a model here or in a file of its own, named in `Part`: the log of a running reply, versions, changes and
the wire carry whatever is named there. One with an `id` and no text refers to a row of its own; the piece of a reply
that says so has that id as its text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import Field, TypeAdapter

from src.entities.base import Entity, absent

RowId = Annotated[str, Field(min_length=1, max_length=200)]


class TextPart(Entity):
    """`text` is left out of the only one of a message: it is all of `content`. Several are `content` together."""

    type: Literal["text"] = "text"
    text: str | None = absent()


class ReasoningPart(Entity):
    """What a model thought before it went on: no answer. Without `duration_ms` nobody knows how long that took."""

    type: Literal["reasoning"] = "reasoning"
    text: str
    duration_ms: int | None = absent()


class ToolCallPart(Entity):
    """What the model had done, in a row of its own: `tool_results`."""

    type: Literal["tool_call"] = "tool_call"
    id: RowId


class FilePart(Entity):
    """A file that was given with the message: what is told of the attachment of this id, whose content never
    changes."""

    type: Literal["file"] = "file"
    id: RowId
    name: str
    media_type: str
    size: int
    width: int | None = absent()
    height: int | None = absent()
    pages: int | None = absent()

    @property
    def is_image(self) -> bool:
        return self.media_type.startswith("image/")


Part = Annotated[TextPart | ReasoningPart | ToolCallPart | FilePart, Field(discriminator="type")]
PART_KINDS: dict[str, type[Entity]] = {kind.model_fields["type"].default: kind for kind in get_args(get_args(Part)[0])}
PARTS: TypeAdapter[list[Part]] = TypeAdapter(list[Part])
PartType = Annotated[str, Field(json_schema_extra={"enum": [*PART_KINDS]})]
"""Of what a piece of a running reply is."""
TEXT, REASONING, TOOL_CALL = "text", "reasoning", "tool_call"
REFERENCES = frozenset(name for name, kind in PART_KINDS.items() if "id" in kind.model_fields)
"""Kinds of parts that refer to a row."""
COPIED = REFERENCES - {"file"}
"""Those whose rows are copied with them; a file never changes, and is shared."""


class Body(NamedTuple):
    """What a message says. Without `parts` it is one text."""

    content: str
    parts: list[Part] | None = None


def as_json(parts: Sequence[Part] | None) -> str | None:
    """As a column holds them."""
    return None if parts is None else PARTS.dump_json(list(parts)).decode()


def from_json(column: str | None) -> list[Part] | None:
    return PARTS.validate_json(column) if column else None


def has_called(body: Body) -> bool:
    """Whether a tool was called since it last said something."""
    told = [part.type for part in body.parts or () if part.type in (TEXT, TOOL_CALL)]
    return told[-1:] == [TOOL_CALL]


def answer(body: Body) -> str:
    """Returns the text behind the last tool call; of a message without one, all of it."""
    said = body.parts or []
    calls = [at for at, part in enumerate(said) if part.type == TOOL_CALL]
    if not calls:
        return body.content
    texts = [part for part in said[calls[-1] + 1 :] if isinstance(part, TextPart)]
    return "".join(body.content if part.text is None else part.text for part in texts)


def reworded(parts: Sequence[Part] | None) -> list[Part] | None:
    """When the text is another: it stands once, where its last part stood, and the others stay."""
    if parts is None:
        return None
    last = max((at for at, part in enumerate(parts) if part.type == TEXT), default=len(parts))
    kept: list[Part] = [TextPart() if at == last else part for at, part in enumerate(parts)]
    kept = [part for at, part in enumerate(kept) if part.type != TEXT or at == last]
    return kept if last < len(parts) else [*kept, TextPart()]


def referred(parts: Sequence[Part] | None) -> list[str]:
    """Returns the ids of the rows that are copied with them, in order."""
    return [part.wire()["id"] for part in parts or () if part.type in COPIED]


def pointed(parts: Sequence[Part] | None, ids: Mapping[str, str]) -> list[Part] | None:
    """The same parts, referring to the copies of these rows."""
    if parts is None:
        return None
    return [part.model_copy(update={"id": ids[part.wire()["id"]]}) if part.type in COPIED else part for part in parts]


def is_sound(body: Body) -> bool:
    """Whether the texts of the parts are the content."""
    if body.parts is None:
        return True
    texts = [part.text for part in body.parts if isinstance(part, TextPart)]
    return texts == [None] or (None not in texts and "".join(map(str, texts)) == body.content)


def gist(content: str, parts: Sequence[Part] | None) -> str:
    """What a message is called by: its words; without any, the names of the files that it was given with."""
    return content if content.strip() else ", ".join(part.name for part in parts or () if isinstance(part, FilePart))


def words(body: Body) -> str:
    """All that was said or thought, in order."""
    return "".join(text for grown in _explicit(body) for text in grown.texts)


@dataclass(slots=True)
class _Growing:
    """A part's fields without its text, and its text in pieces; of one that refers to a row, none."""

    type: str
    fields: dict[str, Any]
    texts: list[str]

    def piece_after(self, chars: int) -> str:
        """What a piece says that continues it, or begins it where `chars` are 0."""
        return self.fields["id"] if self.type in REFERENCES else "".join(self.texts)[chars:]


class Draft:
    """A reply while it is written, piece by piece. What it had said before it went on is not written any further, but
    for its text; where `is_same_run`, it is the beginning of these pieces."""

    def __init__(self, begun: Body, *, is_same_run: bool = False) -> None:
        known = _explicit(begun)
        self._begun, self._own = ([], known) if is_same_run else (known, [])

    def add(self, kind: str, text: str, thought_ms: int | None = None) -> None:
        """`text` is the row's id where the kind refers to one. `thought_ms` is how long the reasoning took that ends
        here. A piece of reasoning without text says that all since the last tool call of this run was reasoning: some
        models only mark its end."""
        own = self._own
        last = own[-1] if own else None
        if last and last.type == kind and text and kind not in REFERENCES:
            last.texts.append(text)
            return
        if last and last.type == REASONING and thought_ms is not None:
            last.fields["duration_ms"] = thought_ms
        if kind in REFERENCES:
            own.append(_Growing(kind, {"id": text}, []))
        elif text or kind != REASONING:
            own.append(_Growing(kind, {}, [text]))
        else:
            self._was_reasoning()

    def _was_reasoning(self) -> None:
        calls = [at for at, part in enumerate(self._own) if part.type == TOOL_CALL]
        since = calls[-1] + 1 if calls else 0
        said = self._own[since:]
        thought = "".join(text for part in said for text in part.texts).rstrip()
        rows = [part for part in said if part.type in REFERENCES]
        self._own[since:] = [_Growing(REASONING, {}, [thought]), *rows] if thought else rows

    def take_back(self, chars: int, text: str) -> None:
        """The last `chars` of reasoning were none: `text` was said."""
        if chars:
            last = self._own.pop()
            kept = "".join(last.texts)[:-chars]
            self._own += [_Growing(last.type, last.fields, [kept])] if kept else []
        self.add(TEXT, text)

    def body(self) -> Body:
        return _body([*self._begun, *self._own])


def gained(before: Body, after: Body) -> list[tuple[str, str, int | None]]:
    """What makes a draft that says `before` say `after`: see `Draft.add`."""
    pieces: list[tuple[str, str, int | None]] = []
    draft, now = Draft(before, is_same_run=True), _explicit(after)
    if any(was.type != part.type for was, part in zip(_explicit(before), now, strict=False)):
        pieces.append((REASONING, "", None))
        draft.add(*pieces[0])
    known = _explicit(draft.body())
    for at, part in enumerate(now):
        if at < len(known) and part.type in REFERENCES:
            continue
        more = part.piece_after(sum(map(len, known[at].texts)) if at < len(known) else 0)
        took_ms = now[at - 1].fields.get("duration_ms") if at == len(known) > 0 else None
        pieces += [(part.type, more, took_ms)] if more else []
    return pieces


def _explicit(body: Body) -> list[_Growing]:
    """Every text with its words."""
    if body.parts is None:
        return [_Growing(TEXT, {}, [body.content])] if body.content else []
    told = [part.model_dump() for part in body.parts]
    texts = [part.pop("text", body.content if part["type"] == TEXT else None) for part in told]
    return [
        _Growing(fields.pop("type"), fields, [] if text is None else [text])
        for fields, text in zip(told, texts, strict=True)
    ]


def _body(grown: Iterable[_Growing]) -> Body:
    parts: list[_Growing] = []
    for part in grown:
        if parts and part.type == parts[-1].type == TEXT:
            parts[-1] = _Growing(TEXT, {}, [*parts[-1].texts, *part.texts])
        else:
            parts.append(part)
    said = [part for part in parts if part.type == TEXT]
    content = "".join(text for part in said for text in part.texts)
    if len(said) == len(parts):
        return Body(content)
    return Body(content, [_part(part, is_only=len(said) == 1) for part in parts])


def _part(grown: _Growing, *, is_only: bool) -> Any:
    is_told = grown.texts and not (is_only and grown.type == TEXT)
    told = {"text": "".join(grown.texts)} if is_told else {}
    return PART_KINDS[grown.type].model_validate({**grown.fields, **told})
