"""Which kinds of sound we pass on, and under which name; pure."""

_KINDS = {
    "audio/mpeg": "audio/mpeg", "audio/mp3": "audio/mpeg", "audio/x-mp3": "audio/mpeg",
    "audio/mpeg3": "audio/mpeg",
    "audio/wav": "audio/wav", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/mp4": "audio/mp4", "audio/m4a": "audio/mp4", "audio/x-m4a": "audio/mp4",
    "audio/aac": "audio/aac", "audio/ogg": "audio/ogg", "audio/opus": "audio/ogg",
    "audio/webm": "audio/webm", "audio/flac": "audio/flac", "audio/amr": "audio/amr",
}  # fmt: skip
# What a store says of a file that it knows nothing of: then the name tells.
_UNTOLD = ("", "application/octet-stream", "binary/octet-stream", "application/x-octet-stream")
_ENDINGS = {
    "mp3": "audio/mpeg", "wav": "audio/wav", "m4a": "audio/mp4", "mp4": "audio/mp4",
    "aac": "audio/aac", "ogg": "audio/ogg", "opus": "audio/ogg", "webm": "audio/webm",
    "flac": "audio/flac", "amr": "audio/amr",
}  # fmt: skip
_SHORT = {
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/mp4": "m4a", "audio/aac": "aac",
    "audio/ogg": "ogg", "audio/webm": "webm", "audio/flac": "flac", "audio/amr": "amr",
}  # fmt: skip


def audio_type(told: str, path: str) -> str:
    """The type under which a file is passed on, by what its server says and by its name; "" for what is no sound."""
    plain = told.partition(";")[0].strip().lower()
    if plain in _UNTOLD:
        return _ENDINGS.get(ending_of(path), "")
    return _KINDS.get(plain, "")


def ending_of(path: str) -> str:
    """The ending of a path's file, in small letters; its query is no part of it."""
    name = path.partition("?")[0].rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def ending_for(kind: str) -> str:
    """The ending of a file of that type."""
    return _SHORT.get(kind, "bin")
