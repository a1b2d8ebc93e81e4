"""The power goes out at any moment: what people were told is saved, is saved.

One conversation is recorded with everything that reaches the disk; then it is cut at many points. `CUTS=…` says at how
many, `ROUNDS=…` how long the conversation is, `SEED=…` repeats a run.
"""

import os
import random
import time
from collections import Counter
from pathlib import Path

from tests.faults.audit import Violations, Witness
from tests.faults.disk import conversation, journal, shim
from tests.faults.disk.cuts import cuts, recovered

CUTS = int(os.environ.get("CUTS", "40"))
ENOUGH_CUTS = 30
"""To find out whether every commit is synced."""
ROUNDS = int(os.environ.get("ROUNDS", "12"))
SEED = int(os.environ.get("SEED", time.time_ns() % 2**32))


def test_the_journal_holds_all_that_reached_the_disk(tmp_path: Path) -> None:
    disk = journal.Disk(_NothingIsLost())
    for record in journal.read(_recorded(tmp_path, rounds=2)):
        disk.take(record)
    disk.rebuild(tmp_path / "rebuilt")
    assert _files(tmp_path / "rebuilt") == _files(tmp_path / "data")


def test_nothing_acknowledged_is_lost_when_the_power_goes_out(tmp_path: Path) -> None:
    recorded = _recorded(tmp_path, ROUNDS)
    assert _times_the_log_was_begun(recorded) > 1, "no power cut could meet a checkpoint"
    ended: Counter[str] = Counter()
    told = Witness()
    for found, told in cuts(recorded, CUTS, SEED):
        ended += recovered(found, told)
    print(f"{CUTS} cuts; {len(told.acknowledged)} messages acknowledged; replies: {ended}")


def test_without_a_sync_at_every_commit_cuts_lose_messages(tmp_path: Path) -> None:
    """The test of the test: synchronous=NORMAL, which the product refuses, must be found out."""
    recorded = _recorded(tmp_path, ROUNDS, synchronous="NORMAL")
    losses = [loss for found, told in cuts(recorded, ENOUGH_CUTS, SEED) if (loss := _loss(found, told))]
    print(f"{len(losses)} of {ENOUGH_CUTS} cuts lost something")
    assert any("acknowledged message" in loss for loss in losses)


class _NothingIsLost(random.Random):
    def choice(self, _options: object) -> float:  # type: ignore[override]
        return 1.0


def _recorded(tmp_path: Path, rounds: int, synchronous: str = "FULL") -> Path:
    print(f"SEED={SEED} CUTS={CUTS} ROUNDS={rounds}")
    data_dir, journal_file = tmp_path / "data", tmp_path / "journal"
    data_dir.mkdir()
    arguments = [str(data_dir), str(SEED), str(rounds), synchronous]
    shim.run(conversation.__name__, *arguments, watched=data_dir, journal=journal_file)
    return journal_file


def _times_the_log_was_begun(recorded: Path) -> int:
    heads = [record for record in journal.read(recorded) if record.name.endswith("-wal") and record.offset == 0]
    return sum(record.kind == "W" for record in heads)


def _loss(data_dir: Path, told: Witness) -> str:
    try:
        recovered(data_dir, told)
    except Violations as violations:
        return str(violations)
    return ""


def _files(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}
