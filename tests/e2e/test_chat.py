"""Talking, as a person sees it: the model says what each test tells it to, token by token."""

import re
import threading

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab
from tests.fakes.ollama import Cut, FakeOllama, Hold, Part
from tests.fixtures.server import LocritServer

FOX = "```python\ndef fox(lazy: bool) -> str:\n    return 'jumps'\n```"
PARAGRAPHS = [f"Paragraph {number}.\n\n" for number in range(60)]


@pytest.fixture
def released() -> threading.Event:
    """What a held reply waits for."""
    return threading.Event()


def test_stopping_a_reply_keeps_what_was_shown(tab: Tab, shared_ollama: FakeOllama, released: threading.Event) -> None:
    shared_ollama.enqueue(["Once upon ", "a time", Hold(released), " there was more"])
    tab.say("Tell me a story")
    expect(tab.reply).to_contain_text("Once upon a time")
    tab.stop_button.click()
    tab.expect_state(tab.reply, "stopped")
    tab.reload()
    tab.expect_state(tab.reply, "stopped")
    expect(tab.reply.locator(".markdown")).to_have_text("Once upon a time")


def test_escape_stops_a_reply(tab: Tab, shared_ollama: FakeOllama, released: threading.Event) -> None:
    shared_ollama.enqueue(["This far", Hold(released), " and no further"])
    tab.say("Go on")
    expect(tab.reply).to_contain_text("This far")
    tab.composer.press("Escape")
    tab.expect_state(tab.reply, "stopped")


def test_a_reload_in_the_middle_of_a_reply_shows_it_to_its_end(
    tab: Tab, shared_ollama: FakeOllama, released: threading.Event
) -> None:
    shared_ollama.enqueue(["The beginning,", Hold(released), " the middle", " and the end."])
    tab.say("All of it, please")
    expect(tab.reply).to_contain_text("The beginning,")
    tab.reload()
    expect(tab.reply).to_contain_text("The beginning,")
    expect(tab.stop_button).to_be_visible()
    released.set()
    expect(tab.reply.locator(".markdown")).to_have_text("The beginning, the middle and the end.")
    tab.expect_state(tab.reply, "saved")


