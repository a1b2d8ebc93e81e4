"""Every view: how it is opened, and what makes it this view."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.scene import Scene
from tests.e2e.tab import Tab

View = Callable[[Tab, Scene], None]
"""Opens it and waits for what makes it this view."""


def locrits(tab: Tab, scene: Scene) -> None:
    tab.open("/")
    expect(tab.page.get_by_role("heading", name="Locrits", level=1)).to_be_visible()
    expect(tab.page.get_by_role("main").get_by_text(scene.locrit, exact=True)).to_be_visible()


def create(tab: Tab, scene: Scene) -> None:
    tab.open("/create-locrit")
    expect(tab.page.get_by_role("heading", name="New Locrit")).to_be_visible()
    expect(tab.page.get_by_label("Model")).to_contain_text("llama3.2:1b")


def locrit_settings(tab: Tab, scene: Scene) -> None:
    tab.open(f"/my-locrits/{scene.locrit}/settings")
    expect(tab.page.get_by_label("Name", exact=True)).to_have_value(scene.locrit)


def new_chat(tab: Tab, scene: Scene) -> None:
    tab.open(f"/my-locrits/{scene.locrit}/chat")
    expect(tab.page.get_by_role("heading", name="Hello, I am Bob.")).to_be_visible()


def chat(tab: Tab, scene: Scene) -> None:
    conversation(tab, scene, "tea")
    expect(tab.messages).to_have_count(4)
    expect(tab.page.locator("pre .hljs-keyword").first).to_be_attached()
    expect(tab.status.first).to_contain_text("saved")


def chat_streaming(tab: Tab, scene: Scene) -> None:
    conversation(tab, scene, "running")
    expect(tab.stop_button).to_be_visible()
    expect(tab.reply).to_contain_text("never still")


def chat_interrupted_and_failed(tab: Tab, scene: Scene) -> None:
    conversation(tab, scene, "troubles")
    tab.expect_state(tab.messages.nth(1), "interrupted")
    tab.expect_state(tab.reply, "failed")


def chat_seen_from(tab: Tab, scene: Scene) -> None:
    """Four messages before the last question: what is above them is not shown to the model, and that is said."""
    conversation(tab, scene, "knots")
    line = tab.page.get_by_role("note").filter(has_text="Bob sees the conversation from here")
    expect(line).to_be_visible()
    expect(line).to_contain_text("more than the messages that it looks back on")
    row = tab.page.locator("[data-index]").filter(has=line)
    expect(row).to_contain_text("And which one joins two ropes?")


def chat_cut_short(tab: Tab, scene: Scene) -> None:
    conversation(tab, scene, "short")
    tab.expect_state(tab.messages.nth(1), "interrupted")
    expect(tab.messages.nth(1)).to_contain_text("The reply was cut at its limit of 5 tokens.")
    tab.expect_state(tab.reply, "failed")
    expect(tab.reply).to_contain_text("The model only thought; it said nothing.")


def memory(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "overview")
    expect(tab.page.get_by_text(f"messages with {scene.locrit}")).to_be_visible()
    expect(tab.page.get_by_role("heading", name="Growth")).to_be_visible()


def memory_messages(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "messages")
    expect(tab.page.get_by_text("And if I have no thermometer?").first).to_be_visible()


def memory_search(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "messages&q=tea")
    expect(tab.page.locator("mark").first).to_be_visible()


def memory_timeline(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "timeline")
    expect(tab.page.get_by_role("main").get_by_text("Why does my green tea turn bitter?").first).to_be_visible()


def memory_ask(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "ask&q=How+hot+is+the+water+for+green+tea?")
    expect(tab.page.get_by_text("would be put before the model.").first).to_be_visible()


def memory_recalls(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "recalls")
    expect(tab.page.get_by_role("main").get_by_role("button", name="Recalled").first).to_be_visible()


def memory_sessions(tab: Tab, scene: Scene) -> None:
    explorer(tab, scene, "sessions")
    expect(tab.page.get_by_role("main").get_by_text("When to plant beans").first).to_be_visible()


def settings(tab: Tab, scene: Scene) -> None:
    tab.open("/settings")
    expect(tab.page.get_by_role("heading", name="Appearance")).to_be_visible()


def trash(tab: Tab, scene: Scene) -> None:
    tab.open("/trash")
    expect(tab.page.get_by_role("button", name="Restore “")).to_have_count(1)


def storage(tab: Tab, scene: Scene) -> None:
    tab.open("/storage")
    tab.button("Check everything").click()
    expect(tab.page.get_by_text("checked").first).to_be_visible()


def models(tab: Tab, scene: Scene) -> None:
    scene.install_models()
    tab.open("/models")
    expect(tab.page.get_by_role("progressbar", name="Installing qwen3:8b")).to_be_visible()
    expect(tab.page.get_by_role("alert")).to_contain_text("There is no model missing:1b")
    expect(tab.page.get_by_text("In memory:")).to_be_visible()


def create_unsaved(tab: Tab, scene: Scene) -> None:
    create(tab, scene)
    tab.page.get_by_label("Name", exact=True).fill("Zora")
    tab.reload()
    expect(tab.page.get_by_text("Unsaved changes")).to_be_visible()


def missing_locrit(tab: Tab, scene: Scene) -> None:
    tab.open("/my-locrits/Nobody/chat")
    expect(tab.page.get_by_text("There is no Locrit called “Nobody”")).to_be_visible()


def missing_page(tab: Tab, scene: Scene) -> None:
    tab.open("/no/such/page")
    expect(tab.page.get_by_text("There is no page here")).to_be_visible()


def palette(tab: Tab, scene: Scene) -> None:
    new_chat(tab, scene)
    tab.page.keyboard.press("Control+k")
    expect(tab.page.get_by_role("option").first).to_be_visible()


def palette_hits(tab: Tab, scene: Scene) -> None:
    palette(tab, scene)
    tab.page.get_by_role("combobox").fill("locrit:Bob role:assistant after:2020 is: water")
    expect(tab.page.get_by_role("option").locator("mark").first).to_be_visible()


def palette_nothing(tab: Tab, scene: Scene) -> None:
    palette(tab, scene)
    tab.page.get_by_role("combobox").fill("xylophone")
    expect(tab.page.get_by_text("nobody said it")).to_be_visible()


VIEWS: list[View] = [
    locrits, create, locrit_settings, new_chat, chat, chat_streaming, chat_interrupted_and_failed, chat_seen_from,
    chat_cut_short, memory, memory_timeline, memory_messages,
    memory_search, memory_sessions, memory_ask, memory_recalls, settings, trash, storage, models,
    create_unsaved, missing_locrit, missing_page, palette, palette_hits, palette_nothing,
]  # fmt: skip


def conversation(tab: Tab, scene: Scene, name: str) -> None:
    tab.open(f"/my-locrits/{scene.locrit}/chat/{scene.ids[name]}")


def explorer(tab: Tab, scene: Scene, place: str) -> None:
    tab.open(f"/my-locrits/{scene.locrit}/memory-explorer?tab={place}")
