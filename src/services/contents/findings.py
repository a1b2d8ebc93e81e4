"""What is found out about a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Findings:
    """`media_type` is what it is; `width` and `height` as it is shown."""

    media_type: str
    width: int | None = None
    height: int | None = None
    pages: int | None = None
    text_chars: int | None = None
