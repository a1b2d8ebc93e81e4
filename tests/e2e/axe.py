"""What axe-core finds on a page."""

from playwright.sync_api import Page

from tests.fixtures.server import ROOT

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that a page can break in another colour scheme, all else being the same. They are most of the work."""
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def accessibility_problems(page: Page, rules: list[str] | None = None) -> list[str]:
    """Of every weight, each with the first element that has it, when nothing fades in any more; by `rules` or all."""
    page.wait_for_function("() => document.getAnimations().every((each) => each.playState !== 'running')")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    only = {"runOnly": rules} if rules else {}
    found = page.evaluate("(options) => axe.run(options)", {"resultTypes": ["violations"], **only})
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']} {violation['nodes'][0]['failureSummary']}"
        for violation in found["violations"]
    ]
