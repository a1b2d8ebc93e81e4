"""Nothing that was typed is lost or ignored: it goes, or it waits in sight, or it is still where it was typed."""

import re
import threading
from urllib.parse import quote

import httpx
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.saved import conversations, questions, said
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold
from tests.fixtures.server import LocritServer

WATCH_FRAMES = """() => {
  window.frames_ = [];
  const look = () => {
    const main = document.querySelector('main');
    const at = document.activeElement;
    window.frames_.push({
      blank: !main || main.innerText.trim().length === 0,
      focus: at?.tagName,
      same: at === window.composer_,
      bubbles: document.querySelectorAll('article').length,
    });
    if (window.watching_) requestAnimationFrame(look);
  };
  window.composer_ = document.activeElement;
  window.watching_ = true;
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
  look();
}"""


def frames(page: Page) -> list[dict]:
    """What was on the page at every change of it since `WATCH_FRAMES`."""
    found: list[dict] = page.evaluate("() => { window.watching_ = false; return window.frames_; }")
    return found


def test_a_new_chat_begins_on_its_page_and_leaves_nothing_empty_behind(
    tab: Tab, shared_server: LocritServer, shared_ollama: FakeOllama
) -> None:
    tab.composer.click()
    tab.page.keyboard.type("The first words")
    tab.page.evaluate(WATCH_FRAMES)
    release = threading.Event()
    shared_ollama.enqueue(["Well: ", Hold(release), "yes."])
    tab.page.keyboard.press("Enter")
    expect(tab.composer).to_have_value("")
    tab.page.keyboard.type("and more")  # where the focus is
    expect(tab.reply).to_contain_text("Well:")
    seen = frames(tab.page)
    assert not [frame for frame in seen if frame["blank"]]
    assert {(frame["focus"], frame["same"]) for frame in seen} == {("TEXTAREA", True)}
    counts = [frame["bubbles"] for frame in seen]
    assert counts == sorted(counts), "a bubble that was there went away"
    expect(tab.composer).to_have_value("and more")
    release.set()
    tab.expect_saved("The first words")
    assert said(shared_server, tab)[0] == ("user", "The first words")
    tab.reload()
    expect(tab.composer).to_have_value("and more")
    tab.expect_saved("The first words")


def test_a_chat_that_is_closed_as_it_begins_is_whole_or_not_there(
    server: LocritServer, open_tab: OpenTab, bob: str, console: Console
) -> None:
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    expect(tab.composer).to_be_visible()
    tab.wait_for_worker()
    tab.page.evaluate("document.body.dataset.watched = 'yes'")
    console.expect_outage()
    server.kill()
    tab.say("Said as the light went out")
    expect(tab.message("Said as the light went out")).to_be_visible()
    tab.page.close()
    server.start()
    assert conversations(server) == []
    again = open_tab(server, f"/my-locrits/{bob}/chat")
    again.conversation("Said as the light").click()
    again.expect_saved("You said: Said as the light went out")
    [only] = conversations(server)
    assert only["message_count"] == 2


def test_what_is_typed_while_a_reply_runs_waits_in_sight_until_it_has_ended(
    chat: Tab, server: LocritServer, ollama: FakeOllama, open_tab: OpenTab
) -> None:
    release = threading.Event()
    ollama.enqueue(["Counting: ", Hold(release), "done."])
    chat.say("Count")
    expect(chat.reply).to_contain_text("Counting:")
    for text in ("Second", "Third", "Fourth", "Fifth"):
        chat.say(text)
        expect(chat.message(text)).to_contain_text("Goes when the message before it is answered.")
    expect(chat.composer).to_have_value("")
    chat.composer.fill("Not yet")
    expect(chat.stop_button).to_be_visible()
    expect(chat.button("Send after this reply")).to_be_visible()

    other = open_tab(server, chat.path)
    other.message("Third").get_by_role("button", name="Edit").click()
    other.page.get_by_role("textbox", name="Edit your message").fill("Third, better")
    other.page.get_by_role("main").get_by_role("button", name="Send", exact=True).click()
    expect(chat.message("Third, better")).to_be_visible()
    chat.message("Fifth").get_by_role("button", name="Take back").click()
    expect(other.message("Fifth")).to_have_count(0)
    chat.button("Undo").click()
    expect(other.message("Fifth")).to_be_visible()
    chat.message("Fourth").get_by_role("button", name="Take back").click()
    expect(other.message("Fourth")).to_have_count(0)

    chat.page.close()
    other.reload()
    expect(other.message("Second")).to_contain_text("Goes when the message before it is answered.")
    assert questions(server, other) == ["First", "Count"]
    server.kill()
    server.start()  # the reply is cut off, which ends it, too
    other.expect_saved("You said: Second", "You said: Third, better", "You said: Fifth")
    expected = ["First", "Count", "Second", "Third, better", "Fifth"]
    assert questions(server, other) == expected
    assert [role for role, _ in said(server, other)] == ["user", "assistant"] * len(expected)
    expect(other.composer).to_have_value("Not yet")
    release.set()


def test_stopping_a_reply_lets_go_what_waits_for_it(
    tab: Tab, shared_server: LocritServer, shared_ollama: FakeOllama
) -> None:
    shared_ollama.enqueue(["On and on ", Hold(threading.Event())])
    tab.say("Talk")
    expect(tab.reply).to_contain_text("On and on")
    tab.say("Enough of that")
    expect(tab.message("Enough of that")).to_contain_text("Goes when")
    tab.composer.fill("still typing")
    tab.stop_button.click()
    tab.expect_saved("You said: Enough of that")
    assert questions(shared_server, tab) == ["Talk", "Enough of that"]
    expect(tab.composer).to_have_value("still typing")


