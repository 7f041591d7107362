"""The crm application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    """Names the application in the admin."""

    name = "crm"
    verbose_name = _("用户与权限")
