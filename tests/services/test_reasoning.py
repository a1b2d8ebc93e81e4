"""What a model thought aloud is told from what it said, however it marks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from src.services.reasoning import TAGS, without

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
