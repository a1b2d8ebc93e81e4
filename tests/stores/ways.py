"""The ways in which a conversation is changed, each with what people expect of its place in the lists."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from src.entities import ClientMessage, GenerationResult, NewToolResult, SendMessage
from src.ids import now_ms
from tests.store import LOCRIT, Store

LONG_AGO = 1_262_304_000_000  # 2010
DAY = 86_400_000


@dataclass
class Old:
    """A conversation that was last talked in long ago: a question, a reply that was cut off, what both made."""

    store: Store
    id: str
    question: str
    reply: str

    async def made(self) -> Any:
        return await self.store.artifacts.create(self.id, "code", "program", "print")

    async def fork(self) -> Any:
        return await self.store.history.fork(self.reply)

    async def bring(self, *said: ClientMessage) -> Any:
        return await self.store.history.merge(self.id, said)


Way = Callable[[Old], Awaitable[Any]]
TALKS: dict[str, Way] = {}
"""Afterwards it was talked in just now."""
STAYS: dict[str, Way] = {}


def talks(way: Way) -> Way:
    TALKS[way.__name__] = way
    return way


def stays(way: Way) -> Way:
    STAYS[way.__name__] = way
    return way


def said(id_: str, at: int | None, content: str = "", **fields: Any) -> ClientMessage:
    return ClientMessage(id_, "user", content or id_, created_at=at, **fields)


async def old(store: Store, name: str) -> Old:
    one = Old(store, await store.conversation(name), f"q {name}", f"a {name}")
    cut = ClientMessage(one.reply, "assistant", f"because {name}", status="interrupted", created_at=LONG_AGO)
    await one.bring(said(one.question, LONG_AGO - DAY, f"why {name}"), cut)
    return one


# What is said


@talks
async def asks(one: Old) -> None:
    turn = await one.store.turns.send(SendMessage("and now?", conversation_id=one.id))
    await one.store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "now, too"))


@talks
async def asks_it_differently(one: Old) -> None:
    await one.store.turns.send(SendMessage("how?", conversation_id=one.id, sibling_of=one.question))


@talks
async def tries_again(one: Old) -> None:
    await one.store.turns.retry(one.question)


@talks
async def goes_on(one: Old) -> None:
    turn = await one.store.turns.continue_(one.reply)
    await one.store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "because it is"))


@talks
async def calls_a_tool(one: Old) -> None:
    turn = await one.store.turns.send(SendMessage("look it up", conversation_id=one.id))
    new = NewToolResult(f"tool {one.id}", "remember", {"content": "tea"})
    await one.store.replies.call_tools(turn.generation_id, 1, [new])


@talks
async def saves_at_once(one: Old) -> None:
    await one.store.memory.save_message(one.id, "user", "and now?")


@talks
async def brings_what_nobody_knows_the_time_of(one: Old) -> None:
    await one.bring(said(f"new {one.id}", None))


@talks
async def brings_what_is_said_to_come(one: Old) -> None:
    await one.bring(said(f"new {one.id}", now_ms() + 1000 * DAY))


# What is done to it


@stays
async def is_called_and_marked(one: Old) -> None:
    await one.store.memory.edit_conversation(one.id, {"title": "another", "starred": True, "pinned": True})


@stays
async def is_put_into_the_archive_and_back(one: Old) -> None:
    await one.store.memory.edit_conversation(one.id, {"archived": True})
    await one.store.memory.edit_conversation(one.id, {"archived": False})


@stays
async def is_thrown_away_and_comes_back(one: Old) -> None:
    await one.store.memory.delete_conversation(one.id)
    await one.store.memory.edit_conversation(one.id, {"deleted": False})


@stays
async def is_forgotten(one: Old) -> None:
    await one.store.tool_results.save(one.id, f"t {one.id}", {"name": "search"}, LONG_AGO)
    await one.store.history.forget_conversation(one.id)


@stays
async def goes_and_comes_with_its_locrit(one: Old) -> None:
    await one.store.locrits.delete(LOCRIT)
    await one.store.locrits.restore(LOCRIT)


@stays
async def has_a_message_corrected(one: Old) -> None:
    await one.store.memory.edit_message(one.question, "better")
    await one.store.history.roll_back(one.question, 1)
    await one.store.history.keep_conflict(one.question, "another opinion")


@stays
async def has_a_message_thrown_away_and_back(one: Old) -> None:
    await one.store.memory.delete_message(one.reply)
    await one.store.memory.restore_message(one.reply)


@stays
async def has_a_message_forgotten(one: Old) -> None:
    await one.store.history.forget_message(one.question)


@stays
async def has_its_trash_emptied(one: Old) -> None:
    await one.store.memory.delete_message(one.reply)
    await one.store.history.expire_trash(0)


@stays
async def has_a_fork(one: Old) -> None:
    made = await one.fork()
    await one.store.memory.save_message(made.conversation_id, "user", "elsewhere")


@stays
async def has_what_it_made_changed(one: Old) -> None:
    id_ = (await one.made()).id
    await one.store.artifacts.edit(id_, {"content": "redrawn"})
    await one.store.artifacts.roll_back(id_, 1)
    await one.store.artifacts.delete(id_)
    await one.store.artifacts.restore(id_)
    await one.store.artifacts.forget(id_)


@stays
async def has_tool_results_brought(one: Old) -> None:
    for result in ("found", "found more"):
        await one.store.tool_results.save(one.id, f"t {one.id}", {"name": "search", "result": result}, LONG_AGO)


@stays
async def is_brought_again(one: Old) -> None:
    await one.bring(said(one.question, LONG_AGO - DAY, f"why {one.question[2:]}"))


@stays
async def is_brought_with_other_words(one: Old) -> None:
    await one.bring(said(one.question, LONG_AGO - DAY, "was it this?"))


@stays
async def is_given_what_was_said_before(one: Old) -> None:
    await one.bring(said(f"older {one.id}", LONG_AGO - 9 * DAY))
