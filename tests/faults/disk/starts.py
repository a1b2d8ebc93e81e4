"""A process that starts on a disk that fails at the first call, then at the second, and so on.

python -m tests.faults.disk.starts DIRECTORY ERRNO once|lasting FIRST STEP

Each start is tried on an empty directory, and on the files of a server that was killed. It succeeds, or says why it
does not; after the repair it succeeds in the same process, and what was saved before is there.
"""

import asyncio
import os
import shutil
import sys
from pathlib import Path

from src.errors import StoreUnavailable
from tests.faults.audit import Witness, audit
from tests.faults.disk.fault import Fault
from tests.store import Store, opened

SAID = {"before": "Said before the disk failed."}


async def save(store: Store, id_: str) -> None:
    conversation_id = await store.conversation()
    await store.memory.save_message(conversation_id, "user", SAID.get(id_, id_), message_id=id_)


async def left_by_a_killed_server(directory: Path) -> None:
    """With everything still in the write-ahead log."""
    living = directory.with_name("living")
    async with opened(url_in(living)) as store:
        await save(store, "before")
        shutil.copytree(living, directory, ignore=shutil.ignore_patterns("*-shm"))
    assert (directory / "locrit.db-wal").stat().st_size > 0


async def try_to_start(data_dir: Path) -> None:
    try:
        async with opened(url_in(data_dir)) as store:
            await save(store, "meanwhile")
    except StoreUnavailable as refusal:
        _check(refusal)


def _check(refusal: StoreUnavailable) -> None:
    assert refusal.message.endswith("."), refusal.message
    assert refusal.action, refusal.message


async def starts(directory: Path, error: int, lasting: bool, first: int, step: int) -> None:
    new, killed, data_dir = (directory / name for name in ("new", "killed", "data"))
    fault, tried = Fault(Path(os.environ["DISK_FAULT"])), 0
    new.mkdir()
    await left_by_a_killed_server(killed)
    for before in (new, killed):
        at, hit = first, True
        while hit:
            shutil.copytree(before, data_dir)
            fault.arm(at, error, lasting=lasting)
            await try_to_start(data_dir)
            fault.repair()
            hit = fault.hits > 0
            async with opened(url_in(data_dir)) as store:
                await save(store, "after")
            audit(url_in(data_dir), Witness({"after": "after", **(SAID if before == killed else {})}))
            shutil.rmtree(data_dir)
            tried += hit
            at += step
    print(f"{tried} starts met a failing disk")


def url_in(data_dir: Path) -> str:
    return f"sqlite:///{data_dir / 'locrit.db'}"


def main() -> None:
    directory, error, how_long, first, step = sys.argv[1:]
    asyncio.run(starts(Path(directory), int(error), how_long == "lasting", int(first), int(step)))


if __name__ == "__main__":
    main()
