"""A Chromium for the browser tests."""

import platform
from pathlib import Path

from tools.steps import VENV_PYTHON, Result, run
from tools.system import apt_install

SYSTEM_CHROMIUM = Path("/usr/bin/chromium")


def install() -> None:
    """Tries what this machine allows. Raises nothing: without a browser the browser tests fail and say so."""
    if SYSTEM_CHROMIUM.exists() or _playwright_has_one():
        return
    ways = [_from_playwright, _from_apt]
    if _distribution() == "debian":
        ways.reverse()
    for way in ways:
        result = way()
        if result is not None and result.ok:
            return
    print(f"No Chromium could be installed: the browser tests will fail. Install it as {SYSTEM_CHROMIUM}.", flush=True)


def _playwright_has_one() -> bool:
    places = [Path.home() / ".cache" / "ms-playwright", Path.home() / "Library" / "Caches" / "ms-playwright"]
    return any(True for place in places for _ in place.glob("chromium-*/INSTALLATION_COMPLETE"))


def _from_playwright() -> Result | None:
    return run("Chromium from Playwright", [VENV_PYTHON, "-m", "playwright", "install", "chromium"])


def _from_apt() -> Result | None:
    return apt_install("Chromium", "chromium", "fonts-liberation", "fonts-noto-color-emoji")


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["ID"]
    except OSError:
        return ""
