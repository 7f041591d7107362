"""The list of customers with its search, and one customer's history."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from customers.change_history import changes_of
from customers.contact_history import contacts_with, last_contacts, owed_to, reaches_of
from customers.customer_fields import lines_on_page
from customers.models import AccessLog, Customer
from customers.number_view import view_number
from customers.roles import is_administrator
from customers.search import LONGEST_TERM, SHORTEST_NUMBER, Found, clean, search
from customers.views.access import supervisor_required

_NUMBERS_SHOWN = 2


@require_http_methods(["GET", "POST"])
@supervisor_required
def customers(request: HttpRequest) -> HttpResponse:
    """The list. What is searched for may be a number, so it comes by POST and never stands in an address."""
    term = request.POST.get("term", "")
    after = request.POST.get("after", "")
    found = search(request.user, term, after)
    context = {
        "rows": _rows(found, request.user),
        "found": found,
        "term": clean(term),
        "after": after,
        "longest": LONGEST_TERM,
        "shortest": SHORTEST_NUMBER,
        "in_place": "HX-Request" in request.headers,
        "may_import": is_administrator(request.user),
    }
    template = "customers/_rows.html" if context["in_place"] else "customers/list.html"
    return render(request, template, context)


def _rows(found: Found, user: Any) -> list[dict[str, Any]]:
    prefetch_related_objects(found.customers, "contact_points__endpoint")
    spoken = last_contacts(found.customers)
    rows = []
    for customer in found.customers:
        points = sorted(customer.contact_points.all(), key=lambda point: point.pk)
        numbers = [view_number(point.endpoint, user) for point in points[:_NUMBERS_SHOWN]]
        rows.append(
            {
                "customer": customer,
                "numbers": numbers,
                "further": len(points) - len(numbers),
                "spoken_at": spoken.get(customer.pk),
            }
        )
    return rows


@require_GET
@supervisor_required
def customer(request: HttpRequest, customer_id: int) -> HttpResponse:
    """One customer. Opening the page is a look at personal data, and recorded; further parts are the same look."""
    visible = Customer.objects.visible_to(request.user).select_related("owner")
    shown = visible.filter(pk=customer_id).first()
    if shown is None:
        merged = get_object_or_404(Customer.objects.exclude(merged_into=None), pk=customer_id)
        return redirect("customer", merged.merged_into_id)
    before = request.GET.get("before", "")
    contacts, more = contacts_with(shown, request.user, before)
    context = {"customer": shown, "contacts": contacts, "more": more, "before": before}
    if "HX-Request" in request.headers:
        return render(request, "customers/_contacts.html", context)
    user: Any = request.user
    AccessLog.objects.create(user=user, action="customer-history", customer=shown)
    context |= {
        "reaches": reaches_of(shown, request.user),
        "owed": owed_to(shown, request.user),
        "fields": lines_on_page(shown),
        "now": timezone.now(),
    }
    older = request.GET.get("changes_before", "")
    context["changes"], context["more_changes"] = changes_of(shown, request.user, older)
    context["older_changes"] = older
    return render(request, "customers/history.html", context)
