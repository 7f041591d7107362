"""Compression of pages, and of nothing that is asked for in parts."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class PageGZipMiddleware(GZipMiddleware):
    """Django's, but it leaves alone what can be asked for by ranges: these count the bytes as they are."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The answer, compressed where that is worth it."""
        if response.has_header("Accept-Ranges"):
            return response
        return super().process_response(request, response)
