"""The customers application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    """Names the application in the admin."""

    name = "customers"
    verbose_name = _("客户")
