"""Everything that knows the web: HTTP, Socket.IO and the event loop below them."""
