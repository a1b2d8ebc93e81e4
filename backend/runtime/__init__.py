"""The only package that imports eventlet: the hub, and what is served on it: connections, HTTP, WebSockets."""

from backend.runtime.hub import Runtime, install

__all__ = ["Runtime", "install"]
