"""What a reply has said, in pieces: those that wait to be told become one, as far as they are of the same part."""

import pytest

from src.entities import Body, Part, ReasoningPart, TextPart, ToolCallPart
from src.entities.parts import has_called
from src.services.reasoning import Piece
from src.services.transcript import Transcript


def test_pieces_of_different_parts_stay_apart_and_are_logged_apart() -> None:
    now_ms = iter([100.0, 350.0, 400.0])
    transcript = Transcript(Body(""), lambda: next(now_ms))
    for piece in (Piece("reasoning", "Which"), Piece("reasoning", " sea?"), Piece("text", "Bl"), Piece("text", "ue.")):
        if not transcript.takes(piece):
            transcript.tell()
        transcript.hold(piece)
    transcript.tell()
    thought, said = Piece("reasoning", "Which sea?"), Piece("text", "Blue.", 250)
    assert transcript.pieces == [thought, said]
    assert list(transcript.unsaved()) == [(1, thought), (2, said)]
    assert (transcript.saved, transcript.unsaved_chars) == (2, 0)
    body = ("Blue.", [ReasoningPart(text="Which sea?", duration_ms=250), TextPart()])
    assert transcript.said.body() == transcript.saved_draft.body() == body


@pytest.mark.parametrize(
    ("parts", "called"),
    [
        (None, False),
        ([TextPart(), ToolCallPart(id="t")], True),
        ([TextPart(), ToolCallPart(id="t"), ReasoningPart(text="Hm.")], True),
        ([ToolCallPart(id="t"), ReasoningPart(text="Hm."), TextPart()], False),
        ([ReasoningPart(text="Hm.")], False),
    ],
)
def test_what_is_thought_after_a_tool_was_called_says_nothing_yet(parts: list[Part] | None, called: bool) -> None:
    """What a reply that goes on says next is another paragraph: a fence that is no line of its own is none."""
    assert has_called(Body("Asked.", parts)) is called
