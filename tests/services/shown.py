"""Whether a model was shown what it should be, by eyes of its own: the longest end of what was said that the budget
holds, less at most a quarter; of the last exchange at least a part."""

from collections.abc import Callable, Sequence

Said = tuple[str, str]
"""Role and content."""

PERSONA_AND_QUESTION = 2
AROUND_A_MESSAGE = 8
MIDDLE = "\n\n[The middle of this is left out here.]\n\n"
LEFT_OUT = "[What was said in this conversation before "


def check(prompt: Sequence[Said], said: Sequence[Said], limit: int, window: int, count: Callable[[str], float]) -> None:
    """`prompt` is what a model got for a question, `said` what was said before it, oldest first, by turns."""
    persona, *history, question = prompt
    assert question[0] == "user"

    def cost(messages: Sequence[Said]) -> float:
        return sum(count(content) + AROUND_A_MESSAGE for _, content in messages)

    budget = max(window * 3 / 4 - count(question[1]) - count(_plain(persona[1])) - 2 * AROUND_A_MESSAGE, window / 16)
    exchanges = [list(said[at : at + 2]) for at in range(0, len(said), 2)]
    most = _longest(exchanges, cost, budget, limit)
    least = _longest(exchanges, cost, budget * 3 / 4, limit * 3 / 4)
    if said and cost(exchanges[-1]) > budget:
        _check_shortened(history, exchanges[-1], budget, cost)
    else:
        assert history == [
            message for exchange in exchanges[len(exchanges) - len(history) // 2 :] for message in exchange
        ]
        assert max(least, min(1, len(exchanges))) <= len(history) // 2 <= max(most, min(1, len(exchanges)))
        assert len(history) // 2 >= most * 3 / 4
        assert cost(history) <= budget
    assert cost(prompt) <= window, "nothing is left for the reply"
    assert (LEFT_OUT in persona[1]) == (len(history) < len(said)), "what is left out is said"


def _plain(persona: str) -> str:
    return persona.split(LEFT_OUT)[0].rstrip()


def _longest(
    exchanges: Sequence[Sequence[Said]], cost: Callable[[Sequence[Said]], float], budget: float, limit: float
) -> int:
    """How many exchanges, from the end."""
    number = spent = messages = 0.0
    for exchange in reversed(exchanges):
        spent, messages = spent + cost(exchange), messages + len(exchange)
        if spent > budget or messages > limit:
            break
        number += 1
    return int(number)


def _check_shortened(
    history: Sequence[Said], exchange: Sequence[Said], budget: float, cost: Callable[[Sequence[Said]], float]
) -> None:
    assert [role for role, _ in history] == [role for role, _ in exchange]
    for (_, shown), (_, whole) in zip(history, exchange, strict=True):
        beginning, _, end = shown.partition(MIDDLE)
        assert shown == whole or (whole.startswith(beginning) and whole.endswith(end))
    assert budget * 0.6 <= cost(history) <= budget * 1.001
