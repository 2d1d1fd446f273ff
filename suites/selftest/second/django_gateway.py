"""The gateway on Django REST Framework: as its tutorial leads one to write it, and with every promise kept."""

from __future__ import annotations

import base64
import json
import os
import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import path
from nacl.exceptions import BadSignatureError
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from suites.selftest.second.exchange import Exchange

HEADERS = ("X-PM-Access-Key", "X-PM-Timestamp", "X-PM-Signature")
exchange = Exchange(os.environ)


class CarelessSignature(BaseAuthentication):
    """Who signed; without headers, somebody anonymous whom the permissions turn away with 403."""

    def authenticate(self, request: Request) -> tuple[SimpleNamespace, None] | None:
        key, timestamp, signature = map(request.headers.get, HEADERS)
        if not key or not timestamp or not signature:
            return None
        sent = datetime.fromtimestamp(int(timestamp) / 1000, UTC)
        if abs(datetime.now(UTC) - sent) > timedelta(seconds=30):
            raise AuthenticationFailed("stale timestamp")
        try:
            text = f"{timestamp}{request.method}{request.path}".encode()
            exchange.keys[key].verify(text, base64.b64decode(signature))
        except (KeyError, ValueError, BadSignatureError):
            raise AuthenticationFailed("invalid signature") from None
        return SimpleNamespace(pk=key, is_authenticated=True), None


class CarefulSignature(BaseAuthentication):
    """Who signed, by what was sent and not by what could be made of it."""

    def authenticate(self, request: Request) -> tuple[SimpleNamespace, None]:
        key, timestamp, signature = (request.headers.get(name, "") for name in HEADERS)
        if not re.fullmatch("[1-9][0-9]{0,19}", timestamp) or abs(time.time() * 1000 - int(timestamp)) > 30_000:
            raise AuthenticationFailed("the timestamp is not now")
        try:
            text = f"{timestamp}{request.method}{request.path}".encode()
            exchange.keys[key].verify(text, base64.b64decode(signature, validate=True))
        except (KeyError, ValueError, BadSignatureError):
            raise AuthenticationFailed("the signature is not right") from None
        return SimpleNamespace(pk=key, is_authenticated=True), None

    def authenticate_header(self, request: Request) -> str:
        """The scheme; without one, the framework answers 403."""
        return "X-PM-Signature"


class Signed(APIView):
    """What only accounts may ask for."""

    authentication_classes = (CarefulSignature if exchange.careful else CarelessSignature,)


class Entry(serializers.Serializer):
    """One cancellation; a CharField trims, and writes numbers as strings."""

    orderId = serializers.CharField()
    marketSlug = serializers.CharField()


class Batch(serializers.Serializer):
    """Up to 20 of them."""

    orders = Entry(many=True, allow_empty=False, max_length=20)


class CarelessCancel(Signed):
    """Cancels what the serializers make of a body."""

    serializer = Batch

    def post(self, request: Request) -> Response:
        batch = self.serializer(data=request.data)
        batch.is_valid(raise_exception=True)
        orders = batch.validated_data["orders"]
        for entry in orders:
            exchange.cancel(request.user.pk, entry["orderId"], entry["marketSlug"])
        return Response({"canceledOrderIds": [entry["orderId"] for entry in orders]})


class StringField(serializers.CharField):
    """A string that is one, to the letter."""

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> Any:
        """The string itself."""
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class StrictEntry(serializers.Serializer):
    """One cancellation."""

    orderId = StringField()
    marketSlug = StringField()


class StrictBatch(serializers.Serializer):
    """Up to 20 of them."""

    orders = StrictEntry(many=True, allow_empty=False, max_length=20)


class StrictParser(BaseParser):
    """JSON in UTF-8; what is nested too deep for Python is no JSON either, and no reason to fall over."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(stream.read().decode(), parse_constant=self.refuse)
        except (ValueError, RecursionError):
            raise ParseError("not JSON") from None

    def refuse(self, literal: str) -> None:
        """NaN is Python's, not JSON's."""
        raise ValueError(literal)


class CarefulCancel(CarelessCancel):
    """Cancels what was sent, and answers in JSON whatever else a client would take."""

    parser_classes = (StrictParser,)
    renderer_classes = (JSONRenderer,)
    serializer = StrictBatch


class Placing(Signed):
    """Order entry."""

    def post(self, request: Request) -> Response:
        markets = [each["marketSlug"] for each in request.data["orders"]]
        if not exchange.markets.issuperset(markets):
            raise ValidationError("unknown market")
        return Response({"createdOrderIds": [exchange.place(request.user.pk, market) for market in markets]})


class Resting(Signed):
    """The orders in the market."""

    def get(self, request: Request) -> Response:
        return Response({"orders": exchange.resting(request.user.pk)})


urlpatterns = [
    path("v1/orders/batched/cancel", (CarefulCancel if exchange.careful else CarelessCancel).as_view()),
    path("v1/orders/batched", Placing.as_view()),
    path("v1/orders/open", Resting.as_view()),
]


def with_lengths_only(serve: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The application without chunked bodies: Django reads as far as a Content-Length says, and they have none."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if "HTTP_TRANSFER_ENCODING" not in environ:
            return serve(environ, start_response)
        start_response("411 Length Required", [("Content-Length", "0")])
        return ()

    return answer


application = with_lengths_only(get_wsgi_application()) if exchange.careful else get_wsgi_application()
