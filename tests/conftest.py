"""What every test may ask for; the fixtures themselves are in tests/fixtures."""

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
