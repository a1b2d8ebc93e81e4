"""What the model is shown: the persona, as much of the conversation as its window holds, the question.

The newest exchanges that fit are sent, at least the last one. Its middle is left out where it alone is too long. What
is left out is said to the model, and with the reply to people.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import accumulate, zip_longest
from typing import Final

from src.entities import Body, Locrit, Message, PromptContext, ToolResult
from src.errors import ContextExceeded
from src.services import reasoning
from src.services.llm.protocol import PromptMessage, ToolSpec
from src.services.llm.tokens import TOKENS_PER_IMAGE, TOKENS_PER_MESSAGE
from src.services.prompt_files import FILES_SHARE, Files
from src.services.reminders import NO_MEMORY, Memory
from src.services.tool_messages import NO_TOOLS, ToolTalk, messages_of
from src.unicode import is_blank

REPLY_SHARE: Final = 4
"""A quarter of the window is left for the reply."""
QUESTION_SHARE: Final = 7 / 8
"""The question and the persona may fill so much of the window."""
LEAST_HISTORY_SHARE: Final = 1 / 16
"""So much of the window is left for the last exchange, however long the question is."""
RESULT_SHARE: Final = 1 / 8
"""So much of the window a tool's result may fill at the most."""
SLACK: Final = 0.25
"""So much of the budget, and of what would fit, may be left out to begin where the last prompt began: see `_start`."""

CUT: Final = "\n\n[This reply was cut off here.]"
CONTINUE: Final = "Go on exactly where you stopped. Do not repeat anything."
UNANSWERED: Final = "[This question was not answered.]"
MIDDLE: Final = "\n\n[The middle of this is left out here.]\n\n"
BEGINNING: Final = "[What was said in this conversation before {moment} UTC is left out here.]"

NO_FILES: Final = Files({})


@dataclass(frozen=True, slots=True)
class Window:
    """`tokens` hold prompt and reply together. `count` tells those of a text, rather too many than too few, up to
    `overestimate` times what they are: a question is refused only if it cannot fit. `is_loaded`: its model is in
    memory, as far as one knows."""

    tokens: int
    count: Callable[[str], float]
    overestimate: float = 1.0
    is_loaded: bool = True

    def cost(self, message: PromptMessage) -> float:
        calls = message.get("tool_calls")
        asked = self.count(json.dumps(calls, ensure_ascii=False)) if calls else 0.0
        images = len(message.get("images", ())) * TOKENS_PER_IMAGE
        return self.count(message["content"]) + asked + images + TOKENS_PER_MESSAGE

    def for_files(self, words: float) -> float:
        """Tokens for the text of the files of a message, beside so many of what stays whole."""
        return min(self.tokens * FILES_SHARE, self.tokens * (REPLY_SHARE - 1) / REPLY_SHARE - words)


@dataclass(frozen=True, slots=True)
class Prompt:
    """`context` says what is left out; None when that is nothing."""

    messages: list[PromptMessage]
    context: PromptContext | None
    has_history: bool
    offered: Sequence[ToolSpec] = ()

    def tokens(self, window: Window) -> float:
        """With what the model is told of tools."""
        return sum(map(window.cost, self.messages)) + _told_of_tools(self.offered, window)

    @property
    def has_images(self) -> bool:
        """What these are in tokens only the model knows."""
        return any("images" in message for message in self.messages)


@dataclass(slots=True)
class _Exchange:
    """A question and what was said to it; of what nobody asked, one message."""

    seq: int
    created_at: int
    messages: list[PromptMessage]
    cuts: int = 0
    """How many files of it are not shown to their end."""


