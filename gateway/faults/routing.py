"""Faults about methods, paths, media types and the headers that go with a body."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import unquote

from gateway.auth import KEY_HEADER
from gateway.core import BATCHED_CANCEL, Gateway, Handler
from gateway.faults.registry import fault, is_batched_cancel
from gateway.messages import Refusal, Reply, Request, Wire, invalid
from gateway.venue import Call


def carried_out_unsigned(gateway: Gateway, request: Request, now_ms: int) -> Reply | None:
    """The batch carried out on the account of its key id, as a door does that forgot to ask for the signature."""
    account = next((account for account in gateway.accounts if account.key_id == request.value(KEY_HEADER)), None)
    return gateway.cancel_batch(Call(account, request, now_ms)) if account else None


class OtherMethod(Gateway):
    """A gateway that can carry out the batch under a further method."""

    def also(self, allowed: str, method: str, path: str) -> Handler:
        """The route of POST for an allowed method too."""
        if path == BATCHED_CANCEL and method == allowed:
            return Gateway.route(self, "POST", path)
        return Gateway.route(self, method, path)


@fault(breaks="routing.other-methods")
class CarriesOutPut(OtherMethod):
    """Carries out PUT like POST."""

    def route(self, method: str, path: str) -> Handler:
        return self.also("PUT", method, path)


@fault(breaks="routing.other-methods")
class CarriesOutDelete(OtherMethod):
    """Carries out DELETE with a body, as other venues cancel."""

    def route(self, method: str, path: str) -> Handler:
        return self.also("DELETE", method, path)


@fault(breaks="routing.other-methods")
class CarriesOutGet(OtherMethod):
    """Carries out GET with a body."""

    def route(self, method: str, path: str) -> Handler:
        return self.also("GET", method, path)


@fault(breaks="routing.other-methods")
class CarriesOutPatch(OtherMethod):
    """Carries out PATCH like POST."""

    def route(self, method: str, path: str) -> Handler:
        return self.also("PATCH", method, path)


@fault(breaks="routing.other-methods")
class OverridesTheMethodFirst(Gateway):
    """Puts the method of X-HTTP-Method-Override in the place of its own before it looks at anything."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        override = request.value("X-HTTP-Method-Override").upper()
        first = replace(request, method=override) if override and request.method != "POST" else request
        return super().serve(first, now_ms)


@fault(breaks="routing.other-methods")
class ObeysMethodOverrides(Gateway):
    """Carries out a GET that says in a header that it means POST."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        override = request.value("X-HTTP-Method-Override").upper()
        if is_batched_cancel(request) and request.method != "POST" and override == "POST":
            return self.cancel_batch(self.authenticate(request, now_ms))
        return super().serve(request, now_ms)


@fault(breaks="routing.other-methods")
class RedirectsOtherMethods(Gateway):
    """Answers other methods with a redirect to the documents."""

    def route(self, method: str, path: str) -> Handler:
        if path == BATCHED_CANCEL and method in ("GET", "HEAD"):
            raise Refusal(302, 12, "Found", (("Location", "/docs"),))
        return super().route(method, path)


@fault(breaks="routing.other-methods")
class AnswersHeadWithOk(Gateway):
    """Answers HEAD with 200."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if is_batched_cancel(request) and request.method == "HEAD":
            return Reply(200)
        return super().serve(request, now_ms)


@fault(breaks="routing.other-methods")
class AnswersTraceWithOk(Gateway):
    """Answers TRACE with 200 and the request line."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if is_batched_cancel(request) and request.method == "TRACE":
            return Reply(
                200, (("Content-Type", "message/http"),), b"TRACE " + BATCHED_CANCEL.encode() + b" HTTP/1.1\r\n\r\n"
            )
        return super().serve(request, now_ms)


class OtherSpelling(Gateway):
    """A gateway whose check for signatures compares paths to the letter while its router is more generous."""

    def spelled(self, request: Request, now_ms: int, *, other: bool) -> Reply:
        """Serve a request, unsigned where its path is another spelling of the route."""
        if other and request.method == "POST" and not is_batched_cancel(request):
            return carried_out_unsigned(self, request, now_ms) or Gateway.serve(self, request, now_ms)
        return Gateway.serve(self, request, now_ms)


@fault(breaks="routing.other-paths")
class OpensWithASlash(OtherSpelling):
    """Carries out unsigned what comes with a slash at the end of the path."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        return self.spelled(request, now_ms, other=request.path.rstrip("/") == BATCHED_CANCEL)


@fault(breaks="routing.other-paths")
class OpensWithTwoSlashes(OtherSpelling):
    """Carries out unsigned what comes with slashes doubled."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        return self.spelled(request, now_ms, other=re.sub("/+", "/", request.path) == BATCHED_CANCEL)


@fault(breaks="routing.other-paths")
class OpensInCapitals(OtherSpelling):
    """Carries out unsigned what comes with the path in another letter case."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        return self.spelled(request, now_ms, other=request.path.lower() == BATCHED_CANCEL)


