"""Packets: encoded fast, and whatever a client sends decoded into something that can be answered."""

from types import SimpleNamespace
from typing import Any, Final

from engineio import json as standard_json
from pydantic_core import to_json
from socketio.packet import ACK, CONNECT, DISCONNECT, EVENT, Packet

UNREADABLE: Final = "\x00unreadable"
"""The event that a packet becomes which is none that we know; binary ones are not."""


def _loads(text: str) -> Any:
    """Takes lone surrogates: such a text is refused with a sentence."""
    try:
        return standard_json.loads(text)
    except RecursionError:  # which Engine.IO does not expect
        raise ValueError("nested too deeply") from None


JSON = SimpleNamespace(
    dumps=lambda value, **_: to_json(value, inf_nan_mode="null").decode(),  # four times as fast as the standard library
    loads=_loads,
)


class LenientPacket(Packet):  # type: ignore[misc]  # python-socketio has no types
    """Garbage does not raise: that would fill the log and leave the client without an answer."""

    def __init__(self, *args: Any, encoded_packet: str | bytes | None = None, **options: Any) -> None:
        self.data: Any
        super().__init__(*args, encoded_packet=encoded_packet, **options)
        if encoded_packet is not None and not self._is_known():
            self.packet_type, self.data, self.attachment_count = EVENT, [UNREADABLE], 0

    def decode(self, encoded_packet: str | bytes) -> int:
        try:
            return super().decode(encoded_packet) or 0
        except (ValueError, TypeError, RecursionError):
            self.packet_type = EVENT
            self.data = None
            return 0

    def _is_known(self) -> bool:
        if self.packet_type == EVENT:
            return isinstance(self.data, list) and bool(self.data) and isinstance(self.data[0], str)
        return self.packet_type in (CONNECT, DISCONNECT, ACK)