def test_a_reply_that_was_cut_says_why_and_retry_asks_again(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Half a sen", Cut()])
    tab.say("A whole sentence, please")
    tab.expect_state(tab.reply, "failed")
    expect(tab.reply).to_contain_text("Half a sen")
    tab.expect_saved("A whole sentence, please")
    shared_ollama.enqueue(["A whole sentence."])
    tab.reply.get_by_text("Retry", exact=True).click()
    expect(tab.reply.locator(".markdown")).to_have_text("A whole sentence.")
    tab.reply.get_by_role("button", name="Previous version").click()
    expect(tab.reply).to_contain_text("Half a sen")


def test_a_reply_cut_at_its_limit_says_so_and_goes_on_in_its_place(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Once upon ", Part({"done": True, "done_reason": "length", "eval_count": 2})])
    tab.say("A long story, please")
    tab.expect_state(tab.reply, "interrupted")
    expect(tab.reply).to_contain_text("The reply was cut at its limit of 2 tokens. Continue to have the rest.")
    shared_ollama.enqueue(["a time."])
    tab.button("Continue").click()
    tab.expect_saved("Once upon a time.")


def test_a_reply_that_only_thought_says_so_and_can_only_be_tried_again(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["<think>A story, then.</think>"])
    tab.say("A short story, please")
    tab.expect_state(tab.reply, "failed")
    expect(tab.reply).to_contain_text("The model only thought; it said nothing.")
    expect(tab.button("Continue")).to_have_count(0)
    tab.button("Retry").first.click()
    tab.expect_saved("You said: A short story, please")


def test_a_missing_model_is_named_and_retry_works_once_it_is_there(
    open_tab: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama, api: httpx.Client
) -> None:
    api.post("/api/v2/locrits", json={"name": "Ghost", "model": "ghost:1b"}).raise_for_status()
    tab = open_tab(shared_server, "/my-locrits/Ghost/chat")
    tab.say("Are you there?")
    tab.expect_state(tab.reply, "failed")
    expect(tab.reply).to_contain_text("ghost:1b")
    tab.expect_saved("Are you there?")
    shared_ollama.models.append("ghost:1b")
    tab.reply.get_by_text("Retry", exact=True).click()
    expect(tab.reply.locator(".markdown")).to_have_text("You said: Are you there?")


def test_without_ollama_the_question_is_saved_and_retry_works_when_it_is_back(
    tab: Tab, shared_ollama: FakeOllama
) -> None:
    shared_ollama.stop()
    tab.say("Anyone?")
    tab.expect_state(tab.reply, "failed")
    tab.expect_saved("Anyone?")
    shared_ollama.start()
    tab.reply.get_by_text("Retry", exact=True).click()
    expect(tab.reply.locator(".markdown")).to_have_text("You said: Anyone?")


def test_a_second_tab_and_a_second_browser_see_the_reply_as_it_is_written(
    tab: Tab, open_tab: OpenTab, open_device: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama,
    released: threading.Event,
) -> None:  # fmt: skip
    shared_ollama.enqueue(["Seen", " by all", Hold(released), " of you."])
    tab.say("Who sees this?")
    expect(tab.reply).to_contain_text("Seen by all")
    others = [open_tab(shared_server, tab.path), open_device(shared_server, tab.path)]
    for other in others:
        expect(other.reply).to_contain_text("Seen by all")
    released.set()
    for other in others:
        expect(other.reply.locator(".markdown")).to_have_text("Seen by all of you.")
        other.expect_saved("Who sees this?")
        other.expect_saved("Seen by all of you.")
    others[1].say("And back?")
    expect(tab.message("You said: And back?")).to_be_visible()


def test_a_conversation_begun_in_a_second_tab_is_answered_there(
    tab: Tab, open_tab: OpenTab, shared_server: LocritServer, locrit: str
) -> None:
    expect(tab.status.first).to_contain_text("saved")
    second = open_tab(shared_server, f"/my-locrits/{locrit}/chat")
    second.say("From the second tab")
    second.expect_saved("You said: From the second tab")
    second.say("And once more")
    second.expect_saved("You said: And once more")


def test_new_text_does_not_move_a_reader_who_scrolled_up(
    tab: Tab, shared_ollama: FakeOllama, released: threading.Event
) -> None:
    shared_ollama.enqueue([*PARAGRAPHS, "The last but one.", Hold(released), "\n\n", *PARAGRAPHS, "The very last."])
    tab.say("A long text, please")
    expect(tab.page.get_by_text("The last but one.")).to_be_in_viewport()
    tab.log.hover()
    tab.page.mouse.wheel(0, -900)
    pill = tab.button("New text below")
    expect(pill).to_be_visible()
    before = tab.log.evaluate("(log) => log.scrollTop")
    released.set()
    tab.expect_state(tab.reply, "saved")
    assert abs(tab.log.evaluate("(log) => log.scrollTop") - before) < 2
    tab.page.get_by_role("button", name=re.compile("New text below|To the newest message")).click()
    expect(tab.page.get_by_text("The very last.")).to_be_in_viewport()


def test_who_says_something_sees_it_wherever_they_were_reading(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue([*PARAGRAPHS, "The very last."])
    tab.say("A long text, please")
    tab.expect_state(tab.reply, "saved")
    tab.log.hover()
    tab.page.mouse.wheel(0, -1_200)
    expect(tab.button("To the newest message")).to_be_visible()
    tab.say("And now from here.")
    expect(tab.log.get_by_text("And now from here.", exact=True)).to_be_in_viewport()
    tab.expect_saved("You said: And now from here.")
    expect(tab.reply).to_be_in_viewport()


def test_a_smaller_window_still_shows_the_end_to_who_was_there(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue([*PARAGRAPHS, "The very last."])
    tab.say("A long text, please")
    tab.expect_state(tab.reply, "saved")
    for height in (500, 800, 400):
        tab.page.set_viewport_size({"width": 390, "height": height})
        expect(tab.page.get_by_text("The very last.")).to_be_in_viewport()
        expect(tab.page.get_by_role("button", name="To the newest message")).not_to_be_visible()


def test_code_is_highlighted_and_copied_as_it_was_written(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Like this:\n\n", FOX, "\n\n**Bold** and <script>alert(1)</script>."])
    tab.say("Show me a fox in Python")
    tab.expect_state(tab.reply, "saved")
    expect(tab.reply.locator("pre .hljs-keyword").first).to_have_text("def")
    expect(tab.reply.locator("strong")).to_have_text("Bold")
    assert tab.reply.locator("script").count() == 0
    tab.reply.get_by_role("button", name="Copy code").click()
    expect(tab.reply.get_by_role("button", name="Copied")).to_be_visible()
    assert clipboard(tab.page) == "def fox(lazy: bool) -> str:\n    return 'jumps'"


def test_an_edited_question_is_asked_again(tab: Tab) -> None:
    tab.say("How are yu?")
    expect(tab.reply).to_contain_text("You said: How are yu?")
    tab.composer.press("ArrowUp")
    box = tab.page.get_by_role("textbox", name="Edit your message")
    box.fill("How are you?")
    tab.button("Save and ask again").click()
    expect(tab.message("You said: How are you?")).to_be_visible()
    tab.reload()
    expect(tab.messages.first).to_contain_text("How are you?")


def test_a_deleted_message_comes_back_with_undo(tab: Tab) -> None:
    tab.say("Forget me not")
    tab.expect_saved("You said: Forget me not")
    question = tab.messages.first
    question.hover()
    question.get_by_role("button", name="More about this message").click()
    tab.page.get_by_role("menuitem", name="Delete").click()
    expect(tab.messages).to_have_count(1)
    tab.button("Undo").click()
    expect(tab.messages).to_have_count(2)
    tab.expect_state(tab.messages.first, "saved")
    tab.reload()
    expect(tab.messages).to_have_count(2)


def clipboard(page: Page) -> str:
    text: str = page.evaluate("() => navigator.clipboard.readText()")
    return text
