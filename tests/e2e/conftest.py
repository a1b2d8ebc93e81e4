"""The browser tests' own fixtures: a built interface, a console that stays silent, a tab that knows its way around."""

import fcntl
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.console import Console
from tests.e2e.tab import Tab
from tests.faults.proxy import Proxy
from tests.fixtures.server import LocritServer
from tools import frontend

OpenTab = Callable[..., Tab]

expect.set_options(timeout=30_000)


def pytest_collection_finish() -> None:
    """The interface is built before the time of any test begins to run, by one process for the others."""
    with (frontend.FRONTEND / "package.json").open() as mutex:
        fcntl.flock(mutex, fcntl.LOCK_EX)
        frontend.build()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What failed in a browser says what the pages showed then: it is not to be seen anywhere else."""
    report = yield
    console = getattr(item, "funcargs", {}).get("console")
    if report.when == "call" and report.failed and console is not None:
        report.sections.append(("The pages at that time", console.story()))
    return report


@pytest.fixture
def console(context: BrowserContext) -> Iterator[Console]:
    """Every test fails when a page complained, unless it said that the server would be away."""
    console = Console()
    console.watch(context)
    yield console
    assert console.complaints == []


@pytest.fixture
def open_tab(context: BrowserContext, console: Console) -> OpenTab:
    """`open_tab(server, path)`: another tab of the same browser; without a path it is empty."""
    return lambda at, path="/": _opened(context, at, path)


@pytest.fixture
def open_device(new_context: Callable[[], BrowserContext], console: Console) -> OpenTab:
    """`open_device(server, path)`: a tab of another browser, which shares nothing with the first."""

    def open_(at: LocritServer | Proxy, path: str = "/") -> Tab:
        context = new_context()
        console.watch(context)
        return _opened(context, at, path)

    return open_


def _opened(context: BrowserContext, at: LocritServer | Proxy, path: str | None) -> Tab:
    tab = Tab(context.new_page(), at.url)
    if path is not None:
        tab.open(path)
    return tab


@pytest.fixture
def link(shared_server: LocritServer) -> Iterator[Proxy]:
    """A network between one browser and the module's server, which can be `unplug`ged."""
    with Proxy(shared_server.url) as proxy:
        yield proxy


@pytest.fixture
def tab(open_tab: OpenTab, shared_server: LocritServer, locrit: str) -> Tab:
    """In a new chat with `locrit`, on the module's server."""
    return open_tab(shared_server, f"/my-locrits/{locrit}/chat")


@pytest.fixture
def bob(server: LocritServer) -> str:
    """A Locrit on the test's own server."""
    with httpx.Client(base_url=server.url) as client:
        client.post("/api/v2/locrits", json={"name": "Robin", "model": "llama3.2:1b"}).raise_for_status()
    return "Robin"


@pytest.fixture
def chat(server: LocritServer, open_tab: OpenTab, bob: str, console: Console) -> Tab:
    """In a conversation of one answered question, on a server that will go away."""
    tab = open_tab(server, f"/my-locrits/{bob}/chat")
    tab.say("First")
    tab.expect_saved("You said: First")
    console.expect_outage()
    return tab


@pytest.fixture
def browser_context_args(browser_context_args: dict, tmp_path: Path) -> dict:
    """What a person without preferences has; the time zone keeps screenshots the same everywhere."""
    still = {"locale": "en-GB", "timezone_id": "Europe/Paris", "reduced_motion": "reduce"}
    return {**browser_context_args, **still, "permissions": ["clipboard-read", "clipboard-write"]}
