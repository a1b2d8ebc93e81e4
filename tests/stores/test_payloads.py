"""The text of a message stands once, whatever happens to it, and the log says all the same what each change said."""

from random import Random

from sqlalchemy import Connection, select

from src.entities import ClientMessage, GenerationResult, Scrubbed
from src.errors import LocritError
from src.ids import new_id
from src.models import events
from tests.faults.chance import SEED
from tests.log import rewrite
from tests.store import Store, on_each_database
from tests.stores.history import ask, say, verified

STEPS = 60


class Life:
    """Whatever can happen to messages of one conversation."""

    def __init__(self, store: Store, conversation_id: str, ids: list[str], chance: Random) -> None:
        self._store, self._where, self._chance = store, conversation_id, chance
        self._ids = ids

    async def go_on(self) -> None:
        id_, said = self._chance.choice(self._ids), f"words {new_id()}"
        store, memory, history = self._store, self._store.memory, self._store.history
        message = await memory.message(id_)
        match self._chance.randrange(10):
            case 0:
                self._ids += [(await memory.save_message(self._where, "user", said))[0].message_id]
            case 1:
                self._ids += await ask(store, self._where, said, f"answer {said}")
            case 2 | 3:
                await memory.edit_message(id_, said)
            case 4:
                await memory.delete_message(id_)
            case 5:
                await memory.restore_message(id_)
            case 6:
                versions = await history.versions(id_)
                await history.roll_back(id_, self._chance.choice(versions).rev)
            case 7:
                await history.keep_conflict(id_, said)
            case 8:
                rev = message.rev + self._chance.randrange(-1, 5)
                content = self._chance.choice([said, message.content])
                theirs = ClientMessage(id_, message.role, content, status="interrupted", rev=max(rev, 1))
                await history.merge(self._where, [theirs])
            case 9:
                turn = await store.turns.continue_(id_)
                await store.replies.append_chunk(turn.generation_id, 1, said)
                await store.replies.fold_reply(turn.generation_id, id_, 1, f"{turn.reply.content}{said}")
                ending = GenerationResult("stopped", f"{turn.reply.content}{said}")
                await store.replies.finish_reply(turn.generation_id, ending)


def stored(connection: Connection, conversation_id: str) -> str:
    scope = f"conversation:{conversation_id}"
    return "\n".join(connection.scalars(select(events.c.payload).where(events.c.scope == scope)))


@on_each_database
async def test_whatever_happened_the_log_says_what_was_announced_and_stores_no_text(store: Store) -> None:
    print(f"SEED={SEED}")
    conversation_id, ids = await say(store, "words 1", "words 2")
    ids += await ask(store, conversation_id, "words 3", "answer words 3")
    life = Life(store, conversation_id, ids, Random(SEED))
    for _ in range(STEPS):
        try:
            await life.go_on()
        except LocritError:
            pass  # not everything can be done to everything
    scope = f"conversation:{conversation_id}"
    logged = (await store.memory.events(scope, limit=500))[0]
    assert logged == store.changes(scope)
    in_full = [change for change in logged if change.payload.status == "streaming" and change.payload.content]
    assert (await store.database.read(lambda c: stored(c, conversation_id))).count("words ") == len(in_full)
    await verified(store)
    await store.history.forget_message(ids[0])
    told = (await store.memory.events(scope, limit=500))[0][: len(logged)]
    assert [now == was or now.payload == Scrubbed() for now, was in zip(told, logged, strict=True)] == [True] * len(
        told
    )
    assert {change.entity_id for change in told if change.payload == Scrubbed()} == {ids[0]}
    await verified(store)


@on_each_database
async def test_a_log_that_stores_all_that_was_said_is_read_and_verified_as_before(store: Store) -> None:
    conversation_id, [first, _] = await say(store, "words 1", "words 2")
    await store.memory.edit_message(first, "words 3")
    before = await store.memory.events(f"conversation:{conversation_id}")
    await store.database.write(lambda tx: rewrite(tx.connection))
    assert (await store.database.read(lambda c: stored(c, conversation_id))).count("words ") == 3
    assert await store.memory.events(f"conversation:{conversation_id}") == before
    await store.memory.edit_message(first, "words 4")
    await verified(store)
