"""People in Django's admin: who they are and which role they have."""

from typing import TYPE_CHECKING, Any

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from axes.utils import reset
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from crm.models import User
from customers.models import Leg
from customers.roles import ADMINISTRATOR, ROLE_NAMES, ROLES
from screenpop.staff_admin import CreateStaffMixin

if TYPE_CHECKING:
    _NewUserForm = AdminUserCreationForm[User]
    _UserForm = UserChangeForm[User]
    _UserAdmin = StockUserAdmin[User]
    _RoleField = forms.ModelMultipleChoiceField[Group]
else:
    _NewUserForm, _UserForm, _UserAdmin = AdminUserCreationForm, UserChangeForm, StockUserAdmin
    _RoleField = forms.ModelMultipleChoiceField

admin.site.site_header = _("弹屏 CRM 管理")
admin.site.site_title = _("弹屏 CRM 管理")
admin.site.index_title = _("管理")
# The groups are the roles, named in code. A lock of django-axes is lifted by the action below.
admin.site.unregister(Group)
admin.site.unregister([AccessAttempt, AccessLog, AccessFailureLog])


class RoleField(_RoleField):
    """The roles, by the names that people know."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        roles = Group.objects.filter(name__in=ROLES).order_by("pk")
        help_text = _("管理员可以进入本后台；没有角色的用户什么也看不到")
        super().__init__(roles, required=False, label=_("角色"), help_text=help_text, **kwargs)

    def label_from_instance(self, obj: Any) -> str:
        """In words."""
        return str(ROLE_NAMES.get(obj.name, obj.name))


class NewUserForm(_NewUserForm):
    """Everything that a new colleague needs, on one page."""

    groups = RoleField()


class UserForm(_UserForm):
    """A colleague."""

    groups = RoleField()


@admin.register(User)
class UserAdmin(CreateStaffMixin, _UserAdmin):
    """People. Superusers are made on the command line only, and are changed by superusers only."""

    form = UserForm
    add_form = NewUserForm
    fieldsets = (
        (
            None,
            {"fields": ("username", "password", "display_name", "email", "groups", "is_active")},
        ),
        (_("时间"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username",
                    "display_name",
                    "groups",
                    "usable_password",
                    "password1",
                    "password2",
                ),
            },
        ),
    )
    readonly_fields = ("last_login", "date_joined")
    list_display = ("username", "display_name", "roles", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    search_fields = ("username", "display_name")
    filter_horizontal = ()
    actions = ["unlock", "create_staff"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """With their roles."""
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=_("角色"))
    def roles(self, user: User) -> str:
        """The roles, in words."""
        names = [str(ROLE_NAMES[g.name]) for g in user.groups.all() if g.name in ROLE_NAMES]
        return gettext("、").join(names) or "–"

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Whoever may set a superuser's password is one."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never a superuser, unless by one; nobody who took a contact, as history would lose who it was."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        if obj is not None and Leg.objects.filter(user=obj).exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> Any:
        """No deleting in bulk: who has left is made inactive, so that history keeps the name."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Whether somebody may enter the admin follows from the role."""
        super().save_related(request, form, formsets, change)
        user = form.instance
        user.is_staff = user.is_superuser or user.groups.filter(name=ADMINISTRATOR).exists()
        user.save(update_fields=["is_staff"])

    @admin.action(description=_("解除登录锁定"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forget the wrong passwords of these users."""
        users = list(queryset)
        for user in users:
            reset(username=user.username)
        text = ngettext("已解除 %(n)d 个用户的锁定", "已解除 %(n)d 个用户的锁定", len(users))
        messages.success(request, text % {"n": len(users)})
