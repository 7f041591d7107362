"""Who is asking, when a proxy stands in front."""

from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def _is_trusted(address: str) -> bool:
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return any(parsed in ip_network(network, strict=False) for network in settings.TRUSTED_PROXIES)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class TrustedProxiesMiddleware:
    """Believe X-Forwarded-For, -Proto and -Host only when the peer is in TRUSTED_PROXIES (addresses or networks)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if settings.TRUSTED_PROXIES and _is_trusted(meta.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in meta.get("HTTP_X_FORWARDED_FOR", "").split(",")]
            # Right to left: the first address that is not one of our proxies is the last one anybody vouches for.
            stranger = next((hop for hop in reversed(hops) if not _is_trusted(hop)), "")
            # What is no address ("unknown", or a forgery) is not believed: it would be stored as one.
            if _is_address(stranger):
                meta["REMOTE_ADDR"] = stranger
            if meta.get("HTTP_X_FORWARDED_PROTO", "").split(",")[-1].strip() == "https":
                meta["wsgi.url_scheme"] = "https"
            if host := meta.get("HTTP_X_FORWARDED_HOST", "").split(",")[-1].strip():
                meta["HTTP_HOST"] = host
        return self.get_response(request)


def client_address(request: HttpRequest) -> str:
    """The address that sign-in attempts are counted by."""
    return str(request.META.get("REMOTE_ADDR", ""))
