"""What axe is asked does not depend on when: what fades is judged as it will stand."""

from playwright.sync_api import Page

from tests.e2e.axe import accessibility_problems

PAGE = """<!doctype html><html lang="en"><title>A page</title>
<style>@keyframes fade {{ from {{ opacity: 0.2 }} }} p {{ color: {colour}; animation: fade 60s }}</style>
<main><h1>A page</h1><p>Words</p></main>"""


def test_what_fades_in_is_judged_as_it_will_stand(page: Page) -> None:
    page.set_content(PAGE.format(colour="#000"))
    assert accessibility_problems(page) == []
    assert page.evaluate("() => document.getAnimations().length") == 1  # and goes on fading
    page.set_content(PAGE.format(colour="#bbb"))
    [problem] = accessibility_problems(page)
    assert problem.startswith("color-contrast: ")
