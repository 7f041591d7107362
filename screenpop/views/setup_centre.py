"""/setup/centre/: the centre's name and logo."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from customers import centre, logo
from customers.models import Centre
from screenpop.views.setup import administrator_required


class CentreForm(forms.Form):
    """Blank names and no file are good: then the product's name stands alone."""

    name_zh = forms.CharField(
        label=gettext_lazy("中文名称"),
        max_length=Centre._meta.get_field("name_zh").max_length,
        required=False,
    )
    name_en = forms.CharField(
        label=gettext_lazy("英文名称"),
        max_length=Centre._meta.get_field("name_en").max_length,
        required=False,
    )
    logo = forms.FileField(label=gettext_lazy("标志"), required=False, allow_empty_file=True)
    take_away = forms.BooleanField(required=False)

    def clean_logo(self) -> bytes:
        """The bytes of a good logo, b"" when none was chosen."""
        file: UploadedFile[Any] | None = self.cleaned_data.get("logo")
        if file is None:
            return b""
        # Never more than tells that it is too much.
        data = bytes(file.read(logo.MOST_BYTES + 1))
        try:
            logo.check(data)
        except logo.RefusedLogoError as refused:
            raise forms.ValidationError(str(refused)) from None
        return data


@require_http_methods(["GET", "POST"])
@administrator_required
def page(request: HttpRequest) -> HttpResponse:
    """The form with a preview. What is refused changes nothing, and the names typed stay."""
    kept = Centre.objects.defer("logo").first() or Centre()
    names = {"name_zh": kept.name_zh, "name_en": kept.name_en}
    form = CentreForm(initial=names)
    if request.method == "POST":
        form = CentreForm(request.POST, request.FILES)
        if form.is_valid():
            _keep(form.cleaned_data)
            messages.success(request, _("已保存。其他页面几秒后显示新的名称和标志。"))
            return redirect("setup-centre")
    look = centre.CentreLook(kept.name_zh, kept.name_en, kept.logo_digest)
    context = {
        "form": form,
        "look": look,
        "most_bytes": logo.MOST_BYTES,
        "most_kilobytes": logo.MOST_BYTES // 1024,
    }
    return render(request, "setup/centre.html", context, status=400 if form.errors else 200)


@transaction.atomic
def _keep(chosen: dict[str, Any]) -> None:
    centre.rename(chosen["name_zh"], chosen["name_en"])
    if chosen["logo"]:
        centre.put_logo(chosen["logo"])
    elif chosen["take_away"]:
        centre.take_logo_away()
