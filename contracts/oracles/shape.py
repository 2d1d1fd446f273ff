"""What a batch is: members, types, names, JSON."""

from __future__ import annotations

from contracts import jsontext
from contracts.document import read
from contracts.messages import Exchange, History, Label, Verdict
from contracts.oracles.echo import whole_echo
from contracts.oracles.exchanges import DIFFERS, answered, plain_control_fails, refused, taken
from contracts.oracles.form import echoed
from contracts.oracles.outcome import gone, known
from contracts.oracles.plans import answer, plan_judge, question_judge
from contracts.oracles.registry import oracle

GATING = (
    "batch-object body-present orders-present orders-array entry-object id-present slug-present id-string slug-string"
    " names plain-ids not-json not-utf-8"
)
QUESTIONS = (
    "snake-case unknown-members unknown-entry-members empty-strings empty-slugs blank-ids control-ids unicode-ids"
    " surrogate-ids markup-ids long-ids odd-slugs unknown-market repeated-id byte-order-mark utf-16"
    " deep-nesting huge-numbers"
)
for _name in GATING.split():
    plan_judge(f"shape.{_name}")
for _name in QUESTIONS.split():
    question_judge(f"shape.{_name}")


def _no_difference(clause: str) -> None:
    """What makes no difference: the plan is taken, and its echo is that of the plainly written batch."""

    @oracle(clause, about=clause)
    def judge(exchange: Exchange, history: History) -> Verdict | None:
        if exchange.plan.clause != clause or not answered(exchange) or exchange.status in (401, 403):
            return None
        if refused(exchange):
            if plain_control_fails(exchange, history) or exchange.alone == DIFFERS:
                return None
            return Verdict.failed(clause, f"{exchange.plan.kind} was answered {exchange.status}, not 200", "refused")
        return whole_echo(exchange, history, exchange.plan.kind)


for _name in ("white-space", "member-order", "escapes", "escaped-names"):
    _no_difference(f"shape.{_name}")


@oracle("shape.plain-slugs", about="shape.plain-slugs")
def a_plain_slug_is_taken(exchange: Exchange, history: History) -> Verdict | None:
    """Silent where the target refuses markets that nobody has: then no slug of ours but a real one can be taken."""
    clause = "shape.plain-slugs"
    if clause not in (exchange.plan.clause, *exchange.plan.probes) or not answered(exchange):
        return None
    if taken(exchange):
        return Verdict.passed(clause)
    if exchange.plan.clause != clause:
        return None  # among odd ones: asked again by themselves
    if not _unknown_markets_are_taken(history) or exchange.status in (401, 403):
        return None
    return Verdict.failed(clause, f"{exchange.plan.kind} was answered {exchange.status}, not 200", "slug refused")


@oracle("shape.markets-together", about="shape.markets-together")
def markets_taken_alone_are_taken_together(exchange: Exchange, history: History) -> Verdict | None:
    """Silent unless the market that nobody has is taken alone: the prelude asks; the target's own are lawful."""
    clause = "shape.markets-together"
    if exchange.plan.clause != clause or exchange.part_of or not answered(exchange) or exchange.status in (401, 403):
        return None
    alone = [x for x in history.aimed_at("shape.unknown-market") if x.part_of == exchange.plan.name]
    if not alone or not all(taken(x) for x in alone):
        return None
    if taken(exchange):
        return Verdict.passed(clause)
    return Verdict.failed(
        clause,
        f"markets that were each taken alone were answered {exchange.status} together",
        "markets refused together",
    )


@oracle("shape.repeated-member", about="shape.which-member")
def a_repeated_member_is_read_one_way(exchange: Exchange, history: History) -> Verdict | None:
    """The echo must be that of a reading, first or last, that is a lawful batch."""
    clause = "shape.repeated-member"
    if exchange.plan.clause != "shape.which-member" or not answered(exchange):
        return None
    if refused(exchange):
        return Verdict.passed(clause)
    got = echoed(exchange)
    if got is None:
        return None
    lawful = [ids for pick in ("first", "last") if (ids := _ids_by(exchange.request.body, pick)) is not None]
    if got in lawful:
        if any(known(o) and gone(o) is not (o.order_id in got) for o in exchange.outcomes):
            what = f"{exchange.plan.kind}: the batch that was echoed is not the one that was carried out"
            return Verdict.failed(clause, what, f"effect of another: {exchange.plan.kind}")
        return Verdict.passed(clause)
    return Verdict.failed(
        clause,
        f"{exchange.plan.kind}: the echo is of neither lawful reading of the body",
        f"echo of none: {exchange.plan.kind}",
    )


@oracle("shape.which-member", about="shape.which-member")
def which_member_counts(exchange: Exchange, history: History) -> Verdict | None:
    """The answer is refused, first or last, by the echo of a body with two lawful readings."""
    clause = "shape.which-member"
    if exchange.plan.clause != clause or exchange.plan.label is not Label.OPEN or not answered(exchange):
        return None
    if refused(exchange):
        return answer(clause, f"refused with {exchange.status}")
    got = echoed(exchange)
    picks = [pick for pick in ("first", "last") if got is not None and got == _ids_by(exchange.request.body, pick)]
    return answer(clause, " and ".join(picks) or "neither")


def _ids_by(body: bytes, pick: jsontext.Pick) -> tuple[str, ...] | None:
    """The ids of one reading of a body with repeated members; None where that reading is not a lawful batch."""
    return read(jsontext.once(body, pick)).ids


def _unknown_markets_are_taken(history: History) -> bool:
    asked = [x for x in history.aimed_at("shape.unknown-market") if answered(x)]
    return bool(asked) and all(taken(x) for x in asked)
