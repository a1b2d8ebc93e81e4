"""The application without the web: usable from a script, a REPL and from tests."""
