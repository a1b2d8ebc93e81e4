"""Power cuts: what is found on the disk after each, and whether it keeps what was promised until then."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from src.application import Application
from src.config import Settings
from tests.callers import OnePersons
from tests.faults.audit import Witness, audit
from tests.faults.disk import conversation, journal, shim
from tests.faults.disk.diary import is_promise, remember

DATABASE = "locrit.db"
"""Only checkpoints write to it: everything else goes to the write-ahead log."""


def record(home: Path, seed: int, rounds: int, mutant: str = "") -> Path:
    """The journal of a conversation that was held in `home`."""
    data_dir, journal_file = home / "data", home / "journal"
    data_dir.mkdir()
    arguments = [str(data_dir), str(seed), str(rounds)]
    shim.run(conversation.__name__, *arguments, watched=data_dir, journal=journal_file, mutant=mutant)
    return journal_file


def cuts(recorded: Path, count: int, seed: int) -> Iterator[tuple[Path, Witness]]:
    """A data directory and what people had been told, `count` times, in the order of time; each is gone at the next."""
    chance = random.Random(seed)
    points = Counter(_points(recorded, count, chance))
    disk, witness, found = journal.Disk(chance), Witness(), recorded.with_name("found")
    for step, record in enumerate(journal.read(recorded)):
        if record.kind == journal.NOTE:
            remember(witness, record.data.decode())
        disk.take(record)
        for _ in range(points[step]):
            disk.rebuild(found)
            yield found, witness
            shutil.rmtree(found)


def _points(recorded: Path, count: int, chance: random.Random) -> list[int]:
    """Half of them right after people or the model were told something, a quarter within a checkpoint."""
    anywhere, promises, checkpoints = [], [], []
    for step, record in enumerate(journal.read(recorded)):
        anywhere.append(step)
        if record.kind == journal.NOTE and is_promise(record.data.decode()):
            promises.append(step)
        if record.kind == journal.WRITTEN and record.name == DATABASE:
            checkpoints.append(step)
    return [chance.choice(chance.choice((anywhere, promises, promises, checkpoints))) for _ in range(count)]


def recovered(data_dir: Path, witness: Witness) -> Counter[str]:
    """Start on what is left, as the server does, then audit it. Raises Violations; returns how replies ended."""
    asyncio.run(_start(data_dir))
    return audit(f"sqlite:///{data_dir / DATABASE}", witness)


async def _start(data_dir: Path) -> None:
    app = OnePersons(Application(Settings(data_dir=data_dir, llm="ollama")))
    try:
        await app.chat.recover()
    finally:
        await app.close()
