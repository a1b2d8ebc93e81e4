"""Sixty texts that would be scripts elsewhere, in every place that people and models can fill: no script runs as our
page, and no request leaves it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, Response, ViewportSize, expect

from src.ids import new_id
from tests.e2e import hostile
from tests.e2e.conftest import OpenTab
from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.eventually import wait_until
from tests.fakes.ollama import Calls, FakeOllama, Thought
from tests.fakes.xss import MARK, payloads
from tests.fixtures.server import LocritServer

MODEL = "zz-hostile:1b"
TOUCHED = f"() => [window.{MARK}, localStorage.{MARK}, document.querySelector('[onerror], [onload], [onfocus]')]"
ALL_OF_A_LIST: ViewportSize = {"width": 1280, "height": 8_000}
GO = "(to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate', { state: null })) }"
"""As a link would: the page is not loaded again."""
NAMES = ("page.html", "drawing.svg", "notes.md")
"""Of files that say all of it."""
EACH_ALONE = f"""async (texts) => {{
  const frames = texts.map((text) => Object.assign(document.createElement('iframe'), {{ srcdoc: text }}));
  const loaded = frames.map((frame) => new Promise((resolve) => {{ frame.onload = resolve; }}));
  document.body.append(...frames);
  await Promise.all(loaded);
  while (frames.filter((frame) => frame.contentWindow?.{MARK}).length < 30)
    await new Promise((resolve) => setTimeout(resolve, 20));
}}"""


class Trap(ThreadingHTTPServer):
    """Whatever reaches it has escaped."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Trapped)
        self.caught: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/{MARK}"


class _Trapped(BaseHTTPRequestHandler):
    server: Trap

    def do_GET(self) -> None:
        self.server.caught.append(f"{self.command} {self.path}")
        self.send_response(204)
        self.end_headers()

    do_POST = do_HEAD = do_OPTIONS = do_GET  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        pass


class Watch:
    """What any page of a browser did that it should not have done."""

    def __init__(self, trap: Trap) -> None:
        self._trap = trap
        self._seen: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("response", self._answered)
        page.on("popup", lambda popup: self._seen.append(popup.url))
        page.on("dialog", self._asked)

    def escaped(self, page: Page) -> list[object]:
        touched = [one for one in page.evaluate(TOUCHED) if one is not None]
        return [*touched, *self._seen, *self._trap.caught, *([page.title()] if page.title() == MARK else [])]

    def _answered(self, response: Response) -> None:
        if response.url.endswith(MARK):
            self._seen.append(response.url)

    def _asked(self, dialog: Dialog) -> None:
        self._seen.append(dialog.message)
        dialog.dismiss()


@pytest.fixture
def trap() -> Iterator[Trap]:
    with Trap() as trap:
        yield trap
        trap.shutdown()


@pytest.fixture
def watch(context: BrowserContext, trap: Trap) -> Watch:
    watch = Watch(trap)
    context.on("page", watch.follow)
    return watch


def test_they_run_where_nothing_holds_them_back(page: Page, trap: Trap) -> None:
    """Or the other tests would prove nothing."""
    page.evaluate(EACH_ALONE, payloads(trap.url))
    wait_until(lambda: len(trap.caught) > 5)


def test_nothing_that_is_said_runs(
    tab: Tab, api: httpx.Client, shared_ollama: FakeOllama, watch: Watch, trap: Trap
) -> None:
    text = hostile.text(trap.url)
    shared_ollama.enqueue([text])
    for title in payloads(trap.url):
        api.post("/api/v2/conversations", json={"locrit_name": tab.locrit, "title": title}).raise_for_status()
    tab.say(text)
    expect(tab.reply).to_contain_text("data:text/html,<script>")
    expect(tab.page.get_by_role("navigation").get_by_role("link", name="data:text/html,<script>")).to_be_visible()
    assert watch.escaped(tab.page) == []
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox").fill(MARK)
    expect(tab.page.get_by_role("dialog").get_by_role("option").first).to_contain_text(MARK)
    tab.reload()
    expect(tab.reply).to_contain_text("data:text/html,<script>")
    assert watch.escaped(tab.page) == []


