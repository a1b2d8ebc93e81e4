"""Two processes on one database do something at the same moment: it is as if one had done it after the other. What one
of them writes, ends, folds, continues, forks or forgets, the other one may have in hand."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, product
from typing import Any

import pytest
from sqlalchemy import select

from src.entities import ClientMessage, GenerationResult, Memory, OpenConversation, SendMessage, Turn
from src.errors import LocritError
from src.models import (
    concept_counts,
    concept_index,
    concepts,
    conversations,
    generation_chunks,
    generations,
    locrits,
    memories,
    message_versions,
    messages,
)
from tests.faults.audit import audit
from tests.faults.chance import SEED
from tests.interleaving import Brake, Doing, interleaved
from tests.store import Store, opened
from tests.stores.test_concept_index import index

PAIRS = int(os.environ.get("PAIRS", 2))
"""So many by chance, beside those that once went wrong."""
POINTS = int(os.environ.get("POINTS", 6))
"""Before so many of the statements of the one, by chance, the other one comes."""


@dataclass
class Scene:
    """One Locrit. In its conversation a question is answered, one's reply was cut off, one's is being written, and a
    message lies in the trash; beside it are a fork, a conversation in the trash, a memory and one in the trash."""

    n: int
    locrit_id: str
    done: Turn
    cut: Turn
    running: Turn
    memory: Memory
    thrown_memory: Memory
    towns: Sequence[str]

    @property
    def locrit(self) -> str:
        return f"Locrit {self.n}"

    def id(self, name: str) -> str:
        return f"{self.n} {name}"

    def asks(self, text: str, **fields: Any) -> SendMessage:
        return SendMessage(text, self.id(text), self.id(f"{text}, as a message"), **fields)


async def scene(store: Store, n: int) -> Scene:
    locrit = await store.locrits.create(f"Locrit {n}", {})

    async def turn(question: str, status: Any = None) -> Turn:
        opening = OpenConversation("local", locrit.name, f"{n} here", None)
        turn: Turn = await store.turns.send(SendMessage(question, f"{n} {question}", None, opening))
        await store.replies.append_chunk(turn.generation_id, 1, "One. ")
        await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 1, "One. ")
        await store.replies.append_chunk(turn.generation_id, 2, "Two. ")
        if status:
            await store.replies.finish_reply(turn.generation_id, GenerationResult(status))
        return turn

    done, cut = await turn("Done?", "complete"), await turn("Cut off?", "interrupted")
    await store.history.fork(done.reply.message_id, f"{n} fork")
    await store.memory.save_message(f"{n} here", "user", "Thrown away", message_id=f"{n} thrown one")
    await store.memory.delete_message(f"{n} thrown one")
    await store.memory.open_conversation(locrit.name, conversation_id=f"{n} thrown")
    await store.memory.save_message(f"{n} thrown", "user", "Thrown away, too")
    await store.memory.delete_conversation(f"{n} thrown")
    memory = await store.memory.save_memory(locrit.name, "It rains")
    thrown = await store.memory.save_memory(locrit.name, "It snows")
    await store.memory.delete_memory(locrit.name, thrown.id)
    await store.memory.save_message(f"{n} here", "user", "Lisbon is Lisboa, and no Porto.")
    await index(store)
    towns = [await store.concepts.id_of(locrit.name, name) for name in ("Lisbon", "Lisboa", "Porto")]
    await store.concepts.merge(locrit.name, towns[2], towns[1])
    await store.memory.save_message(f"{n} here", "user", "Lisboa and Porto are old.")
    return Scene(n, locrit.id, done, cut, await turn("Running?"), memory, thrown, towns)


DOINGS: dict[str, Callable[[Store, Scene], Awaitable[Any]]] = {
    "log": lambda s, o: s.replies.append_chunk(o.running.generation_id, 3, "Three. "),
    "fold": lambda s, o: s.replies.fold_reply(o.running.generation_id, o.running.reply.message_id, 2, "One. Two. "),
    "finish": lambda s, o: s.replies.finish_reply(o.running.generation_id, GenerationResult("complete", "One. Two!")),
    "note the prompt": lambda s, o: s.replies.record_prompt(o.running.generation_id, "a model", None),
    "recover": lambda s, o: s.replies.finish_reply(o.running.generation_id, GenerationResult("interrupted")),
    "stop": lambda s, o: s.replies.request_stop(o.running.generation_id),
    "send": lambda s, o: s.turns.send(o.asks("And?", conversation_id=o.id("here"))),
    "send in a session": lambda s, o: s.turns.send(
        o.asks("So?", opening=OpenConversation("local", o.locrit, None, o.id("session")))
    ),
    "send in the fork": lambda s, o: s.turns.send(o.asks("Or?", conversation_id=o.id("fork"))),
    "retry": lambda s, o: s.turns.retry(o.cut.reply.message_id),
    "continue": lambda s, o: s.turns.continue_(o.cut.reply.message_id),
    "fork the running": lambda s, o: s.history.fork(o.running.reply.message_id, o.id("fork of all")),
    "fork the cut": lambda s, o: s.history.fork(o.cut.reply.message_id, o.id("fork of some")),
    "edit the question": lambda s, o: s.memory.edit_message(o.cut.message.message_id, "Why not?"),
    "edit the reply": lambda s, o: s.memory.edit_message(o.cut.reply.message_id, "Because.", 2),
    "delete the reply": lambda s, o: s.memory.delete_message(o.cut.reply.message_id),
    "forget the reply": lambda s, o: s.history.forget_message(o.cut.reply.message_id),
    "forget the running": lambda s, o: s.history.forget_message(o.running.reply.message_id),
    "forget the question": lambda s, o: s.history.forget_message(o.done.message.message_id),
    "restore a message": lambda s, o: s.memory.restore_message(o.id("thrown one")),
    "title": lambda s, o: s.memory.edit_conversation(o.id("here"), {"title": "Titled"}),
    "title as read": lambda s, o: s.memory.edit_conversation(o.id("here"), {"title": "Named"}, 2),
    "trash": lambda s, o: s.memory.delete_conversation(o.id("here")),
    "restore": lambda s, o: s.memory.edit_conversation(o.id("thrown"), {"deleted": False}),
    "forget the conversation": lambda s, o: s.history.forget_conversation(o.id("here")),
    "forget the thrown": lambda s, o: s.history.forget_conversation(o.id("thrown")),
    "empty the trash": lambda s, _: s.history.empty_trash(),
    "clear": lambda s, o: s.memory.clear(o.locrit),
    "describe": lambda s, o: s.locrits.edit(o.locrit, {"description": "A sailor"}, 1),
    "describe otherwise": lambda s, o: s.locrits.edit(o.locrit, {"description": "A miner"}, 1),
    "delete the Locrit": lambda s, o: s.locrits.delete(o.locrit),
    "edit a memory": lambda s, o: s.memory.edit_memory(o.locrit, o.memory.id, {"content": "It pours"}, 1),
    "edit it otherwise": lambda s, o: s.memory.edit_memory(o.locrit, o.memory.id, {"content": "It drips"}, 1),
    "forget a memory": lambda s, o: s.memory.forget_memory(o.locrit, o.memory.id),
    "restore a memory": lambda s, o: s.memory.restore_memory(o.locrit, o.thrown_memory.id),
    "merge": lambda s, o: s.history.merge(
        o.id("here"),
        [
            ClientMessage(o.cut.reply.message_id, "assistant", "One. Two. Three. ", 2, status="complete"),
            ClientMessage(o.id("merged"), "user", "By the way", parent_id=o.cut.reply.message_id),
        ],
    ),
    "index": lambda s, _: index(s),
    "merge concepts": lambda s, o: s.concepts.merge(o.locrit, o.towns[0], o.towns[1]),
    "merge them otherwise": lambda s, o: s.concepts.merge(o.locrit, o.towns[1], o.towns[0]),
    "take concepts apart": lambda s, o: s.concepts.restore(o.locrit, o.towns[2]),
    "rename a concept": lambda s, o: s.concepts.edit(o.locrit, o.towns[0], {"name": "Olissipo"}),
    "delete a concept": lambda s, o: s.concepts.delete(o.locrit, o.towns[1]),
}
WENT_WRONG = [
    ("fork the running", "fold"),
    ("fork the cut", "forget the question"),
    ("forget the question", "title"),
    ("forget the thrown", "empty the trash"),
    ("send in a session", "delete the Locrit"),
    ("describe", "describe otherwise"),
    ("forget a memory", "edit a memory"),
    ("clear", "fork the running"),
    ("fork the cut", "clear"),
    ("merge concepts", "merge them otherwise"),
    ("merge them otherwise", "index"),
    ("take concepts apart", "index"),
    ("index", "take concepts apart"),
]
BY_CHANCE = random.Random(SEED).sample(list(product(DOINGS, repeat=2)), PAIRS)


async def seen(stores: Sequence[Store], of: Scene) -> dict[str, list[Any]]:
    """All that there is of it, once the jobs are done, without ids and times."""
    await stores[0].history.finish_jobs()
    store = stores[0]
    await index(store)
    its_concepts = select(concept_counts.c.place).where(concept_counts.c.locrit_id == of.locrit_id)
    to_stop = [id_ for each in stores for id_ in await each.replies.to_stop([])]
    places = conversations.c.locrit_id == of.locrit_id
    here = select(conversations.c.id).where(places)
    said = messages.join(conversations, conversations.c.id == messages.c.conversation_id)
    logs = generation_chunks.join(generations, generations.c.id == generation_chunks.c.generation_id)
    found = {
        "conversations": select(conversations).where(places),
        "messages": select(messages, conversations.c.session_id).select_from(said).where(places),
        "versions": select(message_versions, messages.c.seq, messages.c.conversation_id)
        .join(messages, messages.c.id == message_versions.c.message_id)
        .where(messages.c.conversation_id.in_(here)),
        "replies": select(generations).where(generations.c.conversation_id.in_(here)),
        "chunks": select(generation_chunks).select_from(logs).where(generations.c.conversation_id.in_(here)),
        "locrits": select(locrits).where(locrits.c.id == of.locrit_id),
        "memories": select(memories).where(memories.c.locrit_id == of.locrit_id),
        "concepts": select(concepts).where(concepts.c.locrit_id == of.locrit_id),
        "terms": select(concept_index).where(concept_index.c.place.in_(its_concepts)),
    }
    shown = {name: [_shown(row._asdict(), to_stop) for row in await store.rows(query)] for name, query in found.items()}
    return {name: sorted(rows) for name, rows in shown.items()}


SHOWN = (
    *("seq", "role", "status", "content", "rev", "kind", "idx", "text", "folded_idx", "model"),
    *("folded", "mentions", "own_mentions"),
    *("title", "preview", "message_count", "conversation_count", "head_seq", "message_seq", "description", "tags"),
)
MARKS = ("deleted_at", "forgotten_at", "ended_at", "merged_into", "root")


def _shown(row: dict[str, Any], to_stop: list[str]) -> str:
    told = {name: row[name] for name in SHOWN if name in row} | {name: bool(row[name]) for name in MARKS if name in row}
    return repr(told | ({"to stop": True} if row.get("id") in to_stop else {}))


def _outcome(outcome: Any) -> str:
    if isinstance(outcome, BaseException) and not isinstance(outcome, LocritError):
        raise outcome
    return type(outcome).__name__ if isinstance(outcome, LocritError) else "done"


@dataclass
class Pair:
    """Of things that two stores do, each the one that is named for it."""

    stores: tuple[Store, Store]
    names: tuple[str, str]
    numbers: Iterator[int] = field(default_factory=count)

    def does(self, which: int, of: Scene) -> Doing:
        return lambda: DOINGS[self.names[which]](self.stores[which], of)

    async def in_turn(self, first: int) -> Any:
        of, outcomes = await scene(self.stores[0], next(self.numbers)), ["", ""]
        for which in (first, 1 - first):
            outcomes[which] = _outcome(*await asyncio.gather(self.does(which, of)(), return_exceptions=True))
        return outcomes, await seen(self.stores, of)

    async def at_once(self, brake: Brake, at: int) -> Any:
        of = await scene(self.stores[0], next(self.numbers))
        outcomes = await interleaved(brake, at, self.does(0, of), self.does(1, of), self.stores[0].url)
        return [_outcome(outcome) for outcome in outcomes], await seen(self.stores, of)


async def statements(brake: Brake, pair: Pair) -> int:
    """Of the first one alone."""
    of = await scene(pair.stores[0], next(pair.numbers))
    brake.set_at(0)
    await asyncio.gather(pair.does(0, of)(), return_exceptions=True)
    return brake.passed


@pytest.mark.parametrize(("one", "other"), [*WENT_WRONG, *BY_CHANCE])
def test_what_two_processes_do_at_once_is_as_if_they_did_it_one_after_the_other(
    postgresql_url: str, one: str, other: str
) -> None:
    async def scenario() -> None:
        async with opened(postgresql_url) as store, opened(postgresql_url) as another:
            pair, brake = Pair((store, another), (one, other)), Brake(store)
            allowed = [await pair.in_turn(0), await pair.in_turn(1)]
            points = range(1, await statements(brake, pair) + 2)  # before the commit, too
            for at in random.Random(SEED).sample(points, min(POINTS, len(points))):
                found = await pair.at_once(brake, at)
                assert found in allowed, f"{one!r} stood still before its statement {at}, for {other!r}"

    asyncio.run(scenario())
    audit(postgresql_url, running=True)
