"""What a conversation is called that nobody gave a title: after its first question."""

from collections.abc import Sequence

from src.entities import Part
from src.entities.parts import gist

TITLE_CHARS = 60


def title_of(content: str, parts: Sequence[Part] | None) -> str:
    """After a question; empty where that says nothing and has no files."""
    said = gist(content, parts)
    return title_from(said) if said.strip() else ""


def title_from(question: str) -> str:
    """The first line, cut at a word."""
    line = " ".join(question.strip().splitlines()[0].split())
    if len(line) <= TITLE_CHARS:
        return line
    return line[:TITLE_CHARS].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
