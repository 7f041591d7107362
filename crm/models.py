"""The person who signs in."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Theme(models.TextChoices):
    """Light or dark. `shown_theme` gives the word that the pages carry."""

    LIGHT = "", pgettext_lazy("外观", "浅色")
    DARK = "dark", pgettext_lazy("外观", "深色")
    SYSTEM = "system", pgettext_lazy("外观", "跟随系统")


class User(AbstractUser):
    """A person of the centre. What they may do follows from their groups: agent, supervisor, administrator."""

    display_name = models.CharField(_("显示名"), max_length=80, blank=True)
    # Set with a one-time password: until it is changed it opens nothing else (crm/sign_in.py).
    must_change_password = models.BooleanField(_("首次登录须修改密码"), default=False)
    theme = models.CharField(
        pgettext_lazy("外观", "外观"), max_length=8, blank=True, choices=Theme.choices
    )
    # Blank: what the browser asks for.
    language = models.CharField(
        _("语言"), max_length=10, blank=True, choices=[("", _("跟随浏览器")), *settings.LANGUAGES]
    )
    # What was signed with an earlier number is over: all sign-ins; the pop's bearers alone.
    sign_in_generation = models.PositiveIntegerField(default=0, editable=False)
    bearer_generation = models.PositiveIntegerField(default=0, editable=False)
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

    @property
    def shown_theme(self) -> str:
        """Light unless the person chose: "light", "dark" or "system"."""
        return self.theme or "light"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must hold to be valid; Django asks here for the hashes of former secret keys too."""
        value = f"{self.password}:{self.sign_in_generation}"
        return salted_hmac("crm.sign-in", value, secret=secret, algorithm="sha256").hexdigest()

    def end_sign_ins(self) -> None:
        """End every session and bearer of this person, on every device."""
        self._begin_generation("sign_in_generation")

    def end_bearers(self) -> None:
        """End the bearers of the pop; sessions go on."""
        self._begin_generation("bearer_generation")

    def _begin_generation(self, field: str) -> None:
        # Counted by the database: of two at once neither brings an old number back.
        type(self).objects.filter(pk=self.pk).update(**{field: F(field) + 1})
        self.refresh_from_db(fields=[field])
