"""The power goes out at any moment: what people were told is saved, is saved.

One conversation is recorded with everything that reaches the disk; then it is cut at many points. `CUTS=…` says at how
many, `ROUNDS=…` how long the conversation is, `SEED=…` repeats a run. That cuts find a program which does not sync is
tested in tests/faults/test_mutants.py.
"""

import os
import random
from collections import Counter
from pathlib import Path

from tests.faults.audit import Witness
from tests.faults.chance import SEED
from tests.faults.disk import journal
from tests.faults.disk.cuts import cuts, record, recovered

CUTS = int(os.environ.get("CUTS", "40"))
ROUNDS = int(os.environ.get("ROUNDS", "12"))


def test_the_journal_holds_all_that_reached_the_disk(tmp_path: Path) -> None:
    disk = journal.Disk(_NothingIsLost())
    for step in journal.read(_recorded(tmp_path, rounds=2)):
        disk.take(step)
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


class _NothingIsLost(random.Random):
    def choice(self, _options: object) -> float:  # type: ignore[override]
        return 1.0


def _recorded(home: Path, rounds: int) -> Path:
    print(f"SEED={SEED} CUTS={CUTS} ROUNDS={rounds}")
    return record(home, SEED, rounds)


def _times_the_log_was_begun(recorded: Path) -> int:
    heads = [step for step in journal.read(recorded) if step.name.endswith("-wal") and step.offset == 0]
    return sum(step.kind == "W" for step in heads)


def _files(directory: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in directory.iterdir()}
