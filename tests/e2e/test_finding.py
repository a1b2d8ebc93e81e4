"""What was said once is found again: a link, a search or a day leads to it at once, wherever it is."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fixtures.server import LocritServer

COUNT = 1_000
EVERY = 250
AT_ONCE = 500
MORE_THAN_A_PAGE = 60
GONE = re.compile("no such message|not there|is gone|trash", re.IGNORECASE)
BEGAN = datetime(2026, 3, 1, 8, tzinfo=UTC)
MOVED = """async (log, isUp) => {
  for (let n = 0; n < 15; n++) await new Promise(requestAnimationFrame);
  const height = log.scrollHeight;
  log.scrollTop = isUp ? 300 : height - log.clientHeight - 300;
  await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);
  const article = [...log.querySelectorAll('article')].find((each) => each.getBoundingClientRect().top > 100);
  const top = article.getBoundingClientRect().top;
  while (log.scrollHeight < height + 1000) await new Promise(requestAnimationFrame);
  for (let n = 0; n < 15; n++) await new Promise(requestAnimationFrame);
  return Math.abs(article.getBoundingClientRect().top - top);
}"""
"""By how many pixels a message in sight moved while a page was loaded above or below it."""


def words(number: int) -> str:
    return f"Entry {number}: " + ("kingfisher by the river. " if number % EVERY == 20 else "nothing of note. ") * 3


@pytest.fixture
def diary(api: httpx.Client, locrit: str) -> str:
    """A conversation of a thousand messages, one every six hours from March on."""
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "title": "Diary"}).raise_for_status()
    conversation_id = str(opened.json()["conversation_id"])
    for start in range(0, COUNT, AT_ONCE):
        messages = [message(conversation_id, number) for number in range(start + 1, start + AT_ONCE + 1)]
        path = f"/api/v2/conversations/{conversation_id}/sync"
        api.post(path, json={"messages": messages}, timeout=60).raise_for_status()
    return conversation_id


def message(conversation_id: str, number: int) -> dict[str, str]:
    return {
        "message_id": f"{conversation_id}-{number}",
        "role": "user" if number % 2 else "assistant",
        "content": words(number),
        "created_at": (BEGAN + timedelta(hours=6 * number)).isoformat(),
    }


def found(api: httpx.Client, word: str, diary: str) -> bool:
    """By the index, which is made after the words are kept."""
    query = {"q": word, "conversation_id": diary}
    return len(api.get("/api/v2/search", params=query).json()["hits"]) >= COUNT // EVERY


def place(locrit: str, conversation_id: str, number: int | None = None) -> str:
    sought = f"?message={conversation_id}-{number}" if number else ""
    return f"/my-locrits/{locrit}/chat/{conversation_id}{sought}"


TO_THE_COMPOSER = """addEventListener('focusin', function go({ target }) {
  if (!target.closest('article')) return;
  removeEventListener('focusin', go);
  document.querySelector('[data-composer]').focus();
});"""
FRAMES = """(count) => new Promise((done) => {
  const frame = () => (count-- > 0 ? requestAnimationFrame(frame) : done());
  frame();
})"""


def expect_landed(tab: Tab, number: int) -> Locator:
    entry = tab.messages.filter(has_text=f"Entry {number}:")
    expect(entry).to_be_in_viewport()
    expect(entry).to_be_focused()
    return entry


def test_a_link_lands_on_its_message_and_what_is_around_it_follows(tab: Tab, locrit: str, diary: str) -> None:
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url) if "/messages?" in request.url else None)
    tab.open(place(locrit, diary, 300))
    expect_landed(tab, 300)
    assert len(asked) <= 4, asked
    for is_up in (True, False):
        assert tab.log.evaluate(MOVED, is_up) <= 2
    tab.page.get_by_role("button", name="To the newest message").click()
    expect(tab.messages.filter(has_text="Entry 1000:")).to_be_in_viewport()
    expect(tab.page).not_to_have_url(re.compile("message="))
    tab.page.go_back()
    tab.open(place(locrit, diary, 7))
    expect_landed(tab, 7)
    tab.say("And today?")
    expect(tab.message("And today?").first).to_be_in_viewport()
    expect(tab.page).not_to_have_url(re.compile("message="))


def test_who_goes_on_to_write_at_once_keeps_the_focus(tab: Tab, locrit: str, diary: str) -> None:
    tab.page.add_init_script(TO_THE_COMPOSER)
    tab.open(place(locrit, diary, 300))
    expect(tab.messages.filter(has_text="Entry 300:")).to_be_in_viewport()
    tab.page.evaluate(FRAMES, 40)
    expect(tab.composer).to_be_focused()


def test_any_word_is_found_with_the_keyboard_alone_and_leads_to_its_message(
    tab: Tab, api: httpx.Client, locrit: str, diary: str, tmp_path: Path
) -> None:
    query = {"q": "kingfisher", "role": "assistant", "locrit": locrit}
    wait_until(lambda: len(api.get("/api/v2/search", params=query).json()["hits"]) == 4, within_s=60)
    tab.page.keyboard.press("Control+k")
    box = tab.page.get_by_role("combobox")
    box.fill(f'kingfisher locrit:"{locrit}" role:assistant')
    options = tab.page.get_by_role("option")
    expect(options).to_have_count(4)
    expect(options.first.locator("mark").first).to_have_text("kingfisher")
    expect(tab.page.get_by_text("4 messages")).to_be_visible()
    tab.page.screenshot(path=tmp_path / "palette.png")
    tab.page.keyboard.press("ArrowDown")
    chosen = tab.page.get_by_role("option", selected=True)
    number = int(re.findall(r"Entry (\d+)", chosen.inner_text())[0])
    tab.page.keyboard.press("Enter")
    expect_landed(tab, number)


def test_what_is_folded_away_is_unfolded_for_who_comes_to_it_and_can_be_folded_again(
    tab: Tab, api: httpx.Client, locrit: str
) -> None:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit, "title": "Folds"}).raise_for_status().json()
    code = "\n".join(f"step_{number}()" for number in range(80))
    said = f"<think>Perhaps an ocelot.</think>\n\nRather this:\n\n```python\n{code}\nwombat()\n```\n"
    answer = message(opened["conversation_id"], 2) | {"content": said}
    path = f"/api/v2/conversations/{opened['conversation_id']}/sync"
    api.post(path, json={"messages": [message(opened["conversation_id"], 1), answer]}).raise_for_status()
    thought, lines = tab.reply.locator("details.thought"), tab.reply.locator("pre")
    for word, fold in (("ocelot", thought.get_by_text("Perhaps")), ("wombat", lines.get_by_text("wombat"))):
        wait_until(lambda word=word: api.get("/api/v2/search", params={"q": word}).json()["hits"], within_s=60)  # type: ignore[misc]
        tab.page.keyboard.press("Control+k")
        tab.page.get_by_role("combobox").fill(word)
        expect(tab.page.get_by_role("option").filter(has_text=word)).to_be_visible()
        tab.page.keyboard.press("Enter")
        expect(fold).to_be_visible()
        assert tab.page.evaluate("CSS.highlights.get('found').size") >= 1
    expect(tab.reply.locator(".code-cut")).to_have_count(0)
    thought.locator("summary").press("Enter")  # a click could miss what is still coming into sight
    tab.reply.get_by_role("button", name="Show less").press("Enter")
    expect(thought.get_by_text("Perhaps")).to_be_hidden()
    expect(tab.reply.locator(".code-cut")).to_have_count(1)


def test_what_the_browser_has_is_found_without_the_server(chat: Tab, server: LocritServer) -> None:
    chat.page.wait_for_function("document.querySelectorAll('article').length >= 2")
    server.kill()
    chat.page.keyboard.press("Control+k")
    chat.page.get_by_role("combobox").fill("firs")
    expect(chat.page.get_by_role("option").filter(has_text="First").last).to_be_visible()
    expect(chat.page.get_by_text("only what this browser has was searched")).to_be_visible()
    chat.page.get_by_role("combobox").fill("nothing like it")
    expect(chat.page.get_by_text("nobody said it")).to_have_count(0)


def test_what_is_on_another_branch_is_shown_and_what_is_gone_is_said_to_be(
    tab: Tab, api: httpx.Client, locrit: str, console: Console
) -> None:
    tab.open(place(locrit, ""))
    tab.say("First")
    tab.expect_saved("You said: First")
    first = tab.messages.first.get_attribute("data-message-id")
    expect(tab.messages).to_have_count(2)
    there = f"/api/v2/conversations/{tab.conversation_id}"
    again = api.post(f"{there}/turns", json={"message": "Asked with a walrus", "sibling_of": first}).raise_for_status()
    expect(tab.messages.first).to_contain_text("Asked with a walrus")
    tab.open(f"{tab.path}?message={first}")
    expect(tab.messages.first).to_be_focused()
    expect(tab.messages.first).to_contain_text("First")
    expect(tab.messages.first).to_contain_text("1/2")
    wait_until(lambda: api.get("/api/v2/search", params={"q": "walrus"}).json()["hits"], within_s=60)
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox").fill("walrus role:user")
    expect(tab.page.get_by_role("option").filter(has_text="Asked with a")).to_be_visible()
    tab.page.keyboard.press("Enter")
    expect(tab.messages.first).to_contain_text("2/2")
    expect(tab.messages.first).to_be_focused()
    gone = again.json()["message_id"]
    api.delete(f"{there}/messages/{gone}").raise_for_status()
    console.expect("status of 404")
    for lost in (gone, "nowhere"):
        tab.open(f"{tab.path}?message={lost}")
        expect(tab.page.get_by_text(GONE).first).to_be_visible()
        expect(tab.messages.last).to_be_in_viewport()


def test_a_name_beyond_the_cache_is_found_on_the_server(tab: Tab, api: httpx.Client, locrit: str) -> None:
    opened = [
        api.post("/api/v2/conversations", json={"locrit_name": locrit, "title": title}).raise_for_status().json()
        for title in ("Über Wälder", *(f"Talk {number}" for number in range(MORE_THAN_A_PAGE)))
    ]
    tab.open(place(locrit, opened[-1]["conversation_id"]))
    tab.page.keyboard.press("Control+k")
    options = tab.page.get_by_role("option")
    expect(options.filter(has_text="Talk").first).to_be_visible()
    tab.page.get_by_role("combobox").fill("walder")
    expect(options).to_have_count(1)
    expect(options.first).to_contain_text("Über Wälder")
    tab.page.keyboard.press("Enter")
    expect(tab.page.get_by_role("heading", name="Über Wälder")).to_be_visible()
    assert tab.conversation_id == opened[0]["conversation_id"]


def test_fingers_find_too(chat: Tab) -> None:
    chat.page.set_viewport_size({"width": 390, "height": 844})
    chat.page.locator("main header").get_by_role("button", name="Actions for").click()
    chat.page.get_by_role("menuitem", name="Find in this conversation").click()
    box = chat.page.get_by_role("textbox", name="Find in this conversation")
    expect(box).to_be_focused()
    box.fill("first")
    expect(chat.page.get_by_role("search").get_by_text("message")).to_be_visible()
    assert chat.sticks_out() == []
    chat.page.get_by_role("button", name="Close").click()
    expect(box).to_have_count(0)
    expect(chat.page.locator("main header").get_by_role("button", name="Actions for")).to_be_focused()


def test_words_and_days_are_found_in_the_whole_conversation(
    tab: Tab, api: httpx.Client, locrit: str, diary: str, tmp_path: Path
) -> None:
    wait_until(lambda: found(api, "kingfisher", diary), within_s=60)
    tab.open(place(locrit, diary))
    expect(tab.messages.filter(has_text="Entry 1000:")).to_be_in_viewport()
    tab.composer.focus()
    tab.page.keyboard.press("Control+f")
    box = tab.page.get_by_role("textbox", name="Find in this conversation")
    expect(box).to_be_focused()
    box.fill("kingfisher")
    expect(tab.page.get_by_text("4 messages")).to_be_visible()
    for key, number, which in (
        ("Enter", 770, "4 of 4"),
        ("Shift+Enter", 520, "3 of 4"),
        ("Shift+Enter", 270, "2 of 4"),
    ):
        tab.page.keyboard.press(key)
        expect(tab.messages.filter(has_text=f"Entry {number}:")).to_be_in_viewport()
        expect(tab.page.get_by_text(which)).to_be_visible()
        expect(box).to_be_focused()
    assert tab.page.evaluate("CSS.highlights.get('found').size") >= 3
    tab.page.screenshot(path=tmp_path / "find.png")
    tab.page.get_by_label("Go to a day").fill("2026-04-10")
    expect(tab.messages.filter(has_text="Entry 159:")).to_be_in_viewport()
    tab.page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(tab.composer).to_be_focused()
    tab.page.get_by_role("button", name="April 2026").first.or_(
        tab.page.get_by_title("Go to a day").first
    ).first.click()
    expect(box).to_be_focused()
