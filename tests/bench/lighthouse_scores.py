"""Lighthouse's opinion of a chat in a full life: 245 conversations, 15,400 messages, and 500 of them in the chat."""

import asyncio
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.browsing import address
from tests.bench.figures import Figure, Report, at_least, at_most
from tests.bench.library import fill, fill_many
from tests.bench.places import application, directory, server
from tests.fixtures.browser import ARGUMENTS, SYSTEM_CHROMIUM
from tools import frontend
from tools.steps import must, once

PACKAGE = Path(__file__).parent / "lighthouse"
CONVERSATIONS = 245
MESSAGES = 15_400
CHAT = 500
WITHIN_S = 180
CATEGORIES = ("accessibility", "best-practices", "seo")


@dataclass(frozen=True, slots=True)
class Device:
    name: str
    options: tuple[str, ...]
    performance: int


DEVICES = (Device("desktop", ("--preset=desktop",), 95), Device("mobile", (), 80))


def measure(size: float) -> list[Report]:
    install()
    frontend.build()
    with directory() as data_dir:
        conversation_id = asyncio.run(_filled(data_dir, size))
        with server(data_dir) as running:
            url = address(running.url, conversation_id)
            return [_report(device, _audited(url, device)) for device in DEVICES]


def install() -> None:
    """Lighthouse is for this alone: it comes when it is first asked for, as it is locked."""
    command = ["npm", "ci", "--no-audit", "--no-fund"]
    locked = [PACKAGE / "package-lock.json"]
    environment = frontend.node_environment()
    once(
        PACKAGE / "node_modules" / ".locked", locked, lambda: must("lighthouse", command, cwd=PACKAGE, env=environment)
    )


async def _filled(data_dir: Path, size: float) -> str:
    async with application(data_dir) as app:
        await fill_many(app, int((CONVERSATIONS - 1) * size), int((MESSAGES - CHAT) * size))
        return await fill(app, CHAT)


def _audited(url: str, device: Device) -> dict[str, Any]:
    program = str(PACKAGE / "node_modules" / ".bin" / "lighthouse")
    flags = " ".join(["--headless=new", *ARGUMENTS])
    command = [program, url, *device.options, "--output=json", "--quiet", "--no-enable-error-reporting"]
    chromium = {"CHROME_PATH": str(SYSTEM_CHROMIUM)} if SYSTEM_CHROMIUM.exists() else {}
    environment: dict[str, str] = {**os.environ, **frontend.node_environment(), **chromium}
    finished = subprocess.run(
        [*command, f"--chrome-flags={flags}"], env=environment, capture_output=True, check=True, timeout=WITHIN_S
    )
    report: dict[str, Any] = json.loads(finished.stdout)
    return report


def _report(device: Device, audited: dict[str, Any]) -> Report:
    score = {name: round(category["score"] * 100) for name, category in audited["categories"].items()}
    audits = audited["audits"]
    blocking = audits["total-blocking-time"]["numericValue"]
    figures = [
        Figure("performance", score["performance"], goal=at_least(device.performance)),
        *(Figure(name, score[name], goal=at_least(100)) for name in CATEGORIES),
        Figure("blocking time", blocking, "ms", at_most(200) if device.name == "desktop" else None),
        Figure("largest contentful paint", audits["largest-contentful-paint"]["numericValue"], "ms"),
        Figure("layout shift", audits["cumulative-layout-shift"]["numericValue"]),
        Figure("on the wire", audits["total-byte-weight"]["numericValue"] / 1000, "kB", at_most(400)),
    ]
    return Report(f"Lighthouse, {device.name}: {CONVERSATIONS} conversations, a chat of {CHAT} messages", figures)
