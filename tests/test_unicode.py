"""Text from a model: whole characters, wherever its chunks are cut."""

import asyncio
import itertools
import json
import re
from collections.abc import Iterable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from src.services.llm.parts import ChatPart, Deltas
from src.unicode import Joiner, storable
from tests.fakes.ollama import Cut, FakeOllama, Item, Part
from tests.talk import talking

WHOLE = st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
TEXT = st.text(st.one_of(WHOLE, st.sampled_from("a\u6d77\U0001f600\U0001f3f3\ufe0f\u200d\U0001f308")))
HALVES = st.text(st.one_of(st.characters(categories=["Cs"]), st.sampled_from("\x00\ud83d\ude00a😀")), max_size=12)
CUTS = st.lists(st.integers(min_value=0, max_value=60), max_size=12)


def units(text: str) -> list[str]:
    """As JSON has them: what is beyond U+FFFF is two."""
    code = text.encode("utf-16-le", "surrogatepass")
    return [code[at : at + 2].decode("utf-16-le", "surrogatepass") for at in range(0, len(code), 2)]


def pieces(text: str, cuts: Iterable[int]) -> list[str]:
    said = units(text)
    edges = [0, *sorted(min(cut, len(said)) for cut in cuts), len(said)]
    return ["".join(said[a:b]) for a, b in itertools.pairwise(edges)]


@given(TEXT, CUTS)
def test_a_text_cut_anywhere_is_the_text_again(text: str, cuts: list[int]) -> None:
    joiner = Joiner()
    joined = [joiner.joined(piece) for piece in pieces(text, cuts)] + [joiner.rest()]
    assert "".join(joined) == text
    assert all(piece.encode() or piece == "" for piece in joined), "each can be sent"


@given(HALVES, CUTS)
def test_a_half_without_its_other_half_is_one_mark_and_nothing_else_is_lost(text: str, cuts: list[int]) -> None:
    joiner = Joiner()
    joined = "".join([*(joiner.joined(piece) for piece in pieces(text, cuts)), joiner.rest()])
    assert joined == storable(text), "wherever it is cut"
    pairs_joined = json.loads(json.dumps(text.replace("\x00", "")))
    assert joined == re.sub("[\ud800-\udfff]", "\ufffd", pairs_joined)


@given(TEXT, CUTS)
def test_what_is_said_and_what_is_thought_are_cut_apart(text: str, cuts: list[int]) -> None:
    deltas = Deltas()
    lines = [json.dumps({"message": {"content": piece, "thinking": piece}}) for piece in pieces(text, cuts)]
    parts = [ChatPart(**json.loads(line)) for line in lines]
    said = [*deltas.of(parts[:1]), *deltas.of(parts[1:]), deltas.last(ChatPart(done=True))]
    assert "".join(delta.content for delta in said) == text
    assert "".join(delta.thinking for delta in said) == text


def test_every_piece_that_is_shown_and_every_save_holds_whole_characters(tmp_path: Path, ollama: FakeOllama) -> None:
    """More of them than are saved at once, each in two chunks."""
    text = "😀海" * 150

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            ollama.enqueue(units(text))
            reply = await talk.said("Smile?")
            assert (reply.status, reply.content) == ("complete", text)
            assert "".join(chunk.content for chunk in talk.chunks()) == text
            assert all(chunk.content.encode() for chunk in talk.chunks())

    asyncio.run(scenario())


def test_the_half_that_a_cut_leaves_is_one_mark(tmp_path: Path, ollama: FakeOllama) -> None:
    endings: list[list[Item]] = [[], [Cut()], [Part({"done": True, "done_reason": "length"})]]

    async def scenario() -> None:
        async with talking(tmp_path, ollama) as talk:
            for ending in endings:
                ollama.enqueue(["a\x00", "\ude00", "b\ud83d", *ending])
                assert (await talk.said("Smile?")).content == "a\ufffdb\ufffd"

    asyncio.run(scenario())
