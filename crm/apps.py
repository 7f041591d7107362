"""The crm application."""

from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    """Names the application in the admin."""

    name = "crm"
    verbose_name = _("用户与权限")

    def ready(self) -> None:
        """Has every command say which settings cannot be right."""
        from crm.checks import check_settings

        checks.register(check_settings)
