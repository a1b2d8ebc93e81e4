"""A clock that jumps, forwards, back, before 2000, changes no order and loses nothing."""

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.faults.audit import audit
from tests.fixtures.server import ROOT
from tests.store import opened

DAY_S = 86_400
SHIFTS = {"now": 0, "tomorrow": DAY_S, "long ago": -30 * 365 * DAY_S, "far": 20 * 365 * DAY_S, "again": 0}


def test_order_is_that_of_saving_whatever_the_clock_says(tmp_path: Path) -> None:
    for name, shift_s in SHIFTS.items():
        command = [sys.executable, "-m", "tests.faults.clock", str(tmp_path), str(shift_s), name]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 0, ended.stderr
    said = asyncio.run(_said(f"sqlite:///{tmp_path / 'locrit.db'}"))
    expected = [f"{name} {what}" for name in SHIFTS for what in (0, 1, 2, "why?")]
    assert [content for content in said if content] == expected


async def _said(url: str) -> list[str]:
    async with opened(url) as store:
        history, _, _ = await store.memory.get_conversation_history(await store.conversation("clock"), limit=100)
        left = await store.running()
        audit(url, running=bool(left))
        return [message.content for message in history]
