"""A process whose disk fails at the first call, then at the second, and so on until there is no n-th.

python -m tests.faults.disk.trials DATA_DIR ERRNO once|lasting FIRST STEP

Each trial does the same small work: what is acknowledged must be there at once, what is refused must not. Then the disk
is repaired, and what was refused must succeed in the same process.
"""

import asyncio
import functools
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import Pool, event

from src.entities import GenerationResult, SendMessage
from src.errors import StoreUnavailable
from tests.faults.audit import Witness, audit
from tests.faults.disk.diary import Diary
from tests.faults.disk.fault import Fault
from tests.store import LOCRIT, Store, opened

PAGES_IN_LOG = 40
"""So few that every trial meets a checkpoint."""
NOT_SAVED = "The database could not save this; nothing of it was stored."
NOT_READ = "The database cannot be read now."
OPERATIONS = {"zero", "a", "b", "c", "edit", "ask"}
"""Steps that have an operation id."""
LARGE = "A long text. " * 1000

State = dict[str, tuple[str, str]]
"""Content and status of messages, by id."""


class Trial:
    """`saved` is what was acknowledged."""

    def __init__(self, store: Store, diary: Diary, number: int) -> None:
        self._memory = store.memory
        self._turns = store.turns
        self._replies = store.replies
        self._diary = diary
        self._prefix = f"trial-{number}"
        self.saved: State = {}
        self._done: set[str] = set()
        self._generation_id = ""

    async def prepare(self) -> None:
        opened, _ = await self._memory.open_conversation(LOCRIT, session_id=self._prefix)
        self.conversation_id = opened.conversation_id
        await self._save("zero", "before")

    async def work(self) -> None:
        """All that is not done yet."""
        await asyncio.gather(*(self._save(name, text) for name, text in (("a", "A"), ("b", LARGE), ("c", "C"))))
        await self._edit()
        await self._ask()
        if self._generation_id:
            await self._reply()

    async def check_history(self) -> None:
        """Exactly what was acknowledged can be read."""
        history, more, _ = await self._memory.get_conversation_history(self.conversation_id)
        found: State = {message.message_id: (message.content, message.status) for message in history}
        assert found == self.saved, f"found {_brief(found)}, acknowledged {_brief(self.saved)}"
        assert [message.seq for message in history] == list(range(1, len(history) + 1))
        assert not more

    async def check_history_or_refusal(self) -> None:
        """While the disk fails: never less, never something else."""
        try:
            await self.check_history()
        except StoreUnavailable as refusal:
            _check(refusal, NOT_READ)

    async def _save(self, name: str, text: str) -> None:
        id_, op_id = f"{self._prefix}-{name}", f"{name} {self._prefix}"
        save = self._memory.save_message
        saving = functools.partial(save, self.conversation_id, "user", text, message_id=id_, op_id=op_id)
        await self._once(name, saving, id_, text)

    async def _edit(self) -> None:
        id_, op_id = f"{self._prefix}-zero", f"edit {self._prefix}"
        await self._once("edit", lambda: self._memory.edit_message(id_, LARGE, op_id=op_id), id_, LARGE)

    async def _ask(self) -> None:
        id_ = f"{self._prefix}-question"
        question = SendMessage("Why?", f"ask {self._prefix}", id_, conversation_id=self.conversation_id)

        async def begin() -> None:
            turn = await self._turns.send(question)
            self._generation_id, self._reply_id = turn.generation_id, turn.reply.message_id
            self.saved[self._reply_id] = "", "streaming"

        await self._once("ask", begin, id_, "Why?")

    async def _reply(self) -> None:
        generation_id, reply_id, replies = self._generation_id, self._reply_id, self._replies
        log = functools.partial(replies.append_chunk, generation_id, 1, "Be")
        fold = functools.partial(replies.fold_reply, generation_id, reply_id, 1, "Be")
        end = functools.partial(replies.finish_reply, generation_id, GenerationResult("complete", "Because."))
        logged = await self._once("log", log, reply_id, "Be", "streaming")
        folded = logged and await self._once("fold", fold, reply_id, "Be", "streaming")
        if folded:
            await self._once("end", end, reply_id, "Because.")

    async def _once(
        self, name: str, step: Callable[[], Awaitable[object]], id_: str, content: str, status: str = "complete"
    ) -> bool:
        """Whether it is done."""
        if name in self._done:
            return True
        self._diary.changing(id_)
        try:
            await step()
        except StoreUnavailable as refusal:
            _check(refusal, NOT_SAVED)
            return False
        self._done.add(name)
        self.saved[id_] = content, status
        self._diary.acknowledged(id_, content, *([f"{name} {self._prefix}"] if name in OPERATIONS else []))
        return True


async def trials(data_dir: Path, error: int, lasting: bool, first: int, step: int) -> None:
    fault, diary, at = Fault(Path(os.environ["DISK_FAULT"])), Diary(), first
    url = f"sqlite:///{data_dir / 'locrit.db'}"
    acknowledged: State = {}
    async with opened(url) as store:
        hit = True
        while hit:
            trial = Trial(store, diary, at)
            await trial.prepare()
            fault.arm(at, error, lasting=lasting)
            await trial.work()
            await trial.check_history_or_refusal()
            fault.repair()
            hit = fault.hits > 0
            await trial.check_history()
            await trial.work()
            await trial.check_history()
            assert len(trial.saved) == 6
            acknowledged |= trial.saved
            at += step
    audit(url, Witness(acknowledged={id_: content for id_, (content, _) in acknowledged.items()}))
    print(f"{(at - first) // step - 1} trials failed somewhere, {len(acknowledged)} messages acknowledged")


def _check(refusal: StoreUnavailable, sentence: str) -> None:
    assert refusal.message == sentence
    assert "disk space" in refusal.action


def _brief(state: State) -> dict[str, tuple[str, str]]:
    return {id_: (content[:20], status) for id_, (content, status) in state.items()}


def main() -> None:
    data_dir, error, how_long, first, step = sys.argv[1:]
    event.listen(Pool, "connect", lambda connection, _: connection.execute(f"PRAGMA wal_autocheckpoint={PAGES_IN_LOG}"))
    asyncio.run(trials(Path(data_dir), int(error), how_long == "lasting", int(first), int(step)))


if __name__ == "__main__":
    main()
