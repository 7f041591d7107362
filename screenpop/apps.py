"""The screenpop application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScreenpopConfig(AppConfig):
    """Names the application in the admin."""

    name = "screenpop"
    verbose_name = _("弹屏")
