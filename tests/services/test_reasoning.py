"""What a model thought is told from what it said, however it marks it and however the stream tears that."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.entities import Body, Part, ReasoningPart, TextPart
from src.entities.parts import Draft
from src.services.llm.protocol import Delta
from src.services.reasoning import TAGS, Piece, Splitter, without

WORDS = st.text(st.sampled_from("ab .,\n`-*<>/é海😀"), max_size=40).filter(lambda text: "```" not in text)
"""Has no tag and no fence."""
SPACE = st.text(st.sampled_from(" \n\t"), max_size=4)
TAG = st.sampled_from(TAGS)


@given(TAG, SPACE, WORDS, SPACE, WORDS)
def test_a_block_at_the_beginning_is_left_out(
    tag: tuple[str, str], indent: str, thought: str, gap: str, answer: str
) -> None:
    open_, close = tag
    for opened in (open_, open_.upper()):
        assert without(f"{indent}{opened}{thought}{close}{gap}{answer}") == answer.lstrip()


@given(TAG, SPACE, WORDS)
def test_a_block_that_never_ends_is_all_there_is(tag: tuple[str, str], indent: str, thought: str) -> None:
    assert without(indent + tag[0] + thought) == ""


@given(TAG, WORDS, WORDS)
def test_a_block_whose_beginning_the_template_wrote_ends_at_its_end(
    tag: tuple[str, str], thought: str, answer: str
) -> None:
    assert without(f"{thought}\n{tag[1]}\n{answer}") == answer.lstrip()


@given(st.lists(st.tuples(TAG, WORDS), min_size=1, max_size=4), WORDS)
def test_blocks_follow_each_other(blocks: list[tuple[tuple[str, str], str]], answer: str) -> None:
    assert without("".join(open_ + thought + close for (open_, close), thought in blocks) + answer) == answer.lstrip()


@given(TAG, WORDS, WORDS, WORDS)
def test_a_block_between_paragraphs_is_left_out(tag: tuple[str, str], before: str, thought: str, after: str) -> None:
    said = without(f"So.{before}\n{tag[0]}{thought}{tag[1]}{after}")
    assert said == f"So.{before}\n{after}"


@given(WORDS)
def test_a_text_without_tags_is_as_it_was_said(text: str) -> None:
    assert without(text) == text


@pytest.mark.parametrize("tag", TAGS, ids=lambda tag: tag[0])
def test_a_tag_in_a_sentence_or_in_code_is_text_about_it(tag: tuple[str, str]) -> None:
    open_, close = tag
    for text in (
        f"Models write {open_} and {close} around it.",
        f"A `{open_}x{close}` is one.",
        f"```\n{open_}\nx\n{close}\n```\nThat is one.",
        f"Look:\n\n~~~~text\n```\n{open_}x{close}\n```\n~~~~\nYes.",
        f"Look:\n  ```xml\n  {open_}x",
        f"It begins with\n{open_}\nand goes on.",
    ):
        assert without(text) == text


@pytest.mark.parametrize("tag", TAGS, ids=lambda tag: tag[0])
def test_a_fence_among_the_thoughts_hides_nothing(tag: tuple[str, str]) -> None:
    assert without(f"{tag[0]}```\nx{tag[1]}Hi\n```\n{tag[0]}y{tag[1]}\n```") == f"Hi\n```\n{tag[0]}y{tag[1]}\n```"


def test_the_header_of_an_answer_goes_with_the_thoughts_before_it() -> None:
    text = "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Hi"
    assert without(text) == "Hi"


FRAGMENTS = [
    *(tag for pair in TAGS[:4] for tag in pair),
    *("<THINK>", "</Think>", "<th", "</", "<", "```", "~~~~", "``", "`", "\n", "\n\n", "  ", "\t", " ", "\r\n"),
    *("Hm.", "é", "😀", "a", "> ", "- ", "İ"),
]
TEXTS = st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)
CUTS = st.lists(st.integers(0, 80), max_size=12)


def torn(text: str, cuts: list[int]) -> list[str]:
    places = sorted({0, len(text), *(min(cut, len(text)) for cut in cuts)})
    return [text[a:b] for a, b in pairwise(places)]


def split(pieces: list[str], *, is_whole: bool = True) -> tuple[list[Piece], Body]:
    splitter, draft = Splitter(), Draft(Body(""))
    found = [found for piece in pieces for found in splitter.split(Delta(piece))]
    found += splitter.rest()
    for piece in found:
        draft.add(*piece)
    if is_whole and (back := splitter.taken_back()):
        draft.take_back(*back)
    return found, draft.body()


@given(TEXTS, CUTS)
def test_it_does_not_matter_where_the_stream_tears_it(text: str, cuts: list[int]) -> None:
    assert split(torn(text, cuts))[1] == split([text])[1]


@given(TEXTS, CUTS)
def test_no_word_is_lost(text: str, cuts: list[int]) -> None:
    def words(text: str) -> str:
        for tag in sorted((tag for pair in TAGS for tag in pair), key=len, reverse=True):
            text = text.lower().replace(tag, "")
        return "".join(text.split())

    parts = split(torn(text, cuts))[1]
    kept = "".join(part.text for part in parts.parts or [] if isinstance(part, ReasoningPart)) + parts.content
    assert sorted(words(kept)) == sorted(words(text))


@given(st.lists(st.sampled_from(["So", " it", " is", ".\n\n", "A", "``x``", "1 < 2", "<b>", "\n- x"]), min_size=1))
def test_a_plain_reply_comes_piece_by_piece_as_the_model_says_it(pieces: list[str]) -> None:
    found, body = split(pieces)
    assert body == ("".join(pieces), None)
    assert len(found) <= len(pieces)


def test_a_piece_waits_only_where_a_mark_may_begin() -> None:
    splitter = Splitter()
    told = [
        "".join(piece.text for piece in splitter.split(Delta(piece)))
        for piece in ["Hi", " <", "b>\n", "<", "b", "\n ", "x"]
    ]
    assert told == ["Hi", " <", "b>\n", "", "<b", "\n", " x"]


@pytest.mark.parametrize(
    ("text", "content", "parts"),
    [
        ("<think>\nHm.\n</think>\n\nBlue.", "Blue.", [ReasoningPart(text="Hm."), TextPart()]),
        ("<think></think>\n\nBlue.", "Blue.", None),
        ("<think>a</think>\n<think>b</think>c", "c", [ReasoningPart(text="a\n\nb"), TextPart()]),
        ("Hm.\n</think>\n\nBlue.", "Blue.", [ReasoningPart(text="Hm."), TextPart()]),
        ("<think>Hm", "", [ReasoningPart(text="Hm")]),
        ("It begins with\n <think>\nand goes on.\n", "It begins with\n <think>\nand goes on.\n", None),
        ("```\n<think>x</think>\n```\nSo.", "```\n<think>x</think>\n```\nSo.", None),
        (
            "Hi\n<think>x</think>\n\nYou",
            "Hi\n\n\nYou",
            [TextPart(text="Hi\n"), ReasoningPart(text="x"), TextPart(text="\n\nYou")],
        ),
    ],
)
def test_marks_are_no_words(text: str, content: str, parts: list[Part] | None) -> None:
    for size in range(1, len(text) + 1):
        pieces = [text[at : at + size] for at in range(0, len(text), size)]
        assert split(pieces)[1] == (content, parts)


def test_a_block_that_is_cut_off_stays_what_it_was_shown_as() -> None:
    pieces = ["Let me see.\n<think>", "Which", " sea"]
    parts = [TextPart(), ReasoningPart(text="Which sea")]
    assert split(pieces, is_whole=False)[1] == ("Let me see.\n", parts)
    assert split(pieces)[1] == ("Let me see.\n<think>Which sea", None)


@pytest.mark.parametrize("between", ["\n\n", " ", ""])
def test_what_goes_on_keeps_the_space_before_it_though_it_is_thought_first(between: str) -> None:
    """A block that follows begins on a line of its own, or is none."""
    said = {goes_on: Draft(Body("It is so.")) for goes_on in (True, False)}
    for goes_on, draft in said.items():
        splitter = Splitter(goes_on=goes_on)
        for delta in (Delta("", thinking="Hm."), Delta(between), Delta("```html\n")):
            for piece in splitter.split(delta):
                draft.add(*piece)
        for piece in splitter.rest():
            draft.add(*piece)
    assert said[True].body().content == f"It is so.{between}```html\n"
    assert said[False].body().content == "It is so.```html\n"


def test_what_is_told_apart_from_the_text_is_reasoning() -> None:
    splitter = Splitter()
    deltas = [
        Delta("", thinking="\nHm"),
        Delta("", thinking=".\n"),
        Delta("\n\n"),
        Delta("Blue", thinking=""),
        Delta("."),
    ]
    found = [piece for delta in deltas for piece in splitter.split(delta)] + splitter.rest()
    assert [piece[:2] for piece in found] == [
        ("reasoning", "Hm"),
        ("reasoning", ".\n"),
        ("text", "Blue"),
        ("text", "."),
    ]
    assert splitter.has_thought
