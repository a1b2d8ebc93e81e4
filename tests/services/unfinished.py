"""What a process leaves that is killed: so many of each kind, by the store's own operations."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from src.entities import Failure, GenerationResult, NewToolResult, OpenConversation, SendMessage, Turn
from src.errors import Postponed
from src.operations import Operation, Stamp
from src.stores import jobs, pulls
from src.stores.unit_of_work import UnitOfWork
from tests.callers import ME
from tests.faults.rich import call_of
from tests.store import LOCRIT, Store

PIECE: Final = "Because it is so. "
AT_ONCE: Final = 100


async def replies(store: Store, count: int) -> None:
    """Each in a conversation of its own, with a tool that runs, and text that is not folded yet."""
    await store.locrits.edit(LOCRIT, {"memories": "automatic"})
    for number in range(count):
        turn = await _asked(store, f"reply {number}")
        await store.replies.append_chunk(turn.generation_id, 1, PIECE)
        await store.replies.fold_reply(turn.generation_id, turn.reply.message_id, 1, PIECE)
        call = NewToolResult(f"tool of {turn.generation_id}", "look", {"at": "it"}, changes=True)
        await store.replies.call_tools(turn.generation_id, 1, [call])
        await store.replies.start_tool(turn.generation_id, call.id)
        await store.replies.append_chunk(turn.generation_id, 3, PIECE)


async def stubs(store: Store, count: int) -> None:
    """Replies that have said nothing yet."""
    await asyncio.gather(*(_asked(store, f"stub {number}") for number in range(count)))


async def ended(store: Store, count: int) -> None:
    """Nothing is to be done with them."""
    ending = GenerationResult("complete", PIECE)

    async def end(session: str) -> None:
        turn = await _asked(store, session)
        await store.replies.record_interaction(call_of(turn, ending))
        await store.replies.finish_reply(turn.generation_id, ending)

    for at in range(0, count, AT_ONCE):
        await asyncio.gather(*(end(f"ended {number}") for number in range(at, min(count, at + AT_ONCE))))


async def works(store: Store, count: int) -> None:
    """Things that were to be forgotten."""

    def order(tx: UnitOfWork, number: int) -> None:
        order_id = jobs.begin(tx, "forget", f"file {number}", ME.user_id, Stamp.now(f"forget {number}"))
        jobs.order(tx, order_id, "forget file", f"{number:064x}")

    for number in range(count):
        await store.database.write(lambda tx, number=number: order(tx, number))  # type: ignore[misc]


async def postponed(store: Store, count: int) -> None:
    """The same, and each has failed."""
    await works(store, count)
    step = jobs.Step({"forget file": _fails}, {}, store.database.processes)
    for _ in range(count):
        try:
            await store.database.write(step)
        except Postponed:
            job, reason = step.working_on, "The disk is away."
            await store.database.write(lambda tx: jobs.put_off(tx, job, reason))  # type: ignore[arg-type]  # noqa: B023


def _fails(*_: object) -> None:
    raise Postponed("The disk is away.")


async def models(store: Store, count: int) -> None:
    """To be installed: three by a process that died, and those that had failed."""

    def order(tx: UnitOfWork, number: int) -> None:
        pull = pulls.order(
            tx, pulls.entity_of("", f"model {number}"), Operation.of(ME, "pull_model", {}, f"p {number}")
        )
        if number + pulls.AT_ONCE < count:
            pulls.give_up(tx, pull, Failure(code="model_error", message="There is no such model."), for_good=True)

    for number in range(count):
        await store.database.write(lambda tx, number=number: order(tx, number))  # type: ignore[misc]


async def uploads(store: Store, count: int) -> None:
    """Some half received, some in their place, and no row."""
    files = store.database.files
    for number in range(count):
        incoming = files.receive()
        incoming.write(b"half of it")
        incoming.end()
        files.path(f"{number:064x}").write_bytes(b"put in its place, and not committed")


async def unindexed(store: Store, count: int) -> None:
    """Messages that no search finds yet."""
    where = await store.conversation("unindexed")
    for number in range(count):
        await store.memory.save_message(where, "user", f"What about {number}?")


KINDS: Final[dict[str, Callable[[Store, int], Awaitable[None]]]] = {
    each.__name__: each for each in (replies, stubs, ended, works, postponed, models, uploads, unindexed)
}


async def _asked(store: Store, session: str) -> Turn:
    turn: Turn = await store.turns.send(
        SendMessage("Why?", f"ask {session}", opening=OpenConversation("local", LOCRIT, None, session))
    )
    return turn
