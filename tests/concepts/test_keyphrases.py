"""What a text is about, in English and French, and how long it takes to say."""

import time

import pytest

from src.concepts.keyphrases import MOST_PHRASES, key_of, keyphrases

ENGLISH = (
    "My cat Minou had tuna for dinner in Lyon yesterday, and she slept on the garden chair while I repaired the"
    " bicycle chain. Do you think that machine learning could recognise which neighbour steals her food? I would"
    " need a Raspberry Pi and a cheap camera for it, I think."
)
FRENCH = (
    "Ma fille Camille apprend le violon depuis septembre avec Madame Lefèvre à Grenoble. Le concert de Noël aura lieu"
    " dans l'église Saint-Bruno. Est-ce que tu peux me rappeler d'acheter des cordes neuves avant le concert ?"
)


def _of(text: str) -> dict[str, bool]:
    return {one.name: one.is_name for one in keyphrases(text)}


def test_names_and_topics_are_found_in_english() -> None:
    found = _of(ENGLISH)
    assert {name for name, is_name in found.items() if is_name} == {"Minou", "Lyon", "Raspberry Pi"}
    assert {"machine learning", "bicycle chain", "garden chair", "cheap camera"} <= found.keys()


def test_names_and_topics_are_found_in_french() -> None:
    found = _of(FRENCH)
    names = {name for name, is_name in found.items() if is_name}
    assert {"Camille", "Lefèvre", "Grenoble", "Noël", "Saint-Bruno"} == names
    assert {"violon", "concert", "église", "cordes neuves"} <= found.keys()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tomatoes", "tomato"),
        ("cities", "city"),
        ("movies", "movie"),
        ("Église", "eglise"),
        ("Garden chairs", "garden chair"),
    ],
)
def test_ways_to_write_the_same_are_one(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Yes, thanks!",
        "That's amazing, I helped a lot!",
        "Life goes on.",
        "?!…",
        "```py\nimport secrets\n```",
        "42 100",
        "https://a.b/c",
    ],
)
def test_what_says_nothing_has_none(text: str) -> None:
    assert keyphrases(text) == []


def test_code_addresses_and_links_are_left_out() -> None:
    text = "We meet Ada at ada@example.com or https://example.com/Zanzibar about `Secret`."
    assert [one.name for one in keyphrases(text)] == ["Ada"]


def test_a_long_text_has_no_more_than_there_may_be() -> None:
    assert len(keyphrases(" ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26)}." for n in range(500)))) == MOST_PHRASES


def test_a_message_takes_a_moment() -> None:
    """A fiftieth of the 50 ms that no step may take; here 0.4 ms."""
    keyphrases(ENGLISH)
    best = min(_seconds() for _ in range(20))
    assert best < 0.005


def _seconds() -> float:
    began = time.perf_counter()
    keyphrases(ENGLISH)
    return time.perf_counter() - began
