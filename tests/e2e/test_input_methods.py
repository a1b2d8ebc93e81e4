"""People who write with an input method confirm words with Enter and put them back with Escape: not our keys."""

import threading

import pytest
from playwright.sync_api import expect

from tests.e2e.places import PLACES, Place
from tests.e2e.tab import Tab
from tests.fakes.ollama import FakeOllama, Hold

PRESS = """([key, init]) => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, composed: true, ...init }))"""
COMPOSING: dict[str, dict[str, bool | int]] = {
    "composing": {"isComposing": True},
    "just composed, in Safari": {"keyCode": 229},
    "both": {"isComposing": True, "keyCode": 229},
}
KEYS = ["Enter", "Escape", "ArrowUp", "ArrowDown"]
"""What is on the page: where, what lies over it, what was said, and all that is being written."""
OURS: list[tuple[str, dict[str, bool | int]]] = [
    ("Escape", {}),
    ("k", {"ctrlKey": True}),
    ("?", {}),
    ("ArrowUp", {"altKey": True}),
]
SEEN = """() => JSON.stringify([
  location.pathname,
  [...document.querySelectorAll('[role=dialog], [role=alertdialog], [role=menu]')].map((each) => each.role),
  [...document.querySelectorAll('article')].map((each) => each.innerText),
  [...document.querySelectorAll('input, textarea')].map((each) => each.value),
  [...document.querySelectorAll('[aria-selected=true]')].map((each) => each.id),
  [document.activeElement.tagName, document.activeElement.ariaLabel, document.activeElement.innerText?.slice(0, 40)],
])"""


@pytest.fixture
def asked(tab: Tab, shared_ollama: FakeOllama) -> Tab:
    shared_ollama.enqueue(["Answer one."])
    tab.say("First")
    tab.expect_state(tab.reply, "saved")
    return tab


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.__name__)
def test_keys_of_an_input_method_do_nothing(place: Place, asked: Tab) -> None:
    place(asked)
    page = asked.page
    page.wait_for_function("() => document.activeElement !== document.body")
    seen = page.evaluate(SEEN)
    for how, init in COMPOSING.items():
        for key in KEYS:
            page.evaluate(PRESS, [key, init])
            assert page.evaluate(SEEN) == seen, f"{key}, {how}"
    # What the browser sends for a real one, with which forms are sent.
    devtools = page.context.new_cdp_session(page)
    for key in KEYS[:2]:
        event = {"key": key, "code": key, "windowsVirtualKeyCode": 229, "nativeVirtualKeyCode": 229}
        devtools.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        devtools.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})
        assert page.evaluate(SEEN) == seen, f"{key}, from the keyboard"


def test_escape_of_an_input_method_does_not_stop_a_reply_and_its_shortcuts_are_none(
    tab: Tab, shared_ollama: FakeOllama
) -> None:
    released = threading.Event()
    shared_ollama.enqueue(["Part one ", Hold(released), "part two"])
    tab.say("Tell me")
    expect(tab.reply).to_contain_text("Part one")
    seen = tab.page.evaluate(SEEN)
    for init in COMPOSING.values():
        for key, held in OURS:
            tab.page.evaluate(PRESS, [key, {**init, **held}])
    assert tab.page.evaluate(SEEN) == seen
    released.set()
    tab.expect_state(tab.reply, "saved")
    expect(tab.reply).to_contain_text("part two")
