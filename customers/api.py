"""The REST API: who is behind a number or an account. By token; nothing that names a person stands in an address."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema, inline_serializer
from drf_spectacular.views import SpectacularAPIView
from rest_framework import exceptions, serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from customers.addresses import Address, read_address
from customers.match_words import words_of
from customers.matching import Match, Reason, Tier, match_address
from customers.models import AccessLog, ApiToken, Customer, Endpoint

_LONGEST_VALUE = 256
_USED_AGAIN = timedelta(minutes=1)
# What may be asked for under its own name, and the kind that it is.
_SHORTHANDS = {"number": "phone", "openid": "openid", "email": "email"}
_KINDS = ("phone", "openid", "user", "mapped", "email", "sip")


@dataclass(frozen=True, slots=True)
class Machine:
    """Who asks by token: a program, not a person, and without a role."""

    pk: int
    name: str
    is_authenticated: bool = True
    is_active: bool = True


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token KEY`. Keys are known by their SHA-256 only: one look-up, right or wrong."""

    keyword = "Token"

    def authenticate(self, request: Request) -> tuple[Machine, ApiToken] | None:
        """The machine behind the key; None when no key was sent."""
        keyword, _space, key = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != self.keyword.lower():
            return None
        key_hash = ApiToken.hash_of(key.strip())
        token = ApiToken.objects.filter(key_hash=key_hash, is_active=True).first()
        if token is None:
            raise exceptions.AuthenticationFailed(_("令牌无效或已停用。"))
        _note_use(token)
        return Machine(token.pk, token.name), token

    def authenticate_header(self, request: Request) -> str:
        """What 401 answers ask for."""
        return f'{self.keyword} realm="api"'


def _note_use(token: ApiToken) -> None:
    """At most once a minute: a write for each request would make reading cost what writing costs."""
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - _USED_AGAIN:
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - _USED_AGAIN)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the token."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Authorization: Token KEY",
        }


class LookupQuestion(serializers.Serializer[Any]):
    """Either `kind` with `value`, or exactly one of the shorthands."""

    kind = serializers.ChoiceField(choices=_KINDS, required=False)
    value = serializers.CharField(max_length=_LONGEST_VALUE, required=False, allow_blank=True)
    number = serializers.CharField(max_length=_LONGEST_VALUE, required=False, allow_blank=True)
    openid = serializers.CharField(max_length=_LONGEST_VALUE, required=False, allow_blank=True)
    email = serializers.CharField(max_length=_LONGEST_VALUE, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One question at a time."""
        unknown = set(self.initial_data) - set(self.fields)
        if unknown:
            raise serializers.ValidationError(
                {name: [_("没有这个字段。")] for name in sorted(unknown)}
            )
        short = [name for name in _SHORTHANDS if name in attrs]
        if len(short) + ("kind" in attrs or "value" in attrs) != 1:
            raise serializers.ValidationError(
                _("请只给一项：kind 与 value，或 number、openid、email 之一。")
            )
        if short:
            return {"kind": _SHORTHANDS[short[0]], "value": attrs[short[0]]}
        for name in ("kind", "value"):
            if name not in attrs:
                raise serializers.ValidationError({name: [_("缺少这个字段。")]})
        return attrs


class LookupCustomer(serializers.Serializer[Any]):
    """A customer who is, or may be, behind it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    company = serializers.CharField()
    level = serializers.CharField()
    tier = serializers.ChoiceField(choices=[tier.value for tier in Tier])
    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason])


class LookupAnswer(serializers.Serializer[Any]):
    """`customers` holds one for "known", candidates for "maybe" and "several", nobody for "none".

    `hints` counts notes that mention the number; they are never more than a hint.
    """

    tier = serializers.ChoiceField(choices=[tier.value for tier in Tier])
    reason = serializers.ChoiceField(choices=[reason.value for reason in Reason])
    reason_text = serializers.CharField()
    customers = LookupCustomer(many=True)
    hints = serializers.IntegerField()


def _problem(name: str) -> Any:
    return inline_serializer(name, {"detail": serializers.CharField()})


class LookupView(APIView):
    """`POST /api/v1/lookup/`."""

    authentication_classes = [TokenAuthentication]
    permission_classes = [IsAuthenticated]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "api"

    @extend_schema(
        operation_id="lookup",
        summary="Who is behind a number or an account",
        request=LookupQuestion,
        responses={
            200: LookupAnswer,
            400: OpenApiResponse(description="The field, and what is wrong with it"),
            401: _problem("Unauthorized"),
            415: _problem("UnsupportedMediaType"),
            429: _problem("TooManyRequests"),
        },
    )
    def post(self, request: Request) -> Response:
        """The customers behind a number, an openid or an e-mail address, with how sure that is and why."""
        question = LookupQuestion(data=request.data)
        question.is_valid(raise_exception=True)
        asked = question.validated_data
        address = read_address(asked["kind"], asked["value"])
        lines = {read_address("phone", line).value for line in settings.OWN_LINES}
        found = match_address(address, own_values=lines)
        _record(request.auth, found, address)
        return Response(_answer(found, address))


def _answer(found: Match, address: Address) -> dict[str, Any]:
    return {
        "tier": found.tier.value,
        "reason": found.reason.value,
        "reason_text": words_of(found.reason),
        "customers": [
            {
                "id": one.customer.pk,
                "name": one.customer.name,
                "company": one.customer.company,
                "level": one.customer.level,
                "tier": (found.tier if found.tier is Tier.KNOWN else Tier.MAYBE).value,
                "reason": one.reason.value,
            }
            for one in found.candidates
        ],
        "hints": len(found.hints),
    }


def _record(token: Any, found: Match, address: Address) -> None:
    """One row for each customer whose data leaves the house; one without a customer when nobody was found."""
    endpoint = Endpoint.objects.filter(kind=address.kind, value=address.value).first()
    people: list[Customer | None] = [one.customer for one in found.candidates]
    AccessLog.objects.bulk_create(
        AccessLog(token=token, action="api-lookup", customer=person, endpoint=endpoint)
        for person in people or [None]
    )


class SchemaView(SpectacularAPIView):
    """The OpenAPI description. Open to everybody: it holds no data."""

    authentication_classes = []
    permission_classes = [AllowAny]


lookup = LookupView.as_view()
schema = SchemaView.as_view()
