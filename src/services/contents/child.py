"""The process that reads one file: `python -m src.services.contents.child DIRECTORY NAME`.

What it finds is one JSON object on stdout. It may have so much memory and time, and no more.
"""

import json
import resource
import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Final

from src.errors import UnusableFile
from src.services.contents.findings import Findings

MEMORY_BYTES: Final = 1_500_000_000
CPU_S: Final = 40
FILE_BYTES: Final = 400_000_000
PDF, LOOKED_AT_BYTES = b"%PDF-", 1024
"""A PDF may have something before its beginning."""


def limit() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(what, (most, most))


def inspect(directory: Path, name: str) -> Findings:
    """What is read is loaded only where it is needed. Raises UnusableFile."""
    path = directory / "content"
    with path.open("rb") as file:
        beginning = file.read(LOOKED_AT_BYTES)
    from src.services.contents import texts

    if _is_image(beginning):
        from src.services.contents import images

        return images.inspect(path, directory)
    if PDF in beginning:
        from src.services.contents import pdf

        return pdf.inspect(path, directory)
    return texts.inspect(path, directory, name)


def _is_image(beginning: bytes) -> bool:
    from src.services.contents.images import BEGINNINGS

    return beginning.startswith(BEGINNINGS) and (beginning[:4] != b"RIFF" or beginning[8:12] == b"WEBP")


def main() -> None:
    directory, name = sys.argv[1:]
    limit()
    try:
        found: dict[str, object] = asdict(inspect(Path(directory), name))
    except UnusableFile as reason:
        found = {"refused": reason.message}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
