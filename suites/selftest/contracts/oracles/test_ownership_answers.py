"""What an answer tells of whose an order is, over hand-written exchanges, before all judges."""

from __future__ import annotations

from suites.selftest.contracts.written import exchange, failures, plan


def foreign(status: int = 200, raw: bytes | None = None, headers: tuple[tuple[str, str], ...] = ()) -> set[str]:
    clause = "ownership.foreign-as-unknown"
    whole = plan(clause, ["b"], name="whole")
    unknown = [exchange(plan(clause, [each], name=each), number=n, part_of="whole") for n, each in enumerate("xy", 1)]
    named = (("Content-Type", "application/json"), *headers)
    return failures(exchange(whole, status, raw=raw, headers=named, number=3), *unknown)


def test_a_foreign_order_is_answered_as_an_unknown_one() -> None:
    clause = {"ownership.foreign-as-unknown"}
    assert foreign() == set()
    assert foreign(404) == clause
    assert foreign(raw=b'{"canceledOrderIds":["b"],"skipped":1}') == clause
    assert foreign(headers=(("X-Owner", "x"),)) == clause
    assert foreign(headers=(("Connection", "close"), ("Set-Cookie", "a=b"))) == set()


HEADER = ("Content-Type", "application/json")


def counting(
    value: str, header: str = "X-Count", *, of_unknown: tuple[str, ...] = ("1", "1"), batches: int = 14
) -> set[str]:
    """What is found of a foreign id's answer, behind batches of one and two unknown ids, with a header each.

    Args:
        value: of the header for the foreign id.
        of_unknown: its value for one unknown id, and for two.
        batches: how many of these there were.
    """
    ids = [("x",) if number % 2 else ("x", "y") for number in range(batches)]
    sent = [plan("size.between", each, name=f"between {number}") for number, each in enumerate(ids)]
    before = [
        exchange(each, number=number, headers=(HEADER, (header, of_unknown[len(ids[number]) - 1])))
        for number, each in enumerate(sent)
    ]
    clause = "ownership.foreign-as-unknown"
    whole = plan(clause, ["b"], name="whole")
    unknown = exchange(
        plan(clause, ["x"], name="x"), number=97, part_of="whole", headers=(HEADER, (header, of_unknown[0]))
    )
    return failures(exchange(whole, headers=(HEADER, (header, value)), number=98), unknown, *before)


def test_no_header_tells_a_foreign_order_from_an_unknown_one() -> None:
    clause = {"ownership.foreign-as-unknown"}
    assert counting("0", of_unknown=("0", "0")) == set()
    assert counting("1", of_unknown=("0", "0")) == clause  # how many are open
    assert counting("1", of_unknown=("1", "2")) == set()
    assert counting("0", of_unknown=("1", "2")) == clause  # how many nobody has
    assert counting("0", of_unknown=("1", "7")) == set()  # of the moment
    assert counting("1", "X-Response-Time", of_unknown=("0", "0")) == set()
    assert counting("1", of_unknown=("0", "0"), batches=4) == set()
