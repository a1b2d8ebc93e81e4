"""Files as people have them, and as nobody should: small ones, made here."""

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image, PngImagePlugin
from pypdf import PdfWriter

from src.ids import new_id
from src.stores.files import INCOMING, FileStore, IncomingFile

CAMERA = "SECRETCAMERA"


def picture(format_: str = "PNG", size: tuple[int, int] = (60, 40), colour: str = "teal") -> bytes:
    return _saved(Image.new("RGB", size, colour), format_)


def photo(format_: str = "JPEG") -> bytes:
    """60 × 40 as the camera has it, taken upright, with all that it says of itself."""
    image, told = Image.new("RGB", (60, 40), "teal"), Image.Exif()
    told[0x0112], told[0x010F] = 6, CAMERA
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", CAMERA)
    more = {"comment": CAMERA.encode()} if format_ == "JPEG" else {"pnginfo": notes} if format_ == "PNG" else {}
    return _saved(image, format_, exif=told, xmp=f"<x>{CAMERA}</x>".encode(), **more)


def moving(frames: int = 3) -> bytes:
    first, *rest = (Image.new("RGB", (20, 20), (n * 80, 0, 0)) for n in range(frames))
    return _saved(first, "GIF", save_all=True, append_images=rest, duration=50, comment=CAMERA.encode())


def bomb(side: int = 60_000) -> bytes:
    """A few bytes that are billions of pixels."""
    rows = zlib.compress(b"\x00" * 100_000)
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def pdf(*pages: str) -> bytes:
    """With one line of text a page."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, text in enumerate(pages):
        stream = f"BT /F1 12 Tf 72 720 Td ({text}) Tj ET".encode()
        fonts = "<< /Font << /F1 3 0 R >> >>"
        page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * n} 0 R /Resources {fonts} >>"
        objects += [page.encode(), b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream)]
    return _written(objects)


def locked_pdf() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _written(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    return out + end + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))


def _saved(image: Image.Image, format_: str, **how: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format_, **how)
    return out.getvalue()


class Received(IncomingFile):
    """It can be saved as often as a test wants."""

    content = b""

    def end(self) -> None:
        super().end()
        self.path.write_bytes(self.content)


def received(files: FileStore, content: bytes) -> IncomingFile:
    """All of a file that is uploaded."""
    incoming = Received(files.directory / INCOMING / new_id())
    incoming.content = content
    incoming.write(content)
    incoming.end()
    return incoming
