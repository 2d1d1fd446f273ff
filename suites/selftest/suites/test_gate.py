"""The gate's list of plans: bounded, named once, the same to the byte, and labelled as the document reads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from contracts.catalogue import clauses
from contracts.document import read
from contracts.messages import JSON_TYPE, PATH, Account, Credentials, Framing, Label, Plan
from contracts.signing import HEADERS
from suites import gate
from suites.conclusion import NEED_SECOND
from suites.outcome import TURNED
from suites.run import SHARED, needs_of
from suites.sending.rendering import FORMS, PLACEHOLDER, Binding, Placed, body_of
from suites.strategies.credentials import BYTES, KEYS, TEXTS, TIMESTAMPS

ROOT = Path(__file__).parents[3]
REQUESTS_MAX = 264
MARKETS = ("market-a", "market-b", "market-c")

OTHER_LABEL = {
    "shape.unknown-market/": "a market that nobody has is no matter of the body's form",
    "shape.markets-together/": "one of its markets is nobody's",
    "outcome.exact-id/plain": "plain ids; what is open is whether ids that are almost an order's are taken",
    "outcome.other-market/": "well formed; what is open is what a market that is not the order's own does",
    "shape.which-member/orderId twice, the second a number": "the first reading of it is lawful",
    "shape.which-member/two arrays": "the first reading of it is lawful",
    "robustness.no-5xx/deep-text": "brackets that are never closed; deeper than the reading goes, and yet no JSON",
}
"""Plans that the reading of their body labels otherwise, and why they are right."""
OTHER_CLAUSE = {
    "size.entries/two-markets": "22 entries that differ: only its 11 of each market aim at what a limit may count",
    "size.entries/unknown-markets": "21 entries that differ: only those of a market that nobody has aim at it",
    "wholeness.position/": "the defect has a clause of its own; the plan aims at where it stands",
    "outcome.": "an order named twice, or other spellings: the plan aims at the order",
    "echo.repeats/": "an id again is an open question; what is echoed is none",
    "shape.huge-numbers/": "they stand in unknown members",
    "disclosure.": "any refusal will do",
    "robustness.": "any bad input will do",
}
"""Plans that aim at another clause than the one that their body breaks or asks, and why."""


@cache
def plans() -> tuple[Plan, ...]:
    return gate.plans(1)


def wholes() -> Iterator[tuple[Plan, Plan]]:
    """Every part of every plan with its whole."""
    for whole in plans():
        for part in gate.parts(whole):
            yield whole, part


def written(whole: Plan, part: Plan) -> bytes:
    """The body with plain values in the place of what only the moment of sending knows."""
    needs = {need.name: Placed(f"order-{need.name}", MARKETS[need.market % 3]) for need in needs_of(whole)}
    return body_of(part, Binding(MARKETS, needs))


def is_about_its_body(plan: Plan) -> bool:
    """Whether nothing but the body is special about a plan."""
    usual = (plan.method, plan.path, plan.credentials, plan.framing) == ("POST", PATH, Credentials(), Framing.LENGTH)
    return usual and JSON_TYPE in plan.headers and plan.clause.partition(".")[0] != "routing"


def about_bodies() -> list[tuple[Plan, Plan]]:
    return [(whole, part) for whole, part in wholes() if is_about_its_body(part) and _is_plain(part)]


def _is_plain(plan: Plan) -> bool:
    """Whether no header beside the body says what it is."""
    return not any(name in ("Content-Encoding", "Content-Length") for name, _ in plan.headers)


def excused(name: str, excuses: dict[str, str]) -> bool:
    return name.startswith(tuple(excuses))


def test_no_two_plans_share_a_name() -> None:
    counted = Counter(part.name for _, part in wholes())
    assert [name for name, count in counted.items() if count > 1] == []


def test_two_plans_of_one_name_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Twice:
        @staticmethod
        def plans(seed: int) -> Iterator[Plan]:
            yield Plan(f"size.one/{seed}", "size.one")
            yield Plan(f"size.one/{seed}", "size.one")

    monkeypatch.setattr(gate, "SUITES", (Twice,))
    with pytest.raises(ValueError, match=r"two plans are named size\.one/7"):
        gate.plans(7)


def test_the_gate_sends_few_requests() -> None:
    orders = len({(whole.name, need.name) for whole in plans() for need in needs_of(whole)})
    assert sum(len(gate.parts(whole)) for whole in plans()) + orders / 20 <= REQUESTS_MAX


@pytest.mark.parametrize("seed", [2, 3, 2**31])
def test_another_seed_changes_ids_and_nothing_else(seed: int) -> None:
    other = gate.plans(seed)
    assert [part.name for plan in other for part in gate.parts(plan)] == [part.name for _, part in wholes()]
    assert [part.label for plan in other for part in gate.parts(plan)] == [part.label for _, part in wholes()]
    assert other != plans()


def test_two_processes_make_the_same_plans_to_the_byte() -> None:
    code = (
        "import hashlib; from contracts.codec import dumps; from suites import gate;"
        "print(hashlib.sha256(dumps(gate.plans(1)).encode()).hexdigest())"
    )
    digests = set()
    for hash_seed in ("0", "4242"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
        made = subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, check=True)
        digests.add(made.stdout.strip())
    assert len(digests) == 1
    assert len(digests.pop()) == 64


def test_a_plan_is_named_after_a_clause_that_there_is() -> None:
    for _, part in wholes():
        assert part.clause in clauses()
        assert set(part.probes) <= set(clauses())


def test_every_gating_clause_has_a_plan_that_aims_at_it() -> None:
    aimed = {part.clause for _, part in wholes()} | {probe for _, part in wholes() for probe in part.probes}
    assert [clause.id for clause in clauses().values() if clause.id not in aimed] == []


def test_without_a_second_account_what_is_not_about_two_is_asked_all_the_same() -> None:
    """But for one clause whose plan comes before one that is."""

    def asked(plan: Plan) -> bool:
        used = {(each.credentials.key, each.credentials.secret) for each in gate.parts(plan)}
        needs = (need.account for each in gate.parts(plan) for need in each.orders if not need.optional)
        return Account.OTHER not in {account for pair in used for account in pair} | set(needs)

    left = {each.clause for plan in gate.by_one_account(gate.plans(1)) if asked(plan) for each in gate.parts(plan)}
    unasked = {each.clause for plan in gate.plans(1) for each in gate.parts(plan)} - left
    assert {each for each in unasked if not each.startswith(NEED_SECOND)} == {"credentials.any-valid", "echo.again"}


def test_a_label_is_what_the_document_says_of_the_body() -> None:
    wrong = [
        f"{part.name}: {part.label}, and the document reads {read(written(whole, part))}"
        for whole, part in about_bodies()
        if read(written(whole, part)).label is not part.label and not excused(part.name, OTHER_LABEL)
    ]
    assert wrong == []


def test_a_plan_breaks_or_asks_what_it_aims_at() -> None:
    wrong = []
    for whole, part in about_bodies():
        reading = read(written(whole, part))
        concerned = reading.breaks or reading.asks
        if concerned and part.clause not in concerned and not excused(part.name, OTHER_CLAUSE | OTHER_LABEL):
            wrong.append(f"{part.name}: its body is about {concerned}")
    assert wrong == []


def test_an_unlawful_body_breaks_one_thing() -> None:
    """An entry with neither member lacks two, by one cause."""
    wrong = []
    for whole, part in about_bodies():
        broken = set(read(written(whole, part)).breaks)
        if part.label is Label.UNLAWFUL and len(broken) > 1 and part.kind != "an empty entry":
            wrong.append(f"{part.name}: {broken}")
    assert wrong == []


def test_a_bad_entry_among_good_ones_probes_the_clause_of_its_defect() -> None:
    for whole, part in about_bodies():
        if part.clause == "wholeness.position" and part.probes:
            assert set(part.probes) <= set(read(written(whole, part)).breaks), part.name


@pytest.mark.parametrize("excuses", [OTHER_LABEL, OTHER_CLAUSE])
def test_every_excuse_is_needed(excuses: dict[str, str]) -> None:
    used = set()
    for whole, part in about_bodies():
        reading = read(written(whole, part))
        concerned = reading.breaks or reading.asks
        differs = reading.label is not part.label or (concerned and part.clause not in concerned)
        used |= {prefix for prefix in excuses if differs and part.name.startswith(prefix)}
    assert used == set(excuses)


def test_a_plan_whose_credentials_are_wrong_has_a_lawful_body() -> None:
    for whole, part in wholes():
        if part.credentials != Credentials() and part.answers == (401,):
            assert read(written(whole, part)).label is Label.LAWFUL, part.name


def test_an_unlawful_body_is_signed_rightly() -> None:
    for _, part in wholes():
        if part.answers[:1] == (400,) and 401 not in part.answers:
            assert part.credentials.key is part.credentials.secret, part.name
            assert part.credentials in (Credentials(), Credentials(part.credentials.key, part.credentials.key))


def test_right_answers_follow_from_the_label() -> None:
    for _, part in wholes():
        if part.label is Label.LAWFUL:
            assert part.answers == (200,), part.name
        elif part.label is Label.OPEN:
            assert part.answers[:1] == (200,) and len(part.answers) > 1, part.name
        elif part.method == "POST":
            assert not any(200 <= status < 300 for status in part.answers), part.name
        assert not any(status >= 500 and status != 501 for status in part.answers), part.name


def test_413_is_an_answer_to_large_bodies_only() -> None:
    for whole, part in about_bodies():
        allowed = 413 in part.answers
        assert allowed is (len(written(whole, part)) > 32 * 1024 and part.label is not Label.LAWFUL), part.name


def test_every_placeholder_is_among_the_needs() -> None:
    for whole, part in wholes():
        named = PLACEHOLDER.findall((part.body or b"") + part.path.encode())
        needs = {need.name for need in needs_of(whole)}
        missing = {name.decode() for _, name, _ in named if not name.isdigit()} - needs
        assert missing == set(), part.name
        assert {form.decode() for _, _, form in named} <= set(FORMS), part.name


def test_every_need_is_named_or_stands_beside() -> None:
    """An order that no batch of the plan names must be left open; one that must go is named."""
    for whole in plans():
        text = b"".join(part.body or b"" for part in gate.parts(whole))
        for need in needs_of(whole):
            named = re.search(rb"order\.%b(}}|\|escaped)" % need.name.encode(), text)
            assert need.fate in ("open", "any") or named, (whole.name, need.name)


def test_orders_that_plans_share_are_the_same_everywhere() -> None:
    shared = {need for whole in plans() for need in needs_of(whole) if need.name.startswith(SHARED)}
    assert len({need.name for need in shared}) == len({(need.name, need.account, need.market) for need in shared})
    taken = {need.name for need in shared if need.fate != "open"}
    assert taken == {TURNED} == {need.name for need in needs_of(plans()[-1]) if need.fate == "cancelled"}


def test_every_way_of_writing_is_one_that_there_is() -> None:
    for _, part in wholes():
        wanted = part.credentials
        assert wanted.timestamp in TIMESTAMPS
        assert wanted.signature in TEXTS or wanted.signature in BYTES
        assert wanted.key_text in KEYS
        assert set(wanted.drop) <= set(HEADERS)


def test_nothing_in_a_plan_is_of_the_moment() -> None:
    """No absolute time and no market: a plan that is replayed next year is the same request."""
    for _, part in wholes():
        text = (part.body or b"").decode("utf-8", "replace") + part.path
        assert "marketSlug" not in text or "{{market." in text or part.clause.partition(".")[0] == "shape", part.name
