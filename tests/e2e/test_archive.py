"""What was said before, put aside or thrown away, as a person sees it."""

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.pictures import picture
from tests.e2e.tab import Held, Tab
from tests.fakes.ollama import Cut, FakeOllama


def act(tab: Tab, message: Locator, action: str) -> None:
    """From the menu of a message."""
    message.hover()
    message.get_by_role("button", name="More about this message").click()
    tab.page.get_by_role("menuitem", name=action, exact=True).click()


def ask_differently(tab: Tab, text: str) -> None:
    tab.composer.press("ArrowUp")
    tab.page.get_by_role("textbox", name="Edit your message").fill(text)
    tab.button("Save and ask again").click()


def test_a_question_put_differently_stands_beside_the_old_one(tab: Tab) -> None:
    tab.say("How old is the moon?")
    tab.expect_saved("You said: How old is the moon?")
    ask_differently(tab, "How old is the sun?")
    tab.expect_saved("You said: How old is the sun?")
    expect(tab.messages).to_have_count(2)
    tab.button("Previous version").click()
    expect(tab.reply).to_contain_text("You said: How old is the moon?")
    tab.reload()
    expect(tab.reply).to_contain_text("You said: How old is the moon?")
    tab.say("And the earth?")
    tab.expect_saved("You said: And the earth?")
    expect(tab.messages).to_have_count(4)
    expect(tab.messages.first).to_contain_text("How old is the moon?")


def test_a_correction_keeps_the_reply_and_can_be_taken_back(tab: Tab) -> None:
    tab.say("I like tee")
    tab.expect_saved("You said: I like tee")
    tab.composer.press("ArrowUp")
    tab.page.get_by_role("textbox", name="Edit your message").fill("I like tea")
    tab.button("Save only").click()
    question = tab.messages.first
    expect(question).to_contain_text("I like tea")
    tab.expect_state(question, "saved")
    expect(tab.messages).to_have_count(2)
    act(tab, question, "History…")
    history = tab.page.get_by_role("dialog")
    expect(history.locator("del")).to_have_text("tee")
    expect(history.locator("ins")).to_have_text("tea")
    history.get_by_role("button", name="Bring back").click()
    expect(question).to_contain_text("I like tee")


def test_a_reply_that_was_cut_goes_on_in_its_place(tab: Tab, shared_ollama: FakeOllama) -> None:
    shared_ollama.enqueue(["Half a sen", Cut()])
    tab.say("A whole sentence, please")
    expect(tab.button("Continue")).to_be_visible()
    shared_ollama.enqueue(["tence is whole."])
    tab.button("Continue").click()
    tab.expect_state(tab.reply, "saved")
    expect(tab.reply.locator(".markdown")).to_contain_text("Half a sen")
    expect(tab.reply.locator(".markdown")).to_contain_text("tence is whole.")
    expect(tab.messages).to_have_count(2)


def test_a_fork_begins_with_what_was_said(tab: Tab) -> None:
    tab.say("Once upon a time")
    tab.expect_saved("You said: Once upon a time")
    before = tab.page.url
    tab.say("The end")
    tab.expect_saved("You said: The end")
    act(tab, tab.message("You said: Once upon a time"), "Fork from here")
    expect(tab.page).not_to_have_url(before)
    expect(tab.messages).to_have_count(2)
    expect(tab.reply).to_contain_text("You said: Once upon a time")


def test_forgetting_leaves_nothing(tab: Tab) -> None:
    tab.say("My secret is plum")
    tab.expect_saved("You said: My secret is plum")
    act(tab, tab.messages.first, "Forget…")
    tab.button("Forget for good").click()
    expect(tab.messages).to_have_count(1)
    tab.reload()
    expect(tab.messages).to_have_count(1)


def test_the_trash_gives_back(tab: Tab) -> None:
    tab.say("Keep me somewhere")
    tab.expect_saved("You said: Keep me somewhere")
    url = tab.page.url
    deletion = Held(tab.page, "**/api/v2/conversations/*/messages/*")
    act(tab, tab.messages.first, "Delete")
    expect(tab.messages).to_have_count(1)
    tab.expect_saved("You said: Keep me somewhere")
    with tab.page.expect_response("**/api/v2/trash"):
        tab.page.get_by_role("link", name="Trash", exact=True).click()
    deletion.let_go()
    tab.button("Restore “Keep me somewhere”").click()
    expect(tab.button("Restore “Keep me somewhere”")).to_have_count(0)
    tab.page.goto(url)
    expect(tab.messages).to_have_count(2)


def test_storage_is_checked_and_says_what_went_well(tab: Tab, tmp_path: Path) -> None:
    tab.say("Count me")
    tab.expect_saved("You said: Count me")
    tab.open("/storage")
    for what in ("Saved", "Replies without a failure"):
        expect(tab.page.get_by_role("term").filter(has_text=what).locator("xpath=..")).to_contain_text("%")
    picture(tab, tmp_path, "storage")
    tab.button("Check everything").click()
    expect(tab.page.get_by_text("Everything is there, in order, and as it was saved.")).to_be_visible()
    expect(tab.page.get_by_text(re.compile("checked")).first).to_be_visible()
