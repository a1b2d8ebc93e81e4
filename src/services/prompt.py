"""What the model is shown: the persona, the conversation so far, the question."""

from collections.abc import Sequence
from itertools import zip_longest

from src.entities import Locrit, Message
from src.services.llm.protocol import ChatMessage

CHARS_PER_TOKEN = 3
"""Fewer than in English text (about 4), so that other languages and code fit too."""
REPLY_SHARE = 4
"""A quarter of the window is left for the reply."""
CUT = "\n\n[This reply was cut off here.]"
CONTINUE = "Go on exactly where you stopped. Do not repeat anything."
UNANSWERED = "[This question was not answered.]"


def build(locrit: Locrit, path: Sequence[Message], begun: str, context_tokens: int) -> list[ChatMessage]:
    """System prompt, as much of the newest history as fits, then the question.

    `path` leads to the question, which is its last message. `begun` is what the reply has said already, if it goes on
    where it was cut. Questions without an answer and replies that were cut off are marked as such, so that
    the model does not take them up again. What does not fit is left out in large steps: a model that keeps what it
    has read (a prompt cache) then reads only what is new in most turns.
    """
    *history, question = path
    system = locrit.system_prompt or f"You are {locrit.name}. {locrit.description}".strip()
    room = context_tokens * CHARS_PER_TOKEN * (REPLY_SHARE - 1) // REPLY_SHARE - len(system) - len(question.content)
    return [
        {"role": "system", "content": system},
        *_newest(_as_said(history), locrit.message_limit, room - len(begun)),
        {"role": "user", "content": question.content},
        *_continuation(begun),
    ]


def _continuation(begun: str) -> list[ChatMessage]:
    return [{"role": "assistant", "content": begun}, {"role": "user", "content": CONTINUE}] if begun else []


def _newest(turns: list[tuple[int, ChatMessage]], limit: int, room_chars: int) -> list[ChatMessage]:
    """The end of the conversation with at most `limit` messages and `room_chars`, cut at a multiple of a step."""
    step = max(2, limit // 4)
    cut = 0
    while len(turns) > limit or sum(len(message["content"]) for _, message in turns) > room_chars:
        if not turns:
            break
        cut = max(cut + step, turns[0][0] // step * step)
        turns = [(seq, message) for seq, message in turns if seq > cut]
    return [message for _, message in turns]


def _as_said(history: Sequence[Message]) -> list[tuple[int, ChatMessage]]:
    """Each message with its seq; what was cut off or never answered says so."""
    turns: list[tuple[int, ChatMessage]] = []
    for message, following in zip_longest(history, history[1:]):
        turns.append((message.seq, {"role": message.role, "content": _content(message)}))
        if message.role == "user" and (following is None or following.role == "user"):
            turns.append((message.seq, {"role": "assistant", "content": UNANSWERED}))
    return turns


def _content(message: Message) -> str:
    if message.role != "assistant" or message.status == "complete":
        return message.content
    return message.content + CUT if message.content else UNANSWERED
