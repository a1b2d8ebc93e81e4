"""At both widths nothing sticks out; and what is to be looked at by a person, in light and dark, with `PICTURES=1`."""

import os
from pathlib import Path
from typing import Literal

from playwright.sync_api import ViewportSize

from tests.e2e.tab import Tab

PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark") if os.environ.get("PICTURES") else ()
"""A picture that nobody looks at proves nothing, and takes as long as the rest of a test."""


def picture(tab: Tab, path: Path, name: str) -> None:
    for size, viewport in (("phone", PHONE), ("wide", WIDE)):
        tab.page.set_viewport_size(viewport)
        assert tab.sticks_out() == []
        for scheme in SCHEMES:
            tab.page.emulate_media(color_scheme=scheme)
            tab.page.screenshot(path=path / f"{name}-{size}-{scheme}.png")
            assert tab.sticks_out() == []
    if SCHEMES:
        tab.page.emulate_media(color_scheme="light")