BROKEN = """(name) => {
  for (const method of ['put', 'add', 'delete']) {
    const real = IDBObjectStore.prototype[method];
    IDBObjectStore.prototype[method] = function (...given) {
      if (window.broken_ && this.name === 'outbox') throw new DOMException('The disk is on fire.', window.broken_);
      return real.apply(this, given);
    };
  }
}"""
FAILURES = ["AbortError", "InvalidStateError", "UnknownError", "TimeoutError", "DataError"]


def test_a_browser_that_cannot_keep_anything_leaves_the_words_where_they_are(
    tab: Tab, shared_server: LocritServer, api: httpx.Client
) -> None:
    tab.say("Before")
    tab.expect_saved("You said: Before")
    tab.page.evaluate(BROKEN)
    for failure in FAILURES:
        tab.page.evaluate("(name) => { window.broken_ = name }", failure)
        tab.say(f"Kept after all, {failure}")
        expect(tab.page.get_by_text("(storage_failed)").first).to_be_visible()
        expect(tab.composer).to_have_value(f"Kept after all, {failure}")
        tab.page.locator("[data-sonner-toast]").first.wait_for()
        assert questions(shared_server, tab) == ["Before"]
    tab.composer.fill("")
    tab.message("Before").first.hover()
    tab.message("Before").first.get_by_role("button", name="Edit").click()
    box = tab.page.get_by_role("textbox", name="Edit your message")
    box.fill("Before, better")
    for action in ("Save only", "Save and ask again"):
        tab.button(action).click()
        expect(box).to_have_value("Before, better")
    tab.choose("Before", "Star")
    expect(tab.page.get_by_text("(storage_failed)").first).to_be_visible()
    tab.page.evaluate("window.broken_ = undefined")
    tab.button("Save and ask again").click()
    tab.expect_saved("You said: Before, better")


NAMES = ["a%2Fb", "100%", "50%25", "what?", "#1", "a&b=c+d", "…", "Zoë 日本語 🫖", "trailing.", "%", "..."]


def test_pages_of_every_name_work_and_an_old_name_leads_on(server: LocritServer, open_tab: OpenTab, bob: str) -> None:
    with server.client() as client:
        for name in NAMES:
            client.post("/api/v2/locrits", json={"name": name}).raise_for_status()
            path = f"/api/v2/locrits/{quote(name, safe='')}"
            assert client.get(path).json()["name"] == name
            client.patch(path, json={"description": f"called {name}"}).raise_for_status()
    tab = open_tab(server, "/my-locrits")
    for name in NAMES:
        tab.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        expect(tab.composer).to_have_attribute("placeholder", f"Message {name}")
        tab.reload()
        expect(tab.page.get_by_role("heading", name=name, exact=True).first).to_be_visible()
        tab.page.get_by_role("link", name="Settings of this Locrit").click()
        expect(tab.page.get_by_role("textbox", name="In one line")).to_have_value(f"called {name}")
        tab.open("/my-locrits")

    tab.open(f"/my-locrits/{bob}/chat")
    tab.composer.click()
    tab.page.keyboard.type("half a sen")
    with server.client() as client:
        client.patch(f"/api/v2/locrits/{bob}", json={"name": "Roberta"}).raise_for_status()
    expect(tab.composer).to_have_attribute("placeholder", "Message Roberta")
    expect(tab.page).to_have_url(re.compile("/my-locrits/Roberta/chat$"))
    tab.page.keyboard.type("tence")
    expect(tab.composer).to_have_value("half a sentence")
    tab.open(f"/my-locrits/{bob}/chat")
    expect(tab.page).to_have_url(re.compile("/my-locrits/Roberta/chat$"))
    expect(tab.composer).to_have_value("half a sentence")


def lets_only_get_through(route: Route) -> None:
    if route.request.method == "POST":
        route.abort()
    else:
        route.continue_()


def test_a_connection_that_is_lost_or_half_there_says_so_and_is_made_the_best_of(
    chat: Tab, server: LocritServer, ollama: FakeOllama, open_device: OpenTab, bob: str
) -> None:
    ollama.enqueue(["Up to here", Hold(threading.Event())])
    chat.say("How far?")
    expect(chat.reply).to_contain_text("Up to here")
    server.kill()
    expect(chat.reply).to_contain_text("Connection lost; saved up to here.")
    chat.expect_state(chat.reply, "lost")
    server.start()
    chat.expect_state(chat.reply, "interrupted")

    half = open_device(server, "/settings")
    half.page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    half.page.route(
        "**/socket.io/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_()
    )
    half.open(f"/my-locrits/{bob}/chat")
    expect(half.status.first).to_contain_text("Live updates are cut off")
    release = threading.Event()
    ollama.enqueue(["By the long ", Hold(release), "way."])
    half.say("Still there?")
    expect(half.reply).to_contain_text("By the long")
    release.set()
    expect(half.reply.locator(".markdown")).to_have_text("By the long way.")
    chat.say("From the other one")
    expect(half.conversation("First")).to_be_visible()
    half.conversation("First").click()
    half.expect_saved("You said: From the other one")
