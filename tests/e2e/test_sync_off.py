"""`LOCRIT_SYNC=off`: what is written stays in the browser, which says so, and comes once when it is on again."""

from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.pictures import picture
from tests.e2e.saved import questions
from tests.e2e.tab import Tab
from tests.fixtures.server import LocritServer

SAYS_WHY = "Syncing is switched off on this server. What you write is kept in this browser"


IS_READ_WHOLE = """(status) => {
  const ends = document.querySelector('form:has(textarea)').getBoundingClientRect().bottom;
  const fits = (part) => part.scrollWidth <= part.clientWidth && part.getBoundingClientRect().top >= ends;
  return [...status.children].every(fits);
}"""


def switch(server: LocritServer, to: str) -> None:
    server.set("LOCRIT_SYNC", to)
    server.restart()


def test_what_is_written_while_it_is_off_arrives_once_when_it_is_on(
    chat: Tab, server: LocritServer, tmp_path: Path
) -> None:
    switch(server, "off")
    for text in ("Written while off", "And more of it"):
        chat.say(text)
    chat.expect_state(chat.message("Written while off"), "queued")
    expect(chat.status.first).to_contain_text(SAYS_WHY)
    expect(chat.message("And more of it")).to_contain_text("Goes when the message before it is answered.")
    picture(chat, tmp_path, "sync-off")
    for width in (390, 1280):
        chat.page.set_viewport_size({"width": width, "height": 800})
        assert chat.status.first.evaluate(IS_READ_WHOLE)
    chat.reload()
    expect(chat.message("And more of it")).to_be_visible()
    expect(chat.status.first).to_contain_text(SAYS_WHY)
    assert questions(server, chat) == ["First"]
    switch(server, "on")
    chat.expect_saved("You said: And more of it")
    assert questions(server, chat) == ["First", "Written while off", "And more of it"]
    expect(chat.status.first).to_contain_text("Saved")
