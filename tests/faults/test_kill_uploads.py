"""SIGKILL at random moments of uploads: what was said to be kept is there with every byte, no half of a file is served,
nothing is left on the disk that belongs to nobody, and the same upload can be made again.

`UPLOAD_KILLS=50` does it more often, `SEED=…` repeats a run's moments.
"""

import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from tests.eventually import wait_until
from tests.fakes import uploads
from tests.fakes.ollama import FakeOllama
from tests.faults.chance import SEED
from tests.faults.mortal import MortalServer

KILLS = int(os.environ.get("UPLOAD_KILLS", "3"))
AT_ONCE = 4
RUNS_AT_MOST_S = 1.5
PIECE_BYTES = 50_000
PACE_S = 0.01


@dataclass(frozen=True)
class File:
    id: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()

    def pieces(self) -> Iterator[bytes]:
        for at in range(0, len(self.content), PIECE_BYTES):
            yield self.content[at : at + PIECE_BYTES]
            time.sleep(PACE_S)


class Person:
    """`kept` are the files that the server has said to have."""

    def __init__(self, server: MortalServer) -> None:
        alone = httpx.Limits(max_keepalive_connections=0)  # a connection ends with the life of the server
        self._api = httpx.Client(base_url=server.url, timeout=60, limits=alone, trust_env=False)
        self.kept: dict[str, File] = {}

    def give(self, file: File) -> bool:
        """Whether the server said that it has it."""
        try:
            length = {"Content-Length": str(len(file.content))}
            where, named = f"/api/v2/attachments/{file.id}", {"name": file.name}
            answer = self._api.put(where, params=named, content=file.pieces(), headers=length)
        except httpx.TransportError:
            return False
        answer.raise_for_status()
        self.kept[file.id] = file
        return True

    def served(self, file: File) -> bytes | None:
        answer = self._api.get(f"/api/v2/attachments/{file.id}/content")
        return None if answer.status_code == 404 else answer.raise_for_status().content

    def faults(self) -> list[object]:
        """What `verify` finds."""
        report = self._api.post("/api/v2/storage/verify", json={})
        return [check for check in report.raise_for_status().json()["checks"] if not check["ok"]]


def _files(life: int, chance: random.Random) -> list[File]:
    """Some are there at once, of others the bytes take as long as the server lives."""
    texts = [b"%d %d %f\n" % (life, n, chance.random()) * chance.randrange(1, 60_000) for n in range(AT_ONCE - 1)]
    picture = uploads.picture("GIF", (life + 1, chance.randrange(2, 400)))
    files = [File(f"{life}-{n}", f"{n}.txt", text) for n, text in enumerate(texts)]
    return [*files, File(f"{life}-picture", "a.gif", picture)]


@pytest.mark.timeout(120 + 10 * KILLS)
def test_no_half_of_a_file_is_kept_or_served_when_the_server_is_killed(tmp_path: Path, ollama: FakeOllama) -> None:
    print(f"SEED={SEED} UPLOAD_KILLS={KILLS}")
    chance = random.Random(SEED)
    server = MortalServer(tmp_path, {"OLLAMA_HOST": ollama.url, "LOCRIT_LLM": "ollama"})
    person, given = Person(server), set[str]()
    try:
        for life in range(KILLS):
            files = _files(life, chance)
            with ThreadPoolExecutor(AT_ONCE) as giving:
                outcomes = giving.map(person.give, files)
                time.sleep(chance.random() * RUNS_AT_MOST_S)
                server.kill()
            kept = sum(outcomes)
            server.start()
            there = {file.id: file.sha256 for file in files if _is_whole(person, file)}
            cut = [file for file in files if file.id not in person.kept]
            assert not [file for file in files if file not in cut and file.id not in there]
            given |= set(there.values())
            wait_until(lambda: _on_disk(tmp_path) == given)  # noqa: B023 - of this life
            assert person.faults() == []
            print(f"life {life}: {kept} kept, {len(cut)} cut")
            assert all(map(person.give, cut))  # and so it is there, whatever had become of it
            given |= {file.sha256 for file in cut}
        assert all(_is_whole(person, file) for file in person.kept.values())
        assert person.faults() == []
    finally:
        server.close()
    assert "Traceback" not in server.log


def _is_whole(person: Person, file: File) -> bool:
    """Whether it is there; with other bytes than it was given with it must not be."""
    content = person.served(file)
    assert content is None or file.name.endswith(".gif") or content == file.content
    return content is not None


def _on_disk(data_dir: Path) -> set[str]:
    """Whatever is there, also what is on its way."""
    paths = (data_dir / "files").rglob("*")
    return {path.name.partition(".")[0] for path in paths if path.is_file()}
