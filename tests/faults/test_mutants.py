"""The test of the tests: a program that is wrong in one way is found out, and one that is not passes the same check.

An outbox that gives up is found out by frontend/src/core/outbox.test.ts.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.audit import Violations, Witness, audit
from tests.faults.disk.cuts import cuts, record, recovered
from tests.faults.mutants import BY_CLOCK, EARLY_ANSWER, NO_OPERATIONS, NO_RECOVERY, SYNCHRONOUS
from tests.faults.test_clock import DAY_S
from tests.faults.test_failpoints import noted, story
from tests.fixtures.server import ROOT

RIGHT = ""
SAVING = ("COMMIT:6", "COMMIT:8")
CHANGES = ("save", "edit", "delete", "restore")
CUTS, ROUNDS, SEED = 10, 12, 1
WRITING = "INSERT INTO generation_chunks:2"


def run(script: str, *arguments: str, **variables: str) -> str:
    """What it printed."""
    command = [sys.executable, "-m", f"tests.faults.{script}", *arguments]
    environment = {**os.environ, **variables}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return ended.stdout


def killed(home: Path, *points: str, **variables: str) -> list[Path]:
    """The data directories of processes that died there."""
    return [Path(json.loads(line)[1]) for line in run("doomed", str(home), *points, **variables).splitlines()]


def check_that_words_are_kept(home: Path, mutant: str) -> None:
    for data_dir in killed(home, *SAVING, MUTANT=mutant, LIVES="1"):
        saved = {f"operation {name}" for name in noted(data_dir) if name.startswith(CHANGES)}
        audit(f"sqlite:///{data_dir / 'locrit.db'}", Witness(operations=saved))


def check_that_repeats_do_nothing(home: Path, mutant: str) -> None:
    [never] = killed(home, "COMMIT:1000", MUTANT=mutant, LIVES="1")
    expected, _ = story(never)
    [again] = killed(home, "COMMIT:1000", MUTANT=mutant, LIVES="1")  # the same once more, on the same data
    assert story(again)[0] == expected
    audit(f"sqlite:///{again / 'locrit.db'}")


def check_that_no_reply_is_left(home: Path, mutant: str) -> None:
    [data_dir] = killed(home, WRITING, MUTANT=mutant)
    audit(f"sqlite:///{data_dir / 'locrit.db'}")


def check_that_order_is_that_of_saving(home: Path, mutant: str) -> None:
    run("clock", str(home), "0", "first", MUTANT=mutant)
    said = json.loads(run("clock", str(home), str(-DAY_S), "second", MUTANT=mutant))
    assert [one.split()[0] for one in said] == ["first"] * 4 + ["second"] * 4


def check_that_power_cuts_lose_nothing(home: Path, mutant: str) -> None:
    recorded = record(home, SEED, ROUNDS, mutant)
    losses = [loss for found, told in cuts(recorded, CUTS, SEED) if (loss := lost(found, told))]
    print(f"{mutant or 'the program'}: {len(losses)} of {CUTS} cuts lost something")
    assert losses == []


def lost(found: Path, told: Witness) -> str:
    try:
        recovered(found, told)
    except Exception as loss:  # noqa: BLE001 - a database without its pages fails in any way
        return repr(loss)
    return ""


CHECKS: dict[str, Callable[[Path, str], None]] = {
    EARLY_ANSWER: check_that_words_are_kept,
    NO_OPERATIONS: check_that_repeats_do_nothing,
    NO_RECOVERY: check_that_no_reply_is_left,
    BY_CLOCK: check_that_order_is_that_of_saving,
    **dict.fromkeys(SYNCHRONOUS, check_that_power_cuts_lose_nothing),
}


@pytest.mark.parametrize("check", dict.fromkeys(CHECKS.values()))
def test_a_program_that_is_right_passes(check: Callable[[Path, str], None], tmp_path: Path) -> None:
    check(tmp_path, RIGHT)


@pytest.mark.parametrize("mutant", CHECKS)
def test_a_program_that_is_wrong_is_found_out(mutant: str, tmp_path: Path) -> None:
    with pytest.raises((Violations, AssertionError)):
        CHECKS[mutant](tmp_path, mutant)
