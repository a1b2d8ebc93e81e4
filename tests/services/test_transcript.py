"""What a reply has said, in pieces: those that wait to be told become one, as far as they are of the same part."""

import threading

from src.entities import Body, ReasoningPart, TextPart
from src.services.reasoning import Piece
from src.services.transcript import Transcript
from tests.fakes.ollama import Hold
from tests.talk import Talk, with_model


@with_model
async def test_pieces_that_wait_go_out_together(talk: Talk) -> None:
    is_behind, go_on = True, threading.Event()
    talk.app.bus.subscribe(lambda _event: None, lambda: is_behind)
    talk.fake.enqueue(["One", " two", " three", Hold(go_on), " four", " five"])
    turn = await talk.ask("Count.")
    await talk.shown(len("One two three"))
    assert len(talk.chunks()) <= 2, "at the latest with what is saved each 250 ms"
    is_behind = False
    go_on.set()
    assert (await talk.answer(turn)).content == "One two three four five"
    assert [chunk.content for chunk in talk.chunks()][-2:] == [" four", " five"]
    assert [chunk.idx for chunk in talk.chunks()] == list(range(len(talk.chunks())))


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
