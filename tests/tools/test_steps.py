"""Setting up happens once, and says what went wrong."""

import sys
from pathlib import Path

import pytest

from tools import steps


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    path = tmp_path / "source"
    path.write_text("one")
    return path


def test_a_step_is_not_repeated_while_its_inputs_stay_the_same(tmp_path: Path, source: Path) -> None:
    done: list[str] = []
    for content in ("one", "one", "two", "two", "one"):
        source.write_text(content)
        steps.once(tmp_path / "made" / "stamp", [source], lambda: done.append(source.read_text()))
    assert done == ["one", "two", "one"]


def test_a_step_that_failed_is_tried_again(tmp_path: Path, source: Path) -> None:
    attempts: list[int] = []

    def fail_at_first() -> None:
        attempts.append(1)
        if len(attempts) == 1:
            raise steps.StepFailed("no network")

    stamp = tmp_path / "stamp"
    with pytest.raises(steps.StepFailed):
        steps.once(stamp, [source], fail_at_first)
    steps.once(stamp, [source], fail_at_first)
    steps.once(stamp, [source], fail_at_first)
    assert len(attempts) == 2


def test_a_failed_command_shows_its_own_last_words() -> None:
    with pytest.raises(steps.StepFailed, match=r"no space left[\s\S]*packages failed"):
        steps.must("packages", [sys.executable, "-c", "import sys; sys.exit('no space left')"])


def test_a_command_that_is_not_there_is_a_failure_with_its_name() -> None:
    result = steps.run("web interface", ["npm-of-nowhere"])
    assert not result.ok
    assert "npm-of-nowhere" in result.output