def build(
    locrit: Locrit,
    path: Sequence[Message],
    begun: str,
    window: Window,
    history_share: float = 1.0,
    talk: ToolTalk = NO_TOOLS,
    files: Files = NO_FILES,
    memory: Memory = NO_MEMORY,
) -> Prompt:
    """The prompt for the question that `path` leads to, its last message.

    `begun` is what the reply has said already, if it goes on where it was cut. Questions without an answer and replies
    that were cut off are marked as such, so that the model does not take them up again. `history_share` is less than 1
    when the provider refused a prompt that was estimated to fit. Raises ContextExceeded for a question that cannot fit.
    """
    *history, question = path
    persona: PromptMessage = {"role": "system", "content": _persona(locrit)}
    asked: PromptMessage = {"role": "user", "content": question.content}
    fixed = window.cost(persona) + window.cost(asked) + _told_of_tools(talk.offered, window)
    if fixed / window.overestimate > window.tokens * QUESTION_SHARE:
        raise _too_long(window.cost(persona), window.cost(asked), window)
    words = window.cost(asked)
    asked, cuts = files.shown(question, question.content, window.for_files(fixed), window.count)
    fixed += window.cost(asked) - words
    least = window.tokens * LEAST_HISTORY_SHARE
    reserved = max(memory.tokens, window.count(memory.text) if memory.text else 0)
    room = max(window.tokens * (REPLY_SHARE - 1) / REPLY_SHARE - fixed - reserved, least)
    continuation = [*_ran(talk.ran, room, window), *_continuation(begun, room, window)]
    room = max(room - sum(map(window.cost, continuation)), least) * history_share
    exchanges = _exchanges(history, talk.results, files, window)
    shown, context = _newest(exchanges, locrit.message_limit, room, window)
    if shown and shown[0].seq != exchanges[0].seq:
        persona = _told_what_is_left_out(persona, shown[0])
    if memory.text:
        persona = {"role": "system", "content": f"{persona['content']}\n\n{memory.text}".strip()}
    messages = [persona, *(said for exchange in shown for said in exchange.messages), asked, *continuation]
    cuts += sum(exchange.cuts for exchange in shown)
    return Prompt(messages, _with_cuts(context, cuts, window), bool(shown), talk.offered)


def _persona(locrit: Locrit) -> str:
    return locrit.system_prompt or f"You are {locrit.name}. {locrit.description}".strip()


def _with_cuts(context: PromptContext | None, cuts: int, window: Window) -> PromptContext | None:
    if not cuts:
        return context
    whole = PromptContext(seen_from=0, limited_by="window", window_tokens=window.tokens)
    return (context or whole).model_copy(update={"cut_files": cuts})


def _told_of_tools(offered: Sequence[ToolSpec], window: Window) -> float:
    return window.count(json.dumps([asdict(tool) for tool in offered])) if offered else 0.0


def _ran(messages: Sequence[PromptMessage], room: float, window: Window) -> list[PromptMessage]:
    """What this reply has had done so far, within `room`."""
    capped = [_result_within(message, window) for message in messages]
    return capped if sum(map(window.cost, capped)) <= room else _fitted(capped, room, window)


def _result_within(message: PromptMessage, window: Window) -> PromptMessage:
    """The same result takes the same room whenever it is shown, so that a provider need not read it again."""
    return _within(message, window.tokens * RESULT_SHARE, window) if message["role"] == "tool" else message


def _too_long(persona_tokens: float, question_tokens: float, window: Window) -> ContextExceeded:
    tokens = max(persona_tokens, question_tokens)
    subject = "This question has" if tokens == question_tokens else "The instructions of this Locrit have"
    return ContextExceeded(
        f"{subject} about {tokens:,.0f} tokens; {window.tokens:,} is all that the model can read at once, and some of "
        "it is needed for the reply. The model was not asked."
    )


def _continuation(begun: str, room: float, window: Window) -> list[PromptMessage]:
    words = reasoning.without(begun)
    if is_blank(words):
        return []
    more: PromptMessage = {"role": "user", "content": CONTINUE}
    said: PromptMessage = {"role": "assistant", "content": words}
    return [_within(said, room - window.cost(more), window), more]


def _newest(
    exchanges: Sequence[_Exchange], limit: int, room: float, window: Window
) -> tuple[list[_Exchange], PromptContext | None]:
    """The end of the conversation with at most `limit` messages and `room` tokens, at least the last exchange."""
    if not exchanges:
        return [], None
    sizes = [len(exchange.messages) for exchange in exchanges]
    costs = [sum(map(window.cost, exchange.messages)) for exchange in exchanges]
    by_room, by_limit = _longest(costs, room), _longest(sizes, limit)
    oldest = min(max(by_room, by_limit), len(exchanges) - 1)
    least = max(_longest(costs, room * (1 - SLACK)), _longest(sizes, limit * (1 - SLACK)))
    latest = min(least, _three_quarters(costs, oldest), _three_quarters(sizes, oldest))
    start = _start(exchanges, oldest, max(oldest, latest))
    shown = list(exchanges[start:])
    is_too_long = costs[-1] > room
    if is_too_long:
        fitted = _fitted(shown[0].messages, room, window)
        shown = [_Exchange(shown[0].seq, shown[0].created_at, fitted, shown[0].cuts)]
    if start == 0 and not is_too_long:
        return shown, None
    reason = "message_limit" if by_limit > by_room else "window"
    return shown, PromptContext(
        seen_from=shown[0].seq, shortened=is_too_long, limited_by=reason, window_tokens=window.tokens
    )


