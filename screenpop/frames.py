"""Which pages may hold ours in a frame, and therefore be spoken to."""

from django.conf import settings


def allowed_parents() -> list[str]:
    """The exact origins that may frame the pop: the workbench's, then the simulator's while it is on."""
    extra = settings.SIMULATOR_ORIGINS if settings.SIMULATOR else []
    return list(dict.fromkeys([*settings.TCCC_FRAME_ANCESTORS, *extra]))
