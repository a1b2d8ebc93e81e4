"""The data directory holds what people said: nobody else on the machine may read it."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

OURS = ("locrit.db", "models", "files")
"""What is put there has these names, or begins with the first."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO

log = logging.getLogger(__name__)


def make_private(directory: Path) -> None:
    """Nobody but the owner may use what is ours in it, nor the directory, unless it holds other things as well (a home
    directory, /tmp) or is somebody else's: that one is left as it is. What cannot be done is a warning."""
    try:
        if directory.is_dir():
            _make_private(directory)
    except OSError as error:
        log.warning("%s cannot be kept from others: %s.", directory, error.strerror)


def _make_private(directory: Path) -> None:
    tightened = [path for path in _ours_in(directory) if close_to_others(path)]
    if not all(map(_is_ours, directory.iterdir())) or directory.stat().st_uid != os.geteuid():
        if _is_open(directory):
            log.warning("%s is not Locrit's alone, and stays open to others; Locrit's files in it do not.", directory)
    elif close_to_others(directory):
        tightened.append(directory)
    if tightened:
        log.warning("Others could read %s; now only its owner can.", ", ".join(map(str, tightened)))


def _ours_in(directory: Path) -> Iterator[Path]:
    """What is in a directory that is closed, nobody else has come to: there may be very many files."""
    for path in filter(_is_ours, directory.iterdir()):
        is_open_directory = path.is_dir() and not path.is_symlink() and _is_open(path)
        yield path
        if is_open_directory:
            yield from path.rglob("*")


def _is_open(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & OTHERS)


def _is_ours(path: Path) -> bool:
    return path.name in OURS or path.name.startswith(OURS[0])


def close_to_others(path: Path) -> bool:
    """Whether it was open to them."""
    if path.is_symlink() or not _is_open(path):
        return False
    try:
        path.chmod(stat.S_IMODE(path.stat().st_mode) & ~OTHERS)
    except OSError as error:
        log.warning("%s can be used by others, and that cannot be changed: %s.", path, error.strerror)
        return False
    return True
