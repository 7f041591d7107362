"""The screenpop application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreenpopConfig(AppConfig):
    """Names the application in the admin."""

    name = "screenpop"
    verbose_name = _("弹屏")

    def ready(self) -> None:
        """Numbers that the platform hides from agents are not shown to them here."""
        from customers.number_view import hide_when
        from screenpop.number_mapping import is_in_use

        hide_when(is_in_use)
