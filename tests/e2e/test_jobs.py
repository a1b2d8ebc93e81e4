"""What takes long on the server is told on every page while it lasts."""

import re
import threading

import httpx
from playwright.sync_api import expect

from tests.e2e.tab import Tab
from tests.fixtures.server import ROOT

MESSAGES = 2_500
SCREENSHOTS = ROOT / "test-results" / "screenshots"


def test_pages_tell_how_far_the_server_has_come_until_it_is_done(tab: Tab, api: httpx.Client, locrit: str) -> None:
    opened = api.post("/api/v2/conversations", json={"locrit_name": locrit}).raise_for_status().json()
    at = f"/api/v2/conversations/{opened['conversation_id']}"
    said = [
        {"message_id": f"{opened['conversation_id']} {n}", "role": "user", "content": f"{n}"} for n in range(MESSAGES)
    ]
    api.post(f"{at}/sync", json={"messages": said}).raise_for_status()
    forgetting = threading.Thread(target=lambda: api.post(f"{at}/forget", json={"confirm": True}, timeout=120))
    forgetting.start()
    bar = tab.page.get_by_role("region", name="In progress")
    expect(bar.get_by_role("status")).to_have_text("Forgetting…", timeout=20_000)
    expect(bar).to_contain_text(re.compile(r"[\d,]+ of 2,500"))
    expect(bar.get_by_role("progressbar", name="Forgetting…")).to_be_visible()
    tab.page.screenshot(path=SCREENSHOTS / "jobs.png")
    tab.page.emulate_media(color_scheme="dark")
    tab.page.set_viewport_size({"width": 390, "height": 844})
    tab.page.screenshot(path=SCREENSHOTS / "jobs-phone-dark.png")
    tab.open("/settings")
    expect(bar).to_be_visible()
    expect(bar).to_be_hidden(timeout=60_000)
    forgetting.join()
    assert api.get("/api/v2/jobs").json() == {"jobs": []}
