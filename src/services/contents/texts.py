"""Text in whatever encoding: plain, code, tables, Markdown."""

import codecs
import re
from pathlib import Path
from typing import Final

import charset_normalizer

from src.errors import UnusableFile
from src.services.contents.findings import Findings

TYPES: Final = {
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".json": "application/json",
}
"""By the end of the name: all are text, and none is ever shown as anything else."""
MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SAMPLE_BYTES: Final = 200_000
FEW: Final = 64
"""From so few letters beside English ones no language can be told: then it is what most programs write in the West."""
NO_TEXT: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
"""ESC is in the output of terminals."""

UNKNOWN: Final = "This is no picture (PNG, JPEG, WebP, GIF), no PDF and no text, and cannot be read here."
NOTHING: Final = "This file is empty."


def inspect(path: Path, into: Path, name: str) -> Findings:
    """Raises UnusableFile."""
    text = decoded(path.read_bytes())
    if not text.strip():
        raise UnusableFile(NOTHING)
    chars = write(text, into)
    return Findings(TYPES.get(Path(name.lower()).suffix, "text/plain"), text_chars=chars)


def write(text: str, into: Path) -> int:
    """With line ends as everywhere else; returns how long it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    (into / "text").write_bytes(text.encode(errors="replace"))
    return len(text)


def decoded(content: bytes) -> str:
    text = _decoded(content)
    if text is None or NO_TEXT.search(text):
        raise UnusableFile(UNKNOWN)
    return text


def _decoded(content: bytes) -> str | None:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    try:
        return content.decode()
    except UnicodeDecodeError:
        pass
    if b"\x00" in content[:SAMPLE_BYTES]:
        return None
    foreign = sum(byte > 0x7F for byte in content[:SAMPLE_BYTES])
    if foreign < FEW and foreign < len(content[:SAMPLE_BYTES]) / 3:
        return content.decode("cp1252", errors="replace")
    found = charset_normalizer.from_bytes(content[:SAMPLE_BYTES]).best()
    return content.decode(found.encoding, errors="replace") if found else None
