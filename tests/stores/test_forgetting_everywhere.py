"""After any history, what is forgotten is in no row of any table and in no byte of the files.

`EXAMPLES=…` makes it longer, `SEED=…` repeats a run.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest
from sqlalchemy import Connection, make_url, text

from src.entities import ClientMessage, GenerationResult, Part, ReasoningPart, SendMessage, TextPart
from src.errors import Conflict, LocritError
from tests.faults.chance import SEED
from tests.store import LOCRIT, Store, on_each_database, opened
from tests.stores.history import index, say, verified

EXAMPLES = int(os.environ.get("EXAMPLES", "6"))
STEPS = 14
SECRET = "zanzibar"


class History:
    """Conversations and forks in which one message, and what was copied of it, holds the secret."""

    def __init__(self, store: Store, chance: random.Random) -> None:
        self.store = store
        self.chance = chance
        self.conversations: list[str] = []
        self.family: list[str] = []
        """The message with the secret, and its copies."""

    async def begin(self) -> None:
        conversation_id = await self.store.conversation()
        for n in range(self.chance.randrange(3)):
            await self.store.memory.save_message(conversation_id, "user", f"before {n}")
        if self.chance.random() < 0.5:
            message, _ = await self.store.memory.save_message(conversation_id, "user", f"{SECRET} one")
            self.family.append(message.message_id)
        else:
            asked = await self.store.turns.send(SendMessage("why?", "ask", conversation_id=conversation_id))
            thought: list[Part] = [ReasoningPart(text=f"could it be {SECRET}?"), TextPart()]
            spoken = self.chance.choice([SECRET, "something"])
            ending = GenerationResult("complete", f"because of {spoken}", parts=thought)
            self.family.append((await self.store.replies.finish_reply(asked.generation_id, ending)).message_id)
        self.conversations.append(conversation_id)

    async def go_on(self) -> None:
        act = self.chance.choice(
            [self.fork, self.fork, self.edit, self.rename, self.say, self.aside, self.index, self.throw]
        )
        try:
            await act()
        except LocritError:
            pass  # what is in the trash is not changed

    async def fork(self) -> None:
        where = self.chance.choice(self.conversations)
        page, _, _ = await self.store.memory.get_conversation_history(where)
        fork = await self.store.history.fork(self.chance.choice(page).message_id)
        self.conversations.append(fork.conversation_id)
        copied, _, _ = await self.store.memory.get_conversation_history(fork.conversation_id)
        self.family += [one.message_id for one in copied if one.metadata["copied_from"] in self.family]

    async def edit(self) -> None:
        text = self.chance.choice([f"{SECRET} again {self.chance.random()}", "harmless"])
        await self.store.memory.edit_message(self.chance.choice(self.family), text)

    async def rename(self) -> None:
        await self.store.memory.edit_conversation(
            self.chance.choice(self.conversations), {"title": "", "starred": True}
        )

    async def say(self) -> None:
        await self.store.memory.save_message(
            self.chance.choice(self.conversations), "user", f"more {self.chance.random()}"
        )

    async def aside(self) -> None:
        await self.store.history.keep_conflict(self.chance.choice(self.family), f"{SECRET} aside")

    async def index(self) -> None:
        await index(self.store)

    async def throw(self) -> None:
        if self.chance.random() < 0.5:
            await self.store.memory.delete_message(self.chance.choice(self.family))
        else:
            where = self.chance.choice(self.conversations)
            await self.store.memory.edit_conversation(where, {"deleted": self.chance.random() < 0.5})


@pytest.mark.parametrize("how", ["the message", "a copy of it", "its conversation", "everything"])
@pytest.mark.parametrize("example", range(EXAMPLES))
def test_what_is_forgotten_is_nowhere(sqlite_url: str, how: str, example: int) -> None:
    asyncio.run(forgotten(sqlite_url, how, f"{SEED} {how} {example}"))


@pytest.mark.parametrize("how", ["the message", "its conversation", "everything"])
def test_what_is_forgotten_is_nowhere_in_postgresql(postgresql_url: str, how: str) -> None:
    asyncio.run(forgotten(postgresql_url, how, f"{SEED} {how}"))


async def forgotten(url: str, how: str, seed: str) -> None:
    print(f"seed {seed!r}")
    async with opened(url) as store:
        history = History(store, random.Random(seed))
        await history.begin()
        for _ in range(STEPS):
            await history.go_on()
        assert await found(store) != []
        await forget(store, history, how)
        await index(store)
        await store.history.finish_jobs()
        assert await found(store) == []
        await verified(store)


async def forget(store: Store, history: History, how: str) -> None:
    if how == "the message":
        await store.history.forget_message(history.family[0])
    elif how == "a copy of it":
        await store.history.forget_message(history.family[-1])
    elif how == "its conversation":
        await store.history.forget_conversation(history.conversations[0])
    else:
        await store.locrits.delete(LOCRIT)
        await store.history.empty_trash()


async def found(store: Store) -> list[str]:
    """Names of the tables, and of the files, in which the secret is."""
    if make_url(store.url).get_backend_name() == "sqlite":
        files = Path(make_url(store.url).database or "").parent.glob("locrit.db*")
        return [file.name for file in files if SECRET.encode() in file.read_bytes()]
    return await store.database.read(_tables_with_it)


def _tables_with_it(connection: Connection) -> list[str]:
    tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
    rows = {name: text(f'SELECT 1 FROM "{name}" AS t WHERE t::text LIKE :word LIMIT 1') for name in tables}
    return [name for name in tables if connection.execute(rows[name], {"word": f"%{SECRET}%"}).first()]


@on_each_database
async def test_a_fork_that_was_called_after_a_branch_that_it_does_not_have(store: Store) -> None:
    """Its title is all that it has of the message."""
    conversation_id, [asked] = await say(store, f"{SECRET}?")
    turn = await store.turns.send(SendMessage("and so?", "ask", conversation_id=conversation_id, sibling_of=asked))
    await store.replies.finish_reply(turn.generation_id, GenerationResult("complete", "so"))
    fork = await store.history.fork(turn.reply.message_id)
    await store.memory.edit_message(asked, "harmless now")
    assert SECRET in fork.title
    await store.history.forget_message(asked)
    assert (await store.memory.conversation(fork.conversation_id)).title == "and so?"
    await store.history.finish_jobs()
    assert await found(store) == []
    await verified(store)


@on_each_database
async def test_forgetting_a_fork_leaves_what_it_was_copied_from(store: Store) -> None:
    conversation_id, [message_id] = await say(store, "said first")
    fork = await store.history.fork(message_id)
    await store.history.forget_conversation(fork.conversation_id)
    kept, _, _ = await store.memory.get_conversation_history(conversation_id)
    assert [message.content for message in kept] == ["said first"]
    await verified(store)


@on_each_database
async def test_the_person_is_told_how_many_copies_go_too(store: Store) -> None:
    _, [message_id] = await say(store, "said first")
    fork = await store.history.fork(message_id)
    [copy], _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    await store.history.fork(copy.message_id)
    assert [await store.history.copies(id_) for id_ in (message_id, copy.message_id)] == [2, 2]
    await store.history.forget_message(copy.message_id)
    assert await store.history.copies(message_id) == 0


@on_each_database
async def test_a_copy_that_a_browser_gives_back_is_refused(store: Store) -> None:
    _, [message_id] = await say(store, SECRET)
    fork = await store.history.fork(message_id)
    [copy], _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    await store.history.forget_message(message_id)
    merged = await store.history.merge(fork.conversation_id, [ClientMessage(copy.message_id, "user", SECRET)])
    assert merged.forgotten == [copy.message_id]


@on_each_database
async def test_a_reply_that_goes_on_in_a_fork_keeps_its_original(store: Store) -> None:
    conversation_id = await store.conversation()
    turn = await store.turns.send(SendMessage("why?", "ask", conversation_id=conversation_id))
    await store.replies.finish_reply(turn.generation_id, GenerationResult("interrupted", f"because {SECRET}"))
    fork = await store.history.fork(turn.reply.message_id)
    copied, _, _ = await store.memory.get_conversation_history(fork.conversation_id)
    again = await store.turns.continue_(copied[-1].message_id)
    for forget_it in (
        store.history.forget_conversation(conversation_id),
        store.history.forget_message(turn.reply.message_id),
    ):
        with pytest.raises(Conflict):
            await forget_it
    await store.replies.finish_reply(again.generation_id, GenerationResult("complete"))
    await store.history.forget_conversation(conversation_id)
    assert await found(store) == []
    await verified(store)
