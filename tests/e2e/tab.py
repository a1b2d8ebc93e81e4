"""One tab of the browser, in the words of someone who uses Locrit."""

import re
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Locator, Page, Route, expect

from tests.eventually import wait_until

STICKS_OUT = """() => {
  const width = document.documentElement.clientWidth + 1;
  const fits = (element) => element.getBoundingClientRect().right <= width;
  const held = (element) => {
    for (let at = element.parentElement; at && at.role !== 'log'; at = at.parentElement)
      if (getComputedStyle(at).overflowX !== 'visible' && fits(at) && at.tagName !== 'MAIN') return true;
    return false;
  };
  const out = [...document.querySelectorAll('main *, [role=dialog] *')].filter((each) => !fits(each) && !held(each));
  if (document.scrollingElement.scrollWidth > width) out.push(document.scrollingElement);
  return out.map((each) => each.outerHTML.slice(0, 200));
}"""


class Held:
    """The next request to this address waits until it is let go."""

    def __init__(self, page: Page, address: str | re.Pattern[str]) -> None:
        self._page = page
        self._routes: list[Route] = []
        page.route(address, lambda route: self._routes.append(route), times=1)

    def let_go(self) -> None:
        wait_until(self.is_sent)
        self._routes[0].continue_()

    def is_sent(self) -> bool:
        self._page.evaluate("0")  # which hears of it
        return len(self._routes) > 0


class Tab:
    """Locators are alive: they find what is on the page at the time they are used."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self._url = url

    def open(self, path: str) -> None:
        self.page.goto(self._url + path)
        self._begun()

    def reload(self) -> None:
        self.page.reload()
        self._begun()

    def _begun(self) -> None:
        """The page is loaded before it has drawn anything, and hears no key until then."""
        self.page.wait_for_function("() => !document.querySelector('.starting')")

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def conversation_id(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def locrit(self) -> str:
        """The one that the address names."""
        return unquote(self.path.split("/")[2])

    def wait_for_worker(self) -> None:
        """From then on another tab starts without the server, and this one opens pages that it has not shown yet."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("^Message "))

    @property
    def messages(self) -> Locator:
        return self.page.get_by_role("article")

    @property
    def reply(self) -> Locator:
        """The last message."""
        return self.messages.last

    @property
    def status(self) -> Locator:
        """The page's save state, at the composer or in the sidebar."""
        return self.page.locator("output:not(.sr-only)")

    @property
    def stop_button(self) -> Locator:
        return self.page.get_by_role("button", name="Stop the reply")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    def say(self, text: str) -> None:
        self.composer.fill(text)
        self.composer.press("Enter")

    def message(self, text: str) -> Locator:
        """As it is written: what the page says of a message ("first after 0.2 s") is not what a person said."""
        words = map(re.escape, text.split())
        return self.messages.filter(has_text=re.compile(r"\s+".join(words)))

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def expect_state(self, message: Locator, state: str) -> None:
        """`state` is a SaveState of the interface."""
        expect(message.locator("[data-save-state]")).to_have_attribute("data-save-state", state)

    def expect_saved(self, *texts: str) -> None:
        for text in texts:
            self.expect_state(self.message(text), "saved")

    def choose(self, conversation: str, action: str) -> None:
        """From the menu of a conversation in the sidebar."""
        self.page.get_by_role("button", name=f"Actions for “{conversation}”").first.click()
        self.page.get_by_role("menuitem", name=action, exact=True).click()

    def rename(self, conversation: str, title: str) -> None:
        self.choose(conversation, "Rename")
        self.page.get_by_role("textbox", name="Name").fill(title)
        self.button("Save").click()

    def conversation(self, title: str) -> Locator:
        """In the sidebar."""
        return self.page.get_by_role("navigation").get_by_role("link", name=re.compile(f"^{title}"))

    def sticks_out(self) -> list[str]:
        """What is wider than the window and cannot be reached by scrolling a region of its own."""
        found: list[str] = self.page.evaluate(STICKS_OUT)
        return found
