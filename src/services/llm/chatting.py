"""Whether a model is made for chatting, by its name: an Ollama before 0.6.4 does not say what a model is capable of."""

import re
from collections.abc import Sequence
from typing import Final

_OTHER_WORK: Final = re.compile(
    r"embed(?!ded)|rerank|minilm|mxbai|paraphrase|whisper|(?<![a-z])(bge|gte|e5|stella|tts|sbert|labse)(?![a-z])",
    re.IGNORECASE,
)
"""Embedding, ranking, hearing and speaking."""


def seems_to_chat(name: str, families: Sequence[str] = ()) -> bool:
    return not _OTHER_WORK.search(name) and not any("bert" in family.lower() for family in families)
