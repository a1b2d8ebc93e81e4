"""What axe-core finds on a page."""

from playwright.sync_api import Page

from tests.fixtures.server import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"


def accessibility_problems(page: Page) -> list[str]:
    """Of every weight, each with the first element that has it, when nothing fades in any more."""
    page.wait_for_function("() => document.getAnimations().every((each) => each.playState !== 'running')")
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text())
    found = page.evaluate("() => axe.run({ resultTypes: ['violations'] })")
    return [
        f"{violation['id']}: {violation['nodes'][0]['html']} {violation['nodes'][0]['failureSummary']}"
        for violation in found["violations"]
    ]
