"""The person who signs in."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person of the centre. What they may do follows from their groups: agent, supervisor, administrator."""

    display_name = models.CharField(_("显示名"), max_length=80, blank=True)
    # Set with a one-time password: until it is changed it opens nothing else (crm/sign_in.py).
    must_change_password = models.BooleanField(_("首次登录须修改密码"), default=False)
    # What of the pop's shortcuts differs from the defaults; read and written by screenpop/pop_keys.py.
    pop_keys = models.JSONField(_("快捷键"), default=dict, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = _("用户")  # type: ignore[assignment]
        verbose_name_plural = _("用户")  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """The name that colleagues see."""
        return self.display_name or self.get_full_name() or self.username
