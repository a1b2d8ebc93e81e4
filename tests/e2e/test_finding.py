"""What was said once is found again: a link, a search or a day leads to it at once, wherever it is."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.tab import Tab

COUNT = 1_000
AT_ONCE = 500
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
    return f"Entry {number}: " + ("kingfisher by the river. " if number % 250 == 20 else "nothing of note. ") * 3


@pytest.fixture
def diary(api: httpx.Client, locrit: str) -> str:
    """A conversation of a thousand messages, one every six hours from March on."""
    opened = api.post("/api/conversations", json={"locrit_name": locrit, "title": "Diary"}).raise_for_status()
    conversation_id = str(opened.json()["conversation_id"])
    for start in range(0, COUNT, AT_ONCE):
        messages = [message(conversation_id, number) for number in range(start + 1, start + AT_ONCE + 1)]
        path = f"/api/conversations/{conversation_id}/sync"
        api.post(path, json={"messages": messages}, timeout=60).raise_for_status()
    return conversation_id


def message(conversation_id: str, number: int) -> dict[str, str]:
    return {
        "message_id": f"{conversation_id}-{number}",
        "role": "user" if number % 2 else "assistant",
        "content": words(number),
        "created_at": (BEGAN + timedelta(hours=6 * number)).isoformat(),
    }


def place(locrit: str, conversation_id: str, number: int | None = None) -> str:
    sought = f"?message={conversation_id}-{number}" if number else ""
    return f"/my-locrits/{locrit}/chat/{conversation_id}{sought}"


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
    expect(tab.message("And today?")).to_be_in_viewport()
    expect(tab.page).not_to_have_url(re.compile("message="))
