"""What must be true of a database, whatever happened to the servers that wrote it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, select, text

from src.entities import Body, iso
from src.entities.parts import from_json, words
from src.models import (
    activity,
    conversations,
    generation_chunks,
    generations,
    locrits,
    memories,
    message_counts,
    messages,
    ops,
    tool_results,
    users,
)
from src.models.people import QUARTERS_A_DAY
from src.services.generation_runner import SAVE_EVERY_CHARS
from src.stores import messages as message_store
from src.stores.activity import QUARTER_MS
from src.stores.engines import open_readers
from tests.faults.history import broken_archive, disagreement
from tests.fold import DERIVED, fold
from tests.log import logged


@dataclass
class Witness:
    """What the world outside the server knows."""

    acknowledged: dict[str, str] = field(default_factory=dict)
    """Contents by message id."""
    operations: set[str] = field(default_factory=set)
    """Ids of those that were acknowledged."""
    shown: dict[str, list[str]] = field(default_factory=dict)
    """The pieces that a client saw of a reply, by the reply's generation id or its question's message id."""
    asked: list[str] = field(default_factory=list)
    """Every question that reached the model."""
    reply_to: Callable[[str], str] | None = None
    """What the model answers to a question, with what it thinks before."""

    def saw(self, key: str, pieces: list[str]) -> None:
        """Of several that saw the same reply, the one counts that saw most."""
        if len("".join(pieces)) > len("".join(self.shown.get(key, []))):
            self.shown[key] = pieces


class Violations(AssertionError):
    pass


def audit(database_url: str, witness: Witness | None = None, *, running: bool = False) -> Counter[str]:
    """Raises Violations with all that is wrong; returns how many replies ended in which way.

    While the server is `running`, replies may be too.
    """
    engine = open_readers(database_url)  # one snapshot, while others write
    try:
        with engine.connect() as connection:
            database = _Audited(connection)
            wrong = [*database.violations(running), *database.broken_promises(witness or Witness())]
            wrong = wrong or [*disagreement(connection)]
    finally:
        engine.dispose()
    if wrong:
        raise Violations(f"{len(wrong)} violations:\n" + "\n".join(wrong[:30]))
    return Counter(row.status for row in database.messages.values() if row.generation_id)


class _Audited:
    """One snapshot of everything."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.messages = {row.id: row for row in self._rows(select(messages).order_by(messages.c.row_id))}
        self.conversations = {row.id: row for row in self._rows(select(conversations))}
        self.events = logged(connection)

    def violations(self, running: bool) -> Iterator[str]:
        yield from self._broken_files()
        yield from self._gaps()
        yield from self._rows_that_are_not_their_events()
        yield from self._wrong_counters()
        yield from self._lost_generations(running)
        yield from self._lost_tools()
        yield from broken_archive(self._connection, self.messages, self.conversations, self.events)

    def broken_promises(self, witness: Witness) -> Iterator[str]:
        for message_id, content in witness.acknowledged.items():
            row = self.messages.get(message_id)
            if row is None or row.content != content:
                yield f"acknowledged message {message_id} is {row and row.content!r}, not {content!r}"
        missing = witness.operations - {row.op_id for row in self._rows(select(ops.c.op_id))}
        if missing:
            yield f"acknowledged operations are unknown: {sorted(missing)[:5]}"
        said = {row.content for row in self.messages.values()}
        unsaved = [asked for asked in witness.asked if asked not in said]
        if unsaved:
            yield f"the model was asked what is not saved: {unsaved[:5]}"
        yield from self._wrong_replies(witness)

    def _rows(self, statement: Any) -> Sequence[Row[Any]]:
        return self._connection.execute(statement).all()

    def _broken_files(self) -> Iterator[str]:
        if self._connection.dialect.name == "sqlite":
            for check in ("integrity_check", "foreign_key_check"):
                answer = self._rows(text(f"PRAGMA {check}"))
                if answer not in ([], [("ok",)]):
                    yield f"{check}: {answer}"

    def _gaps(self) -> Iterator[str]:
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for message in self.messages.values():
            numbers[message.conversation_id].append(message.seq)
        for row in self.conversations.values():
            yield from _gap(f"messages of {row.id}", sorted(numbers[row.id]), row.message_seq)
        heads = {f"user:{row.id}": row.head_seq for row in self._rows(select(users))}
        heads |= {f"conversation:{row.id}": row.head_seq for row in self.conversations.values()}
        seqs: defaultdict[str, list[int]] = defaultdict(list)
        for event in self.events:
            seqs[event.scope].append(event.seq)
        for scope in {*heads, *seqs}:
            yield from _gap(f"events of {scope}", seqs[scope], heads.get(scope, -1))

    def _rows_that_are_not_their_events(self) -> Iterator[str]:
        folded = fold(self.events)
        stored: dict[tuple[str, str], dict[str, Any]] = {
            ("message", id_): message_store.entity(row).wire() for id_, row in self.messages.items()
        }
        if stored.keys() != (seen := {key for key in folded if key[0] == "message"}):
            yield f"messages without events or the other way round: {sorted(stored.keys() ^ seen)[:5]}"
        for key in stored.keys() & seen:
            left, right = _plain(key[0], stored[key]), _plain(key[0], folded[key])
            if left != dict.fromkeys(left) | right:  # an older version of Locrit wrote fewer fields
                yield f"{key} is {left}, its events say {right}"
        kinds = {"conversation": conversations, "locrit": locrits, "memory": memories, "tool_result": tool_results}
        for kind, table in kinds.items():
            for row in self._rows(select(table)):
                yield from _differences(kind, row, folded.get((kind, row.id)))

    def _wrong_counters(self) -> Iterator[str]:
        alive = Counter(m.conversation_id for m in self.messages.values() if m.deleted_at is None)
        quarters: Counter[tuple[str, int]] = Counter()
        numbers: dict[tuple[str, str, str], tuple[int, int]] = {}
        for message in self.messages.values():
            if message.deleted_at is None and self.conversations[message.conversation_id].deleted_at is None:
                quarters[message.locrit_id, message.created_at // QUARTER_MS] += 1
                key = message.locrit_id, message.role, message.model or ""
                said, characters = numbers.get(key, (0, 0))
                length = 0 if message.status == "streaming" else len(message.content)
                numbers[key] = said + 1, characters + length
        counted = {
            (row.locrit_id, row.day * QUARTERS_A_DAY + quarter): number
            for row in self._rows(select(activity))
            for quarter, number in enumerate(map(int, row[2:]))
            if number
        }
        if counted != quarters:
            yield f"activity is {counted}, counting says {dict(quarters)}"
        by_model: dict[Any, Any] = {tuple(row[:3]): tuple(row[3:]) for row in self._rows(select(message_counts))}
        if by_model != numbers:
            yield f"messages by model are {by_model}, counting says {numbers}"
        sessions = Counter(row.locrit_id for row in self.conversations.values() if row.deleted_at is None)
        for row in self.conversations.values():
            if row.message_count != alive[row.id]:
                yield f"conversation {row.id} counts {row.message_count} messages, not {alive[row.id]}"
        for row in self._rows(select(locrits)):
            if row.conversation_count != sessions[row.id]:
                yield f"{row.name} counts {row.conversation_count} conversations, not {sessions[row.id]}"

    def _lost_generations(self, running: bool) -> Iterator[str]:
        found = {row.id: row for row in self._rows(select(generations))}
        replies = {row.generation_id: row for row in self.messages.values() if row.generation_id}
        if lacking := replies.keys() - found.keys():
            yield f"replies without their generation: {sorted(lacking)[:5]}"
        for id_ in found.keys() - replies.keys():  # of a reply that went on under another one
            reply = self.messages.get(found[id_].message_id)
            if found[id_].status == "streaming" or reply is None or reply.generation_id is None:
                yield f"generation {id_} has no reply"
        for id_ in found.keys() & replies.keys():
            if found[id_].status != replies[id_].status:
                yield f"generation {id_} is {found[id_].status}, its reply {replies[id_].status}"
            if found[id_].status == "streaming" and not running:
                yield f"reply {replies[id_].id} was left streaming"
        for chunk in self._rows(select(generation_chunks.c.generation_id).distinct()):
            if found[chunk.generation_id].status != "streaming":
                yield f"ended generation {chunk.generation_id} has chunks"

    def _lost_tools(self) -> Iterator[str]:
        streaming = {row.id for row in self.messages.values() if row.status == "streaming"}
        for tool in self._rows(select(tool_results).where(tool_results.c.status == "running")):
            if tool.message_id not in streaming:
                yield f"tool result {tool.id} was left running"

    def _wrong_replies(self, witness: Witness) -> Iterator[str]:
        for reply in self.messages.values():
            if reply.generation_id is None or reply.status == "streaming":
                continue
            for pieces in (witness.shown.get(reply.generation_id), witness.shown.get(reply.parent_id)):
                yield from _lost(reply, pieces or [""])
            if witness.reply_to is None:
                continue
            whole, kept = witness.reply_to(self.messages[reply.parent_id].content), _kept(reply)
            if not whole.startswith(kept) or (reply.status == "complete" and whole != kept):
                yield f"{reply.status} reply {reply.id} is not what the model sent: …{kept[-80:]!r}"


def _lost(reply: Row[Any], pieces: list[str]) -> Iterator[str]:
    shown, kept = "".join(pieces), _kept(reply)
    lost = len(shown) - len(kept)
    if not shown.startswith(kept) and not kept.startswith(shown):
        yield f"{reply.status} reply {reply.id} is not what was shown"
    if lost > SAVE_EVERY_CHARS + len(max(pieces, key=len)):
        yield f"{reply.status} reply {reply.id} lost {lost} characters of what was shown"


def _kept(reply: Row[Any]) -> str:
    """What it thought, too."""
    return words(Body(reply.content, from_json(reply.parts)))


def _gap(what: str, seqs: Sequence[int], head: int) -> Iterator[str]:
    if list(seqs) != list(range(1, head + 1)):
        missing = sorted(set(range(1, head + 1)) ^ set(seqs))
        yield f"{what} are not 1 to {head}: {missing[:10]} missing or too many"


def _plain(kind: str, wire: Mapping[str, Any]) -> dict[str, Any]:
    """A running reply's text is in its log, not in its events."""
    derived = DERIVED[kind] | ({"content", "parts", "idx"} if wire.get("status") == "streaming" else set())
    return {name: value for name, value in wire.items() if name not in derived}


def _differences(kind: str, row: Row[Any], folded: Mapping[str, Any] | None) -> Iterator[str]:
    if folded is None:
        yield f"{kind} {row.id} has no event"
        return
    for name, value in {"rev": row.rev, **_gone(row), **_named(kind, row)}.items():
        if folded.get(name) != value:  # an older version of Locrit wrote fewer fields
            yield f"{kind} {row.id} has {name} {value!r}, its events say {folded.get(name)!r}"


def _gone(row: Row[Any]) -> dict[str, Any]:
    columns = [name for name in ("deleted_at", "forgotten_at") if name in row._mapping]
    return {name: iso(row._mapping[name]) if row._mapping[name] is not None else None for name in columns}


_NAMES = {
    "conversation": ("title", "starred", "pinned", "archived"),
    "locrit": ("name", "model", "system_prompt"),
    "memory": ("content", "importance", "pinned"),
    "tool_result": ("name", "status", "answer", "duration_ms"),
}


def _named(kind: str, row: Row[Any]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in _NAMES[kind]}
