"""Public pages as a browser gets them."""

import httpx
import pytest


@pytest.mark.parametrize(
    ("accepted", "chosen", "words"),
    [
        ("fr-CA,fr;q=0.9,en;q=0.8", "", "Qui est là"),
        ("de,en;q=0.8,fr;q=0.7", "", "Who is here"),
        ("de", "", "Who is here"),
        ("", "", "Who is here"),
        ("en", "?lang=fr", "Qui est là"),
        ("fr", "?lang=en", "Who is here"),
        ("fr", "?lang=<script>", "Qui est là"),
    ],
)
def test_a_page_speaks_its_readers_language(api: httpx.Client, accepted: str, chosen: str, words: str) -> None:
    headers = {"Accept": "text/html", "Accept-Language": accepted}
    page = api.get(f"/public{chosen}", headers=headers).text
    assert words in page
    assert f'<html lang="{"fr" if words == "Qui est là" else "en"}"' in page
    assert "<script>" not in page
    refused = api.get(f"/public/nobody{chosen}", headers=headers).text
    assert words in refused
    assert ("?lang=" in refused.partition("<footer>")[0]) == (chosen in ("?lang=fr", "?lang=en"))