def test_nothing_that_is_thought_or_that_tools_are_called_asked_or_give_back_runs(
    tab: Tab, api: httpx.Client, shared_ollama: FakeOllama, watch: Watch, trap: Trap
) -> None:
    texts = payloads(trap.url)
    shared_ollama.models.append(MODEL)
    shared_ollama.capabilities[MODEL] = ["completion", "tools", "thinking"]
    api.patch(f"/api/v2/locrits/{tab.locrit}", json={"model": MODEL, "tools": {"remember": "ask"}}).raise_for_status()
    thought = Thought("\n\n".join(texts))
    for some in (texts[:30], texts[30:]):
        shared_ollama.enqueue([thought, f"<think>{texts[0]}</think>", Calls(*((text, {text: text}) for text in some))])
    shared_ollama.enqueue([Calls(("remember", {"content": "".join(texts[:5])})), "Asked."])
    shared_ollama.enqueue(["Well."])
    try:
        tab.say("Well?")
        question = tab.reply.get_by_role("region")
        expect(question).to_contain_text(texts[0])
        expect(tab.reply.locator("details.thought > summary", has_text="· failed")).to_have_count(len(texts))
        _open_all(tab)
        assert watch.escaped(tab.page) == []
        question.get_by_role("button", name="Do not allow").click()
        tab.expect_state(tab.reply, "saved")
        given = hostile.tool_results(trap.url)
        api.post(f"/api/v2/conversations/{tab.conversation_id}/sync", json=given).raise_for_status()
        tab.reload()
        expect(tab.reply.locator("details.thought")).to_have_count(len(given["tool_results"]) + 1)
        _open_all(tab)
        expect(tab.reply.locator("pre", has_text=texts[0]).first).to_be_visible()
        assert watch.escaped(tab.page) == []
    finally:
        shared_ollama.models.remove(MODEL)


def _open_all(tab: Tab) -> None:
    closed = tab.page.locator("details.thought:not([open])")

    def are_open() -> bool:  # rows may be drawn anew while a page gets going
        closed.evaluate_all("(all) => all.forEach((one) => one.querySelector('summary').click())")
        return closed.count() == 0

    wait_until(are_open)


def test_nothing_that_an_artifact_says_runs_as_this_page_or_reaches_anything(
    shared_server: LocritServer, locrit: str, api: httpx.Client, open_tab: OpenTab, console: Console,
    conversation_id: str, watch: Watch, trap: Trap,
) -> None:  # fmt: skip
    console.expect(hostile.CSP_COMPLAINTS)
    path = f"/api/v2/conversations/{conversation_id}/artifacts"
    made = [
        api.post(path, json=one).raise_for_status().json()
        for one in hostile.artifacts(trap.url, f"{shared_server.url}/{MARK}")
    ]
    tab = open_tab(shared_server, f"/my-locrits/{locrit}/artifacts")
    panel = tab.page.get_by_role("region", name="Artifacts")
    for one in made:
        tab.page.evaluate(GO, f"/my-locrits/{locrit}/chat/{conversation_id}?artifact={one['id']}")
        expect(panel.get_by_role("heading").first).to_have_text(one["name"])
        if one["type"] in ("html", "svg", "jsx"):
            expect(panel.frame_locator("iframe").locator("iframe")).to_have_count(1)
        if "```mermaid" in one["content"]:
            expect(panel.get_by_role("img")).to_have_count(5)
        assert watch.escaped(tab.page) == [], one["name"]
    tab.page.set_viewport_size(ALL_OF_A_LIST)
    tab.page.evaluate(GO, f"/my-locrits/{locrit}/artifacts")
    expect(tab.page.get_by_role("main").get_by_role("listitem")).to_have_count(len(made))
    assert watch.escaped(tab.page) == []


def test_nothing_in_a_file_or_its_name_runs(
    shared_server: LocritServer, locrit: str, api: httpx.Client, open_tab: OpenTab, console: Console,
    conversation_id: str, watch: Watch, trap: Trap,
) -> None:  # fmt: skip
    console.expect("status of 404")
    messages = list(hostile.named_files(trap.url))
    api.post(f"/api/v2/conversations/{conversation_id}/sync", json={"messages": messages}).raise_for_status()
    tab = open_tab(shared_server, None)
    tab.page.set_viewport_size(ALL_OF_A_LIST)
    tab.open(f"/my-locrits/{locrit}/chat/{conversation_id}")
    expect(tab.page.get_by_role("link", name="Save ")).to_have_count(120)
    assert watch.escaped(tab.page) == []

    text = "\n".join(payloads(trap.url))
    given = [new_id() for _ in NAMES]
    for id_, name in zip(given, NAMES, strict=True):
        api.put(f"/api/v2/attachments/{id_}", params={"name": name}, content=text.encode()).raise_for_status()
        saved = api.get(f"/api/v2/attachments/{id_}/content")
        assert saved.headers["Content-Type"] == "application/octet-stream"
        assert saved.headers["Content-Disposition"].startswith("attachment")
    body = {"message": "", "attachment_ids": given}
    api.post(f"/api/v2/conversations/{conversation_id}/turns", json=body).raise_for_status()
    expect(tab.reply).to_contain_text("data:text/html,<script>")  # it has read them, and says so
    tab.page.keyboard.press("Control+k")
    tab.page.get_by_role("combobox").fill("animate onbegin")
    found = tab.page.get_by_role("dialog").get_by_role("option").filter(has_text=f"in {NAMES[0]}")
    expect(found).to_contain_text("<svg><animate onbegin")
    assert watch.escaped(tab.page) == []
    with tab.page.expect_download() as downloading:
        tab.page.evaluate("(to) => void window.open(to, '_self')", f"/api/v2/attachments/{given[0]}/content")
    assert downloading.value.suggested_filename == NAMES[0]
    assert watch.escaped(tab.page) == []
