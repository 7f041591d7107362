"""The centre's logo, for every page that shows it, signed in or not."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from customers.centre import logo_of


@require_safe
def logo(request: HttpRequest, digest: str) -> HttpResponse:
    """The image. Its address names its content, so browsers may keep it for good."""
    found = logo_of(digest)
    if found is None:
        raise Http404
    data, media_type = found
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return HttpResponse(data, content_type=media_type, headers=headers)
