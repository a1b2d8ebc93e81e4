"""What every test may ask for; the fixtures themselves are in tests/fixtures."""

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.fixtures.databases",
    "tests.fixtures.browser",
    "tests.fixtures.server",
    "tests.fixtures.sockets",
    "tests.fixtures.models",
    "tests.fixtures.real_ollama",
]

# No deadline: these machines are shared. On failure the line that reproduces it is printed.
settings.register_profile("locrit", deadline=None, print_blob=True)
settings.load_profile("locrit")

LONGEST = frozenset(
    (
        "test_disk_faults.py",
        "test_views.py",
        "test_api_contract.py",
        "test_events.py",
        "test_hostile_socket.py",
        "test_jobs.py",
        "test_mutants.py",
    )
)
"""Files that take a minute or more: begun last, one of them would run alone at the end."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONGEST)  # the rest stays in its order
