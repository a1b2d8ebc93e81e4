"""PDF: its text, page by page."""

from pathlib import Path
from time import monotonic
from typing import Final

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from src.errors import UnusableFile
from src.services.contents import texts
from src.services.contents.findings import Findings

READ_FOR_S: Final = 20.0
MAX_CHARS: Final = 5_000_000

LOCKED: Final = "This PDF is locked with a password. Save it without one, then attach it again."
BROKEN: Final = "This PDF is damaged and cannot be read."
PICTURES: Final = "This PDF has no text that can be read: its pages are pictures. Attach them as pictures."
UNREAD: Final = "\n\n[The pages from {page} on were not read: it would have taken too long.]"


def inspect(path: Path, into: Path) -> Findings:
    """Raises UnusableFile."""
    try:
        reader = PdfReader(path)
        if reader.is_encrypted and not reader.decrypt(""):
            raise UnusableFile(LOCKED)
        text, pages = _text(reader), len(reader.pages)
    except UnusableFile:
        raise
    except Exception as error:  # whatever a damaged one makes of a large library: it runs in a process of its own
        raise UnusableFile(LOCKED if isinstance(error, PyPdfError) and "decrypt" in str(error) else BROKEN) from error
    if not text.strip():
        raise UnusableFile(PICTURES)
    return Findings("application/pdf", pages=pages, text_chars=texts.write(text, into))


def _text(reader: PdfReader) -> str:
    until, read, chars = monotonic() + READ_FOR_S, list[str](), 0
    for number, page in enumerate(reader.pages, 1):
        if monotonic() > until or chars > MAX_CHARS:
            return "\n\n".join(read) + UNREAD.format(page=number)
        text = page.extract_text().strip()
        read += [f"[Page {number}]\n{text}"] if text else []
        chars += len(text)
    return "\n\n".join(read)