@fault(breaks="routing.other-paths")
class OpensWithPercents(OtherSpelling):
    """Carries out unsigned what comes with letters or slashes of the path percent-encoded."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        return self.spelled(request, now_ms, other=unquote(request.path) == BATCHED_CANCEL)


@fault(breaks="routing.other-paths")
class OpensWithDots(OtherSpelling):
    """Carries out unsigned what comes over dot segments."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        resolved = re.sub(r"/[^/]+/\.\.(?=/)", "", request.path.replace("/./", "/"))
        return self.spelled(request, now_ms, other=resolved == BATCHED_CANCEL)


@fault(breaks="routing.other-paths")
class OpensWithASuffix(OtherSpelling):
    """Carries out unsigned what comes with .json or a path parameter after the path."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        return self.spelled(request, now_ms, other=re.sub(r"(\.json|;.*)$", "", request.path) == BATCHED_CANCEL)


@fault(breaks="routing.media-type")
class WantsLowerCaseMediaTypes(Gateway):
    """Refuses application/json in another letter case."""

    def check_media_type(self, request: Request) -> None:
        essence = request.value("Content-Type").partition(";")[0].strip()
        if essence.lower() == "application/json" and essence != "application/json":
            raise Refusal(415, 3, "the media type is not supported")


@fault(breaks="routing.media-type")
class RefusesCharsets(Gateway):
    """Refuses application/json with a charset."""

    def check_media_type(self, request: Request) -> None:
        if "charset" in request.value("Content-Type").lower():
            raise Refusal(415, 3, "the media type is not supported")


@fault(breaks="routing.media-type")
class WantsOneSpellingOfUtf8(Gateway):
    """Refuses a charset that is written in capitals, in quotes or with white space around it."""

    def check_media_type(self, request: Request) -> None:
        charset = re.search("charset=(.*)$", request.value("Content-Type"))
        if charset and charset[1] != "utf-8":
            raise Refusal(415, 3, "the media type is not supported")


@fault(breaks="routing.media-type")
class RefusesOtherParameters(Gateway):
    """Refuses application/json with a parameter that isn't a charset."""

    def check_media_type(self, request: Request) -> None:
        if re.match(r"application/json\s*;\s*(?!charset)\w", request.value("Content-Type"), re.IGNORECASE):
            raise invalid("the media type is not supported")


@fault(breaks="routing.chunked")
class OverlooksChunkedBodies(Gateway):
    """Reads no body where no length is given."""

    def content(self, request: Request) -> bytes:
        return b"" if request.values("Transfer-Encoding") else super().content(request)


@fault(breaks="routing.chunked")
class RefusesChunkedBodies(Gateway):
    """Answers 413 to a body of unknown length."""

    def check_media_type(self, request: Request) -> None:
        if request.values("Transfer-Encoding"):
            raise Refusal(413, 3, "the body is too large")


@fault(breaks="routing.expect")
class WaitsWhereToldToExpect(Gateway):
    """Waits two seconds for a body that is there already."""

    def finish(self, request: Request, reply: Reply, now_ms: int) -> Reply:
        if is_batched_cancel(request) and request.values("Expect"):
            return Reply(reply.status, reply.headers, reply.body, Wire(delay_ms=2000))
        return super().finish(request, reply, now_ms)


@fault(breaks="routing.expect")
class AnswersBadRequestToExpectations(Gateway):
    """Answers 400 to a client that would wait for 100 Continue."""

    def expect(self, head: Request) -> Reply | None:
        return self.refuse(head, invalid("Expect is not supported")) if is_batched_cancel(head) else None


@fault(breaks="routing.accept")
class AnswersBadRequestToOtherAccepts(Gateway):
    """Answers 400 to a client that accepts only HTML."""

    def check_media_type(self, request: Request) -> None:
        accept = request.value("Accept")
        if accept and "json" not in accept and "*" not in accept:
            raise invalid("Accept is not supported")


@fault(breaks="routing.accept")
class AnswersUnsupportedToOtherAccepts(Gateway):
    """Answers 415 to a client that accepts only text or XML."""

    def check_media_type(self, request: Request) -> None:
        if request.value("Accept").startswith(("text/plain", "application/xml", "text/xml", "text/html")):
            raise Refusal(415, 3, "Accept is not supported")


@fault(breaks="routing.long-header")
class ForbidsLongHeaders(Gateway):
    """Answers 403 to a header of more than 4,000 characters, an attack to its firewall."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if any(len(value) > 4000 for _, value in request.headers):
            raise Refusal(403, 7, "Forbidden")
        return super().serve(request, now_ms)


@fault(breaks="routing.long-header")
class AnswersTooLargeToLongHeaders(Gateway):
    """Answers 413 to headers of more than 6,000 characters together."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if sum(len(name) + len(value) for name, value in request.headers) > 6000:
            raise Refusal(413, 3, "the request is too large")
        return super().serve(request, now_ms)


@fault(breaks="robustness.no-5xx")
class BreaksOnHalfACharacter(Gateway):
    """Answers 500 to a path whose percent-encoding is no text."""

    def serve(self, request: Request, now_ms: int) -> Reply:
        if "\ufffd" in unquote(request.path):
            return self.crashed()
        return super().serve(request, now_ms)
