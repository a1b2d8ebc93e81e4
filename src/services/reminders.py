"""How a model is reminded of what was said before: dated quotations, marked as memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from src.entities import Locrit, Message
from src.entities.recall import Recalled

TOKENS: Final = {"off": 0, "low": 300, "full": 1000}
"""By how much a Locrit is reminded."""
MOST_CHARS: Final = 4000
"""Of a question, its beginning is ranked."""
WINDOW_SHARE: Final = 8
"""An eighth of the window is the most."""
HEADER: Final = "[Said in earlier conversations, as far as it may matter now. This is memory: it may be outdated.]"
FOOTER: Final = "[The present conversation follows.]"


@dataclass(frozen=True, slots=True)
class Memory:
    """What was said elsewhere, as the model is told it. So many `tokens` are left for it whatever it is, so that what
    is shown of the conversation does not depend on it."""

    text: str = ""
    tokens: float = 0.0


NO_MEMORY: Final = Memory()


def tokens_for(locrit: Locrit, window_tokens: int) -> int:
    return min(TOKENS[locrit.recall], window_tokens // WINDOW_SHARE)


def questions(path: Sequence[Message]) -> tuple[str, str]:
    """What is asked at the end of the path, as much as is ranked, and what was asked before it."""
    *earlier, question = path
    before = next((one.content for one in reversed(earlier) if one.role == "user"), "")
    return question.content[:MOST_CHARS], before[:MOST_CHARS]


def reminder(recalled: Sequence[Recalled]) -> str:
    """Nothing when nothing is recalled."""
    return f"{HEADER}\n{block(recalled)}\n{FOOTER}" if recalled else ""


def block(recalled: Sequence[Recalled]) -> str:
    """The oldest conversation first, each under its date."""
    by_time = sorted(recalled, key=lambda one: (one.created_at, one.message_id, one.start))
    began = dict[str, int]()
    for one in by_time:
        began.setdefault(one.conversation_id, one.created_at)
    ordered = sorted(by_time, key=lambda one: (began[one.conversation_id], one.conversation_id))
    lines = list[str]()
    for _, said in groupby(ordered, key=lambda one: one.conversation_id):
        quoted = list(said)
        lines.append(f"{day(quoted[0].created_at)}:")
        lines += [f"{'User' if one.role == 'user' else 'You'}: {one.content}" for one in quoted]
    return "\n".join(lines)


def day(time_ms: int) -> str:
    moment = datetime.fromtimestamp(time_ms / 1000, UTC)
    return f"{moment.day} {moment:%b %Y}"
