"""Any byte of the file may break: verify says so in a sentence, or nothing that can be read is another."""

import asyncio
import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.faults.chance import SEED
from tests.faults.damage import damaged, readable, verdict
from tests.faults.rich import lived

FLIPS = int(os.environ.get("FLIPS", 60))


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rich") / "locrit.db"
    asyncio.run(lived(path))
    return path


@pytest.mark.timeout(0)
def test_every_broken_byte_is_found_or_harmless(rich: Path, tmp_path: Path) -> None:
    chance, before = random.Random(SEED), readable(rich, tmp_path)
    print(f"{FLIPS} damages of {rich.stat().st_size} bytes, SEED={SEED}")
    verdicts, wrong = Counter[str](), []
    for _ in range(FLIPS):
        damage = damaged(rich, tmp_path / "damaged.db", chance)
        judged = verdict(tmp_path / "damaged.db", before, tmp_path)
        verdicts[judged.split()[0]] += 1
        if judged not in ("found", "harmless"):
            wrong.append(f"{damage}: {judged}")
    print(dict(verdicts))
    assert wrong == []
    assert verdicts["found"] > FLIPS / 4
