"""拨打 on the page of follow-ups: handed to the agent's pop, and what has become of it."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from customers.follow_ups import FollowUpError
from customers.models import FollowUp
from customers.views.follow_ups import back, painted, role_required
from screenpop import handed_dials as rules
from screenpop.dialing import DoNotCallError, NotDialableError


@require_POST
@role_required
def ask(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    """Hand it over. Fields: `confirmed=1` after the do-not-call question, or `cancel` with the key of a wish.

    The row comes back with what became of it, with the question, or with the reason why nothing is dialled.
    """
    if key := request.POST.get("cancel", ""):
        handed = rules.give_up(request.user, follow_up_id, key)
        return painted(request, follow_up_id, handed=handed)
    confirmed = request.POST.get("confirmed") == "1"
    question, problem, handed = "", "", None
    try:
        handed = rules.hand_over(request.user, follow_up_id, confirmed=confirmed)
    except DoNotCallError as asked:
        question = str(asked)
    except (NotDialableError, FollowUpError) as reason:
        problem = str(reason)
    except FollowUp.DoesNotExist:
        raise Http404 from None
    if "HX-Request" not in request.headers:
        messages.info(request, question or problem or _("已请弹屏拨打，请切换到工作台。"))
        return back(request)
    return painted(request, follow_up_id, question=question, problem=problem, handed=handed)


@require_GET
@role_required
def standing(request: HttpRequest, follow_up_id: int, key: str) -> HttpResponse:
    """Asked each second while a wish waits: 204 while it is as `shown`, its line when there is more to say.

    Once it is over the whole row comes, as it stands then.
    """
    handed = rules.standing(request.user, follow_up_id, key)
    if handed.state == request.GET.get("shown"):
        return HttpResponse(status=204)
    if handed.waits:
        context = {"handed": handed, "tab": request.GET.get("tab", "")}
        return render(request, "customers/_follow_ups_handed.html", context)
    answer = painted(request, follow_up_id, handed=handed)
    answer["HX-Retarget"] = f'[data-follow-up="{follow_up_id}"]'
    return answer
