"""What is to be looked at by a person, at both widths, in light and dark; and that nothing sticks out there."""

from pathlib import Path

from playwright.sync_api import ViewportSize

from tests.e2e.tab import Tab

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}


def picture(tab: Tab, path: Path, name: str) -> None:
    for size, viewport in (("wide", WIDE), ("phone", PHONE)):
        tab.page.set_viewport_size(viewport)
        for scheme in ("light", "dark"):
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.screenshot(path=path / f"{name}-{size}-{scheme}.png")
            assert tab.sticks_out() == []
    tab.page.set_viewport_size(WIDE)
    tab.page.emulate_media(color_scheme="light")
