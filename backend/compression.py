"""JSON answers, compressed for those who can read it. Files are compressed beforehand, and streams never.

What an answer tells its reader cannot be learned from its length (BREACH): no other origin can have one asked for, and
none holds a token.
"""

import asyncio
import zlib

from flask import Flask, Response, request

from backend.async_bridge import AsyncBridge

MIN_BYTES = 1024
HERE_BYTES = 64 * 1024
"""A millisecond's work. More is done in a thread of its own: the others go on meanwhile."""
LEVEL = 1
GZIP = 16 + zlib.MAX_WBITS


def register(flask: Flask, bridge: AsyncBridge) -> None:
    def compress(response: Response) -> Response:
        if response.mimetype != "application/json" or response.is_streamed or response.content_encoding:
            return response
        response.vary.add("Accept-Encoding")
        content = response.get_data()
        if len(content) >= MIN_BYTES and request.accept_encodings.quality("gzip") > 0:
            small = len(content) <= HERE_BYTES
            response.set_data(_gzipped(content) if small else bridge.run(asyncio.to_thread(_gzipped, content)))
            response.content_encoding = "gzip"
        return response

    flask.after_request(compress)


def _gzipped(content: bytes) -> bytes:
    return zlib.compress(content, LEVEL, GZIP)
