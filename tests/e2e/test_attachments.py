"""Files that are given with a message, as a person sees it: pasted, dropped, chosen, offline and in other tabs."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Download, FilePayload, Locator, expect

from tests.e2e.axe import accessibility_problems
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.pictures import picture
from tests.e2e.tab import Tab
from tests.fakes import uploads
from tests.fakes.ollama import FakeOllama
from tests.fixtures.server import LocritServer

MODEL = "llama3.2:1b"
GIVE = """(target, { event, name, type, base64 }) => {
  const bytes = Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
  const data = new DataTransfer();
  data.items.add(new File([bytes], name, { type }));
  const how = { bubbles: true, cancelable: true, [event === 'paste' ? 'clipboardData' : 'dataTransfer']: data };
  const Kind = event === 'paste' ? ClipboardEvent : DragEvent;
  if (event === 'drop') target.dispatchEvent(new DragEvent('dragenter', how));
  target.dispatchEvent(new Kind(event, how));
}"""
XSS = "<img src=x onerror=document.title='HACKED'>"
PAGE = b"<!doctype html><script>parent.document.title = document.title = 'HACKED'</script>"


def give(tab: Tab, event: str, name: str, type_: str, content: bytes) -> None:
    told = {"event": event, "name": name, "type": type_, "base64": base64.b64encode(content).decode()}
    tab.composer.evaluate(GIVE, told)


def chip(tab: Tab, name: str) -> Locator:
    listed = tab.page.locator("form").get_by_role("list", name="Attached files")
    return listed.get_by_role("listitem").filter(has_text=name)


def test_a_picture_pasted_offline_goes_when_the_server_is_back_and_the_model_sees_it(
    chat: Tab, server: LocritServer, ollama: FakeOllama, open_device: OpenTab, tmp_path: Path
) -> None:
    ollama.capabilities[MODEL] = ["completion", "vision"]
    elsewhere = open_device(server, chat.path)
    chat.wait_for_worker()
    server.kill()
    give(chat, "paste", "sea.png", "image/png", uploads.picture(size=(640, 400)))
    expect(chip(chat, "sea.png")).to_contain_text("Kept here, sent with the message")
    chat.reload()
    expect(chip(chat, "sea.png").locator("img")).to_be_visible()
    picture(chat, tmp_path, "offline-draft")
    chat.say("What colour is it?")
    question = chat.message("What colour is it?").first
    chat.expect_state(question, "queued")
    expect(chip(chat, "sea.png")).to_have_count(0)
    chat.reload()
    expect(question.get_by_role("img", name="sea.png")).to_be_visible()
    picture(chat, tmp_path, "offline-sent")
    server.start()
    chat.expect_state(question, "saved")
    expect(chat.reply).to_contain_text("You said:")
    assert [len(images) for images in ollama.images][-1] == 1
    for each in (chat, elsewhere):
        shown = each.message("What colour is it?").first.get_by_role("img", name="sea.png")
        expect(shown).to_have_js_property("complete", True)
        expect(shown).not_to_have_js_property("naturalWidth", 0)
    elsewhere.button("Open sea.png").click()
    expect(elsewhere.page.get_by_role("dialog").get_by_role("img")).to_have_js_property("naturalWidth", 640)
    picture(elsewhere, tmp_path, "opened")
    elsewhere.page.keyboard.press("Escape")
    picture(chat, tmp_path, "seen")


def saved_from(tab: Tab, name: str) -> Path:
    with tab.page.expect_download() as downloading:
        tab.page.get_by_role("link", name=f"Save {name}").click()
    download: Download = downloading.value
    assert download.suggested_filename == name
    return Path(download.path())


def test_a_pdf_is_asked_about_and_what_cannot_go_is_said_before(
    tab: Tab, open_tab: OpenTab, shared_server: LocritServer, shared_ollama: FakeOllama, console: Console,
    tmp_path: Path,
) -> None:  # fmt: skip
    console.expect("status of 400")
    shared_ollama.capabilities[MODEL] = ["completion"]
    report = uploads.pdf("The answer is 42.", "And so on.")
    chosen = {"report.pdf": report, "locked.pdf": uploads.locked_pdf()}
    files: list[FilePayload] = [
        {"name": name, "mimeType": "application/pdf", "buffer": content} for name, content in chosen.items()
    ]
    tab.page.locator("input[data-attach]").set_input_files(files)
    expect(chip(tab, "report.pdf")).to_contain_text("2 pages")
    expect(chip(tab, "locked.pdf")).to_contain_text("locked with a password")
    tab.composer.fill("What is the answer?")
    expect(tab.button("Send")).to_be_disabled()
    give(tab, "drop", f"{XSS}.png", "image/png", uploads.picture())
    expect(tab.page.get_by_role("alert").filter(has_text="cannot see pictures")).to_be_visible()
    picture(tab, tmp_path, "refused")
    assert accessibility_problems(tab.page) == []
    tab.button("Remove locked.pdf").click()
    tab.button(f"Remove {XSS}.png").click()
    give(tab, "paste", f"{XSS}.svg", "image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    give(tab, "drop", "page.html", "text/html", PAGE)
    expect(chip(tab, "page.html")).not_to_contain_text("Kept here")
    expect(chip(tab, ".svg")).not_to_contain_text("Kept here")
    tab.reload()
    expect(chip(tab, "report.pdf")).to_contain_text("2 pages")
    tab.composer.press("Enter")
    expect(tab.reply).to_contain_text("You said:")
    assert "The answer is 42." in shared_ollama.requests[-1]["messages"][-1]["content"]
    second = open_tab(shared_server, tab.path)
    second.page.keyboard.press("Control+k")
    second.page.get_by_role("combobox").fill('"answer is 42"')
    found = second.page.get_by_role("dialog").get_by_role("option").filter(has_text="in report.pdf")
    expect(found).to_contain_text("The answer is 42.")
    picture(second, tmp_path, "found")
    found.click()
    for each in (tab, second):
        expect(each.message("What is the answer?").first.get_by_role("link", name="Save report.pdf")).to_be_visible()
    picture(tab, tmp_path, "cards")
    assert saved_from(tab, "report.pdf").read_bytes() == report
    assert saved_from(second, "page.html").read_bytes() == PAGE
    assert accessibility_problems(tab.page) == []
    second.open(f"/my-locrits/{tab.locrit}/chat")
    give(second, "drop", "notes.md", "text/markdown", b"# Notes")
    expect(chip(second, "notes.md")).not_to_contain_text("Kept here")
    second.composer.press("Enter")
    expect(second.reply).to_contain_text("[File: notes.md]")
    expect(second.conversation("notes.md")).to_be_visible()
    picture(second, tmp_path, "alone")
    second.composer.press("ArrowUp")
    question = second.messages.first
    expect(question.get_by_role("link", name="Save notes.md")).to_be_visible()
    expect(second.button("Save only")).to_be_disabled()
    picture(second, tmp_path, "rewritten")
    second.button("Save and ask again").click()
    expect(second.messages).to_have_count(2)
    expect(question.get_by_role("link", name="Save notes.md")).to_be_visible()
    expect(second.reply).to_contain_text("[File: notes.md]")
    for each in (tab, second):
        assert "HACKED" not in each.page.title()
        assert each.page.evaluate("() => document.querySelectorAll('img[src=x], svg[onload]').length") == 0


@pytest.fixture(autouse=True)
def as_before(shared_ollama: FakeOllama) -> None:
    shared_ollama.capabilities.clear()
