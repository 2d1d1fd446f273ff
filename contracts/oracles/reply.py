"""Status, media type and form of answers."""

from __future__ import annotations

import json

from contracts import jsontext
from contracts.messages import Exchange, History, Label, Verdict
from contracts.oracles.exchanges import DIFFERS, answered, odd_credentials_refused, plain_control_fails, refused, taken
from contracts.oracles.form import MEMBER, content, media_type_is_json, parsed, value_of
from contracts.oracles.plans import answer
from contracts.oracles.registry import oracle

STATUS_OK = 200


@oracle("reply.taken")
def a_taken_batch_is_answered_200(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every lawful plan; a refusal counts only where no other judge speaks of it."""
    clause = "reply.taken"
    plan = exchange.plan
    if (
        plan.label is Label.OPEN
        and taken(exchange)
        and STATUS_OK in plan.answers
        and exchange.status not in plan.answers
    ):
        return Verdict.failed(
            clause, f"{plan.kind} was answered {exchange.status}, not 200", f"status {exchange.status}"
        )
    if plan.label is not Label.LAWFUL or not answered(exchange) or plan.answers[:1] != (STATUS_OK,):
        return None
    if exchange.status in plan.answers:
        return Verdict.passed(clause)
    if exchange.alone == DIFFERS:
        return None
    if refused(exchange) and (exchange.status in (401, 403) or _judged_elsewhere(exchange, history)):
        return None
    return Verdict.failed(
        clause, f"a lawful, rightly signed batch was answered {exchange.status}, not 200", f"status {exchange.status}"
    )


def _judged_elsewhere(exchange: Exchange, history: History) -> bool:
    """Whether a refusal is another judge's matter: the plan's own, or that of plain batches of this size."""
    concern = exchange.plan.clause.partition(".")[0]
    own = concern in ("window", "isolation")
    own = own or exchange.plan.clause in ("echo.again", "outcome.nothing-to-cancel", "ownership.foreign-as-unknown")
    return own or plain_control_fails(exchange, history) or _explained(history)


def _explained(history: History) -> bool:
    """Whether plans with a judge of their own for it were refused as well: markets together, say, or repeats."""
    judged = ("size.", "shape.", "credentials.", "routing.")
    return any(
        (refused(x) and x.plan.label is Label.LAWFUL and x.plan.clause.startswith(judged)) or _together(x, history)
        for x in history.exchanges
    )


def _together(exchange: Exchange, history: History) -> bool:
    """Whether markets that were each taken alone were refused together."""
    if exchange.plan.clause != "shape.markets-together" or exchange.part_of or not refused(exchange):
        return False
    return all(taken(x) for x in history.aimed_at("shape.markets-together") if x.part_of == exchange.plan.name)


@oracle("reply.refused")
def a_refused_body_is_answered_400(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every plan whose body is in question and whose credentials are right."""
    clause = "reply.refused"
    plan = exchange.plan
    if 400 not in plan.answers or 401 in plan.answers or not answered(exchange) or taken(exchange):
        return None
    if odd_credentials_refused(exchange):
        return None
    if exchange.status in plan.answers:
        return Verdict.passed(clause)
    return Verdict.failed(clause, f"{plan.kind} was answered {exchange.status}, not 400", f"status {exchange.status}")


@oracle("reply.unauthorized")
def refused_credentials_are_answered_401(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every plan whose credentials are wrong and whose body is right."""
    clause = "reply.unauthorized"
    plan = exchange.plan
    if 401 not in plan.answers or not answered(exchange) or taken(exchange):  # HTTP status
        return None
    if exchange.status in plan.answers:
        return Verdict.passed(clause)
    return Verdict.failed(clause, f"{plan.kind} was answered {exchange.status}, not 401", f"status {exchange.status}")


@oracle("reply.media-type")
def a_200_names_a_json_media_type(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every 200 to a batch."""
    if exchange.reply is None or not _is_batch_200(exchange):
        return None
    several = {value for name, value in exchange.reply.headers if name.lower() == "content-type"}
    if len(several) > 1:
        return Verdict.failed("reply.media-type", f"a 200 names {len(several)} media types", "several media types")
    if media_type_is_json(exchange.reply):
        return Verdict.passed("reply.media-type")
    named = exchange.reply.header("Content-Type")
    return Verdict.failed("reply.media-type", f"a 200 names the media type {named!a}", "no JSON media type")


@oracle("reply.json")
def a_body_called_json_is_json(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every 200 to a batch, and every other answer that has a body and calls it JSON."""
    clause = "reply.json"
    reply = exchange.reply
    if reply is None or exchange.failure or exchange.plan.method == "HEAD":
        return None
    if not _is_batch_200(exchange) and (not reply.body or not media_type_is_json(reply)):
        return None
    body = content(reply)
    if body is None or (body != reply.body and _coding_is_wrong(exchange)):
        return None
    try:
        parsed(body)
    except jsontext.NotJson as error:
        return Verdict.failed(clause, f"the body of the answer {exchange.status} is not JSON: {error}", "not JSON")
    return Verdict.passed(clause)


@oracle("reply.form")
def a_200_holds_the_echo(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every 200 to a batch whose body is JSON."""
    clause = "reply.form"
    if exchange.reply is None or not _is_batch_200(exchange):
        return None
    try:
        value = value_of(exchange.reply)
    except jsontext.NotJson:
        return None
    if not isinstance(value, dict):
        return Verdict.failed(clause, f"the body of a 200 is {_kind(value)}, not an object", "not an object")
    if MEMBER not in value:
        return Verdict.failed(clause, f"the body of a 200 has no member {MEMBER}", "no echo")
    echo = value[MEMBER]
    if not isinstance(echo, list):
        return Verdict.failed(clause, f"{MEMBER} is {_kind(echo)}, not an array", "echo is no array")
    strange = next((each for each in echo if not isinstance(each, str)), None)
    if not all(isinstance(each, str) for each in echo):
        return Verdict.failed(clause, f"{MEMBER} holds {_kind(strange)}, not only strings", "echo not of strings")
    return Verdict.passed(clause)


@oracle("reply.members-once")
def each_member_stands_once(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every answer that is a JSON text."""
    reply = exchange.reply
    if reply is None or exchange.failure or not reply.body or not media_type_is_json(reply):
        return None
    body = content(reply)
    if body is None:
        return None
    try:
        text = parsed(body)
    except jsontext.NotJson:
        return None
    if text.repeated:
        return Verdict.failed("reply.members-once", "a member stands twice in the answer", "repeated member")
    return Verdict.passed("reply.members-once")


@oracle("reply.length")
def the_answer_is_as_long_as_it_says(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every answer; `short` is what the sender calls one that ends too soon."""
    clause = "reply.length"
    if exchange.failure == "short":
        return Verdict.failed(clause, "the answer ended before its announced length", "too short")
    if exchange.reply is None or exchange.failure or exchange.plan.method == "HEAD":
        return None
    said = exchange.reply.header("Content-Length")
    if said is not None and not (said.strip().isascii() and said.strip().isdigit()):
        return Verdict.failed(clause, f"the answer says the length {said!a}", "no number")
    if exchange.reply.surplus:
        return Verdict.failed(
            clause, f"{exchange.reply.surplus} bytes came behind the announced end of the answer", "too long"
        )
    return Verdict.passed(clause)


@oracle("reply.coding")
def an_answer_is_compressed_only_where_offered(exchange: Exchange, history: History) -> Verdict | None:
    """Judges every answer."""
    if exchange.reply is None or exchange.failure:
        return None
    if _coding_is_wrong(exchange):
        coding = exchange.reply.header("Content-Encoding")
        return Verdict.failed(
            "reply.coding",
            f"the answer has the content coding {coding!a}, which was not offered or is not true",
            "coding",
        )
    return Verdict.passed("reply.coding")


@oracle("reply.further-members", about="reply.taken")
def which_members_stand_beside_the_echo(exchange: Exchange, history: History) -> Verdict | None:
    """Asked by every plain lawful batch that aims at the status."""
    clause = "reply.further-members"
    if exchange.plan.clause != "reply.taken" or exchange.reply is None or not _is_batch_200(exchange):
        return None
    try:
        value = value_of(exchange.reply)
    except jsontext.NotJson:
        return None
    return answer(clause, ", ".join(sorted(set(value) - {MEMBER})) or "none") if isinstance(value, dict) else None


def _error_form(clause: str, status: int, aimed: str) -> None:
    @oracle(clause, about=aimed)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        if exchange.plan.clause != aimed or exchange.status != status or exchange.reply is None or exchange.failure:
            return None
        return answer(clause, _form(exchange))


_error_form("reply.error-form", 400, "size.empty")
_error_form("reply.unauthorized-form", 401, "credentials.signature-present")


def _form(exchange: Exchange) -> str:
    reply = exchange.reply
    if reply is None or not reply.body:
        return "no body"
    named = (reply.header("Content-Type") or "no media type").partition(";")[0].strip().lower()
    try:
        value = value_of(reply)
    except jsontext.NotJson:
        return named
    return f"{named}: {', '.join(sorted(value))}" if isinstance(value, dict) else f"{named}: {_kind(value)}"


def _is_batch_200(exchange: Exchange) -> bool:
    """A 200 that answers a batch: not OPTIONS or another method that was let through."""
    return exchange.status == STATUS_OK and not exchange.failure and exchange.plan.method == "POST"


def _coding_is_wrong(exchange: Exchange) -> bool:
    if exchange.reply is None:  # pragma: no cover  # for the type checker: only what was answered comes here
        return False
    coding = (exchange.reply.header("Content-Encoding") or "identity").strip().lower()
    if coding == "identity":
        return False
    return coding not in _offered(exchange) or content(exchange.reply) is None


def _offered(exchange: Exchange) -> set[str]:
    """The content codings that a request offers; those with the weight 0 are forbidden."""
    found = set()
    for name, value in exchange.request.headers:
        for each in value.lower().split(",") if name.lower() == "accept-encoding" else ():
            coding, _, weight = each.partition(";")
            if weight.strip().replace(" ", "") not in ("q=0", "q=0.0"):
                found.add(coding.strip())
    return found


def _kind(value: object) -> str:
    return {"dict": "an object", "list": "an array", "str": "a string", "NoneType": "null"}.get(
        type(value).__name__, f"the value {json.dumps(value)[:40]}"
    )