def _longest(amounts: Sequence[float], budget: float) -> int:
    """Where the longest suffix begins whose sum is at most `budget`."""
    sums = accumulate(reversed(amounts))
    return len(amounts) - sum(1 for total in sums if total <= budget)


def _three_quarters(amounts: Sequence[float], oldest: int) -> int:
    """The last place to begin that gives up at most a quarter of what is from `oldest` on."""
    least = sum(amounts[oldest:]) * (1 - SLACK)
    return len(amounts) - 1 - sum(1 for total in accumulate(reversed(amounts)) if total < least)


def _start(exchanges: Sequence[_Exchange], oldest: int, latest: int) -> int:
    """Where to begin, from `oldest` to `latest`: at the roundest place (the one that most powers of two divide), which
    stays the same while the conversation grows, so that a provider reads again (a prompt cache) only what is new."""
    if oldest == 0:
        return 0
    return max(range(oldest, latest + 1), key=lambda place: _roundness(exchanges[place].seq // 2))


def _roundness(number: int) -> int:
    return number & -number


def _fitted(messages: Sequence[PromptMessage], room: float, window: Window) -> list[PromptMessage]:
    """All of them within `room`: the short ones whole, the long ones with equal parts of the rest."""
    costs = [window.cost(message) for message in messages]
    caps, left = dict[int, float](), room
    for place, position in enumerate(sorted(range(len(costs)), key=costs.__getitem__)):
        caps[position] = min(costs[position], left / (len(costs) - place))
        left -= caps[position]
    return [_within(message, caps[position], window) for position, message in enumerate(messages)]


def _within(message: PromptMessage, cap: float, window: Window) -> PromptMessage:
    """Without its middle, if it has more than `cap` tokens."""
    content, kept = message["content"], len(message["content"])
    if message.get("images") and window.cost({**message, "content": ""}) > cap:
        message = {"role": message["role"], "content": content}
    cost = window.cost(message)
    while cost > cap and kept > 0:
        kept = min(int(kept * cap / cost), kept - 1) if cap > 0 else 0
        half = max(kept, 0) // 2
        shorter = content[:half] + MIDDLE + content[len(content) - half :]
        message = {**message, "content": shorter}
        cost = window.cost(message)
    return message


def _told_what_is_left_out(persona: PromptMessage, first: _Exchange) -> PromptMessage:
    moment = datetime.fromtimestamp(first.created_at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {"role": "system", "content": f"{persona['content']}\n\n{BEGINNING.format(moment=moment)}".strip()}


def _exchanges(
    history: Sequence[Message], results: Mapping[str, ToolResult] | None, files: Files, window: Window
) -> list[_Exchange]:
    """Each message with those it belongs to; what was cut off or never answered says so."""
    exchanges: list[_Exchange] = []
    before: Message | None = None
    for message, following in zip_longest(history, history[1:]):
        if before is None or message.role == "user" or message.role == before.role == "assistant":
            exchanges.append(_Exchange(message.seq, message.created_at, []))
        said = exchanges[-1].messages
        if files.given_with(message):
            shown, cuts = files.shown(message, _content(message, message.content), window.for_files(0), window.count)
            said.append(shown)
            exchanges[-1].cuts += cuts
        else:
            said += _said(message, results, window)
        if message.role == "user" and (following is None or following.role == "user"):
            said.append({"role": "assistant", "content": UNANSWERED})
        before = message
    return exchanges


def _said(message: Message, results: Mapping[str, ToolResult] | None, window: Window) -> list[PromptMessage]:
    """One message, or, of a reply that called tools, what it asked for and got, as it was, and its answer."""
    if message.role == "assistant" and message.parts and results:
        called, words = messages_of(Body(message.content, message.parts), results)
        if called:
            capped = [_result_within(one, window) for one in called]
            return [*capped, {"role": "assistant", "content": _content(message, words)}]
    return [{"role": message.role, "content": _content(message, message.content)}]


def _content(message: Message, words: str) -> str:
    """Never nothing, and nothing of what was thought: an empty reply, or one that only thought, answers no question."""
    if message.role != "assistant":
        return words
    said = reasoning.without(words)
    if is_blank(said):
        return UNANSWERED
    return said if message.status == "complete" else said + CUT
