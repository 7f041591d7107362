"""Whether a file may be the centre's logo; pure."""

from django.utils.translation import gettext as _

MOST_BYTES = 128 * 1024


class RefusedLogoError(ValueError):
    """Why not, in words."""


def type_of(data: bytes) -> str:
    """The media type of a PNG, JPEG or WebP image, told by its first bytes; "" for anything else.

    SVG is not among them: it is a document that may hold scripts.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return ""


def check(data: bytes) -> str:
    """The media type of a good logo; raises RefusedLogoError."""
    if not data:
        raise RefusedLogoError(_("文件是空的。"))
    if len(data) > MOST_BYTES:
        text = _("标志文件太大，最多 %(n)d KB。请先缩小图片，高 80 像素就够清晰。")
        raise RefusedLogoError(text % {"n": MOST_BYTES // 1024})
    media_type = type_of(data)
    if not media_type:
        raise RefusedLogoError(_("标志只能是 PNG、JPEG 或 WebP 图片；SVG 请先导出为 PNG。"))
    return media_type
