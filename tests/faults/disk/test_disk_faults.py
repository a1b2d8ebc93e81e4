"""A disk that is full, broken or read-only, from any call on: nothing is acknowledged that is not stored.

`STEP=1` tries the first call, the second, and so on; the default tries some of them, which depends on `SEED=…`.
`CUTS=…` says how often the power goes out as well.
"""

import errno
import os
from pathlib import Path

import pytest

from tests.faults.chance import SEED
from tests.faults.disk import shim, starts, trials
from tests.faults.disk.cuts import cuts, recovered
from tests.faults.disk.fault import Fault

STEP = int(os.environ.get("STEP", "60"))
CUTS = int(os.environ.get("CUTS", "40"))

pytestmark = [
    pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS], ids=["full", "broken", "read-only"]),
    pytest.mark.parametrize("how_long", ["once", "lasting"]),
]


def test_what_is_acknowledged_is_stored_and_what_is_refused_is_not(tmp_path: Path, error: int, how_long: str) -> None:
    """At once, after the repair without a restart, and after power cuts: a sync that failed is never taken for one."""
    recorded = tmp_path / "journal"
    print(_with_faults(trials.__name__, tmp_path, error, how_long, recorded))
    for found, told in cuts(recorded, CUTS // 6, SEED):
        recovered(found, told)


def test_a_start_says_what_is_wrong_and_succeeds_after_the_repair(tmp_path: Path, error: int, how_long: str) -> None:
    print(_with_faults(starts.__name__, tmp_path, error, how_long, Path(os.devnull)))


def _with_faults(module: str, tmp_path: Path, error: int, how_long: str, journal: Path) -> str:
    """The last line it printed."""
    print(f"SEED={SEED} STEP={STEP} CUTS={CUTS}")
    directory, fault = tmp_path / "data", Fault.prepare(tmp_path / "fault")
    directory.mkdir()
    arguments = [str(directory), str(error), how_long, str(SEED % STEP + 1), str(STEP)]
    return shim.run(module, *arguments, watched=directory, journal=journal, fault=fault).splitlines()[-1]
