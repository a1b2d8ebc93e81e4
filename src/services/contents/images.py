"""Pictures: what leaves of one is drawn anew, so that neither the camera's notes (where, when, by whom) nor anything
else that is no picture goes along."""

from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from src.errors import UnusableFile
from src.services.contents.findings import Findings

FORMATS: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "GIF": "image/gif"}
BEGINNINGS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"RIFF")
MAX_PIXELS: Final = 50_000_000
"""Of all frames together: as many as the largest cameras of telephones take by default."""
THUMB_PX: Final = 480
MODEL_PX: Final = 1568
"""The longer side of what a model is sent; those that see make it smaller still."""
KEPT: Final = ("icc_profile", "transparency", "duration", "loop", "background")
"""What a picture needs to look as it does."""

BROKEN: Final = "This picture is damaged and cannot be opened."
TOO_LARGE: Final = f"This picture has more than {MAX_PIXELS // 1_000_000} million pixels. Make it smaller first."


def inspect(path: Path, into: Path) -> Findings:
    """Writes what is made of it. Raises UnusableFile."""
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(path, formats=tuple(FORMATS)) as image:
            return _drawn(image, into)
    except UnidentifiedImageError as error:
        raise UnusableFile(BROKEN) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError) as error:
        raise UnusableFile(TOO_LARGE) from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError) as error:  # whatever a damaged one makes of Pillow
        raise UnusableFile(BROKEN) from error


def _drawn(image: Image.Image, into: Path) -> Findings:
    frames, format_ = getattr(image, "n_frames", 1), str(image.format)
    if image.width * image.height * frames > MAX_PIXELS:
        raise UnusableFile(TOO_LARGE)
    if frames > 1 and format_ != "JPEG":
        image.info = _kept(image)
        image.save(into / "clean", format_, save_all=True, comment=b"")
        image.seek(0)
        upright = image.copy()
    else:
        upright = ImageOps.exif_transpose(image)
        upright.info = _kept(upright)
        upright.save(into / "clean", format_, quality=92, comment=b"")
    _small(upright, into)
    return Findings(FORMATS[format_], *upright.size)


def _small(image: Image.Image, into: Path) -> None:
    see_through = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    thumb, opaque = see_through.copy(), see_through
    if see_through.mode == "RGBA":
        opaque = Image.new("RGB", image.size, "white")
        opaque.paste(see_through, mask=see_through.getchannel("A"))
    thumb.thumbnail((THUMB_PX, THUMB_PX))
    thumb.save(into / "thumb", "WEBP", quality=80)
    opaque.thumbnail((MODEL_PX, MODEL_PX))
    opaque.save(into / "model", "JPEG", quality=90)


def _kept(image: Image.Image) -> dict[str | tuple[int, int], object]:
    return {name: image.info[name] for name in KEPT if name in image.info}
