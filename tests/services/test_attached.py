"""What a model is shown of the files that a question was given with."""

import io

from PIL import Image

from src.entities import Message, PromptContext
from src.services.prompt_files import FILES_SHARE
from tests.callers import ME
from tests.fakes import uploads
from tests.talk import Talk, with_model

MODEL = "llama3.2:1b"


async def attach(talk: Talk, attachment_id: str, name: str, content: bytes) -> str:
    service = talk.app.attachments
    with service.receiving() as incoming:
        await service.receive(incoming, content)
        await service.save(ME, attachment_id, name, incoming)
    return attachment_id


async def asked(talk: Talk, words: str, *ids: str) -> Message:
    return await talk.said(words, attachment_ids=ids)


@with_model
async def test_a_model_that_sees_is_shown_the_picture_and_nothing_that_the_camera_told(talk: Talk) -> None:
    talk.fake.capabilities[MODEL] = ["completion", "vision"]
    await attach(talk, "a", "photo.jpg", uploads.photo())
    reply = await asked(talk, "What is it?", "a")
    assert reply.status == "complete"
    [image] = talk.fake.images[-1]
    assert uploads.CAMERA.encode() not in image
    with Image.open(io.BytesIO(image)) as seen:
        assert (seen.format, seen.size) == ("JPEG", (40, 60))  # upright
    assert talk.prompt()[-1] == ("user", "[Picture: photo.jpg]\n\nWhat is it?")
    await talk.said("And now?")
    assert talk.fake.images[-1] == [image]  # it still sees what is spoken of


@with_model
async def test_a_picture_alone_is_a_question(talk: Talk) -> None:
    talk.fake.capabilities[MODEL] = ["completion", "vision"]
    await attach(talk, "a", "photo.jpg", uploads.photo())
    await asked(talk, "", "a")
    assert talk.prompt()[-1] == ("user", "[Picture: photo.jpg]")
    await talk.said("What is it?")
    assert ("user", "[Picture: photo.jpg]") in talk.prompt()


@with_model
async def test_a_model_that_cannot_see_is_not_asked_about_a_picture_and_goes_on_without_it(talk: Talk) -> None:
    talk.fake.capabilities[MODEL] = ["completion"]
    await attach(talk, "a", "photo.png", uploads.picture())
    reply = await asked(talk, "What is it?", "a")
    assert reply.error
    assert (reply.status, reply.error.code) == ("failed", "model_cannot_see")
    assert talk.fake.requests == []
    assert (await talk.said("Never mind.")).status == "complete"
    assert talk.fake.images[-1] == []
    assert "[Picture: photo.png. You cannot see it.]\n\nWhat is it?" in [content for _, content in talk.prompt()]


@with_model
async def test_a_text_and_a_pdf_are_read_to_the_model(talk: Talk) -> None:
    await attach(talk, "a", "prices.csv", "Tee;3€\nKäse;4€\n".encode("cp1252"))
    await attach(talk, "b", "report.pdf", uploads.pdf("The answer is 42.", "Second page."))
    reply = await asked(talk, "What is the answer?", "a", "b")
    assert (reply.status, reply.context) == ("complete", None)
    assert talk.prompt()[-1][1] == (
        "[File: prices.csv]\nTee;3€\nKäse;4€\n\n[End of prices.csv]\n\n"
        "[File: report.pdf]\n[Page 1]\nThe answer is 42.\n\n[Page 2]\nSecond page.\n[End of report.pdf]\n\n"
        "What is the answer?"
    )


@with_model
async def test_a_text_that_does_not_fit_is_cut_and_both_sides_are_told(talk: Talk) -> None:
    talk.fake.context_length = 2_000
    await attach(talk, "a", "short.txt", b"All of this is short.")
    await attach(talk, "b", "long.txt", b"".join(b"Line %d of a long file.\n" % n for n in range(2_000)))
    for answer in ("I cannot see it.", "That."):
        talk.fake.enqueue([answer])
    reply = await asked(talk, "What is in line 1,999?", "a", "b")
    shown = talk.prompt()[-1][1]
    assert "All of this is short." in shown
    assert "Line 1 of" in shown
    assert "Line 1999 of" not in shown
    assert "[The rest of long.txt is left out here: these are its first " in shown
    assert shown.endswith("What is in line 1,999?")
    assert 0.5 * 2_000 * FILES_SHARE < len(shown) / 3 < 1.1 * 2_000 * FILES_SHARE
    assert reply.context == PromptContext(seen_from=0, limited_by="window", window_tokens=2_000, cut_files=1)
    again = await talk.said("And in line 2?")
    assert again.context
    assert again.context.cut_files == 1
    assert any("[The rest of long.txt is left out here" in content for _, content in talk.prompt())


@with_model
async def test_a_file_that_is_gone_from_the_disk_is_said_to_be(talk: Talk) -> None:
    await attach(talk, "a", "a.txt", b"one")
    files = talk.app.database.files
    for path in files.directory.iterdir():
        path.unlink() if path.is_file() else None
    await asked(talk, "What is it?", "a")
    assert talk.prompt()[-1] == ("user", "[The file a.txt is no longer there.]\n\nWhat is it?")


@with_model
async def test_a_question_put_differently_and_a_retry_have_the_same_files(talk: Talk) -> None:
    await attach(talk, "a", "a.txt", b"one")
    turn = await talk.ask("What is it?", attachment_ids=["a"])
    await talk.answer(turn)
    conversation_id = turn.message.conversation_id
    beside = {"conversation_id": conversation_id, "sibling_of": turn.message.message_id, "attachment_ids": ["a"]}
    await talk.said("What is that?", **beside)
    assert talk.prompt()[-1] == ("user", "[File: a.txt]\none\n[End of a.txt]\n\nWhat is that?")
    await talk.answer(await talk.chat.retry(turn.message.message_id))
    assert talk.prompt()[-1] == ("user", "[File: a.txt]\none\n[End of a.txt]\n\nWhat is it?")
