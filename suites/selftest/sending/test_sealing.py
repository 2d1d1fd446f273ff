"""Credentials and placeholders: every way of writing works, right ones verify, and no record shows a secret."""

from __future__ import annotations

import base64
import dataclasses
import itertools
import json
import urllib.parse
from typing import Any

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from contracts.messages import PATH, Account, Credentials, Plan
from contracts.oracles.disclosure import MASKS
from contracts.signing import GROUP_ORDER, HEADERS, signed_text
from suites import gate
from suites.credentials import ELSEWHERE
from suites.selftest.sending.servers import KEYS, SEEDS, sends, serving, status, target_at
from suites.sending.pacing import Pace
from suites.sending.rendering import ESCAPED, FORMS, Binding, Placed, body_of
from suites.sending.sealing import Sealed, seal, signature_spellings
from suites.sending.transport import Transport
from suites.strategies.batches import batch
from suites.strategies.credentials import BYTES, TEXTS, TIMESTAMPS
from suites.strategies.credentials import KEYS as KEY_TEXTS

NOW = 1_790_000_000_123
PUBLIC = {account: VerifyKey(bytes(SigningKey(seed).verify_key)) for account, seed in SEEDS.items()}
BODY = b'{"orders":[]}'


def sealed(last: Sealed | None = None, path: str = PATH, method: str = "POST", **more: Any) -> Sealed:
    plan = Plan("size.one/x", "size.one", method=method, credentials=Credentials(**more))
    return seal(plan, target_at(), NOW, path, BODY, last)


def values(found: Sealed) -> tuple[str, str, str]:
    """Key id, timestamp and signature as they leave."""
    named = dict(found.headers)
    return named[HEADERS[0]], named[HEADERS[1]], named[HEADERS[2]]


def verifies(found: Sealed, account: Account = Account.OWN, method: str = "POST", path: str = PATH) -> bool:
    _, stamp, signature = values(found)
    try:
        PUBLIC[account].verify(signed_text(stamp, method, path), base64.b64decode(signature, validate=True))
    except (BadSignatureError, ValueError):
        return False
    return True


@pytest.mark.parametrize("account", [Account.OWN, Account.OTHER])
def test_right_credentials_verify_under_their_own_key_only(account: Account) -> None:
    found = sealed(key=account, secret=account)
    key, stamp, _ = values(found)
    assert (key, stamp) == (KEYS[account].id, str(NOW))
    assert [verifies(found, each) for each in PUBLIC] == [each is account for each in PUBLIC]


def test_a_query_is_not_signed() -> None:
    assert verifies(sealed(path=PATH + "?x=1"))


def test_another_nonce_verifies_and_is_another_signature_every_time() -> None:
    made = [sealed(signature="another nonce") for _ in range(3)]
    assert all(map(verifies, made))
    assert len({each.raw for each in (*made, sealed())}) == 4


@pytest.mark.parametrize(("form", "times"), [("S plus L", 1), ("S plus 2 L", 2), ("S plus 8 L", 8)])
def test_s_plus_l_is_the_same_number_to_the_group_and_no_signature(form: str, times: int) -> None:
    found = sealed(signature=form)
    written = base64.b64decode(found.signature)
    shifted, honest = (int.from_bytes(raw[32:], "little") for raw in (written, found.raw))
    assert shifted == honest + times * GROUP_ORDER
    assert shifted % GROUP_ORDER == honest
    assert written[:32] == found.raw[:32]
    assert not verifies(found)


@pytest.mark.parametrize("form", BYTES)
def test_every_altered_signature_is_written_and_refused(form: str) -> None:
    found = sealed(signature=form)
    assert not verifies(found)
    assert base64.b64decode(found.signature) != found.raw


@pytest.mark.parametrize("form", TEXTS)
def test_every_spelling_of_a_signature_is_written(form: str) -> None:
    found = sealed(signature=form)
    assert verifies(found) is (form in ("base64", "another nonce")) or form in ("url-safe", "unpadded", "spare bits")
    assert "\r" not in found.signature
    assert "\n" not in found.signature


@pytest.mark.parametrize("form", TIMESTAMPS)
def test_every_timestamp_is_written_and_signed_as_it_is_sent(form: str) -> None:
    found = sealed(timestamp=form)
    stamp = values(found)[1]
    assert (stamp == str(NOW)) is (form == "milliseconds")
    text = f"{stamp.strip()}POST{PATH}".encode("utf-8", "surrogateescape")
    PUBLIC[Account.OWN].verify(text, found.raw)


@pytest.mark.parametrize("form", KEY_TEXTS)
def test_every_key_id_is_written(form: str) -> None:
    own = KEYS[Account.OWN].id
    assert (values(sealed(key_text=form))[0] == own) is (form == "as-issued")
    assert values(sealed(key=Account.NOBODY))[0] not in (own, KEYS[Account.OTHER].id)


def test_one_thing_is_wrong_and_the_rest_is_right() -> None:
    assert not verifies(sealed(signed_skew_ms=-1))
    assert not verifies(sealed(signed_method="GET"))
    assert verifies(sealed(signed_method="GET"), method="GET")
    assert verifies(sealed(signed_path="/other"), path="/other")
    assert verifies(sealed(secret=Account.OTHER), Account.OTHER)
    assert values(sealed(skew_ms=-60_000))[1] == str(NOW - 60_000)
    assert verifies(sealed(skew_ms=-60_000))
    assert not any(verifies(sealed(secret=Account.NOBODY), each) for each in PUBLIC)


def test_headers_are_left_out_repeated_and_written_in_other_cases() -> None:
    assert [name for name, _ in sealed(drop=HEADERS[:1]).headers] == list(HEADERS[1:])
    assert [name for name, _ in sealed(names="lower").headers] == [each.lower() for each in HEADERS]
    twice = sealed(repeat=((HEADERS[0], Account.OTHER), (HEADERS[1], "fresh"), (HEADERS[2], "same")))
    assert [value for _, value in twice.headers[3:]] == [KEYS[Account.OTHER].id, str(NOW), values(twice)[2]]


def test_credentials_are_sent_again_whole_under_a_new_timestamp_or_altered() -> None:
    last = sealed()
    assert sealed(last, again="all") == last
    moved = sealed(last, again="signature")
    assert values(moved) == (values(last)[0], str(NOW + 1), values(last)[2])
    altered = sealed(last, again="altered", signature="a bit inside S")
    assert values(altered)[1] == values(last)[1]
    assert altered.raw == last.raw
    assert values(altered)[2] != values(last)[2]
    assert verifies(sealed(again="all"))


@pytest.mark.parametrize("place", ["query", "cookie", "body", "bearer", "underscores"])
def test_credentials_elsewhere_are_in_no_header_of_their_own(place: str) -> None:
    found = sealed(elsewhere=place)
    names = {name for name, _ in found.headers}
    assert not names & {HEADERS[0], HEADERS[2]}
    assert KEYS[Account.OWN].id in str((found.headers, found.path, found.body))
    if place == "body":
        assert json.loads(found.body) | {"orders": []} == json.loads(found.body)


@pytest.mark.parametrize("way", [{"timestamp": "sundial"}, {"signature": "wax"}, {"key_text": "brass"}])
def test_an_unknown_way_of_writing_is_an_error(way: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        sealed(**way)


# --- placeholders -----------------------------------------------------------------------------------------------------

BINDING = Binding(("m-0", "m-1"), {"a": Placed('id-"A"', "m-1")})


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        (b"{{market.0}} {{market.1}} {{market.2}}", b"m-0 m-1 m-0"),
        (b"{{order.a}} {{market.a}}", b'id-\\"A\\" m-1'),
        (b"{{order.a|beginning}}", b'id-\\"A'),
        (b"{{other.a}} {{order.}} {{}} {order.a}", b"{{other.a}} {{order.}} {{}} {order.a}"),
        (b"\xff{{market.0}}", b"\xffm-0"),
    ],
)
def test_placeholders_are_filled_in_for_json(text: bytes, filled: bytes) -> None:
    assert BINDING.fill(text) == filled


@pytest.mark.parametrize("form", FORMS)
def test_every_form_but_the_plain_one_is_another_string_of_json(form: str) -> None:
    text = json.loads(b'"' + BINDING.fill(b"{{order.a|" + form.encode() + b"}}" if form else b"{{order.a}}") + b'"')
    assert (text == 'id-"A"') is (form in ("", ESCAPED))


def test_an_escaped_id_says_the_same_in_other_bytes() -> None:
    assert BINDING.fill(b"{{order.a|escaped}}") == rb"\u0069\u0064\u002d\u0022\u0041\u0022"


def test_an_unknown_order_is_an_error_unless_it_is_optional() -> None:
    with pytest.raises(KeyError):
        BINDING.fill(b"{{order.b}}")
    loose = dataclasses.replace(BINDING, optional={"b", "c"})
    assert loose.fill(b"{{order.b}}").startswith(b"nobody-")
    assert loose.fill(b"{{order.b}}") == loose.fill(b"{{order.b}}") != loose.fill(b"{{order.c}}")
    with pytest.raises(KeyError):
        BINDING.fill(b"{{order.a|backwards}}")


def test_a_plan_without_a_body_has_none() -> None:
    assert body_of(Plan("x/y", "x"), BINDING) == b""


# --- masks ------------------------------------------------------------------------------------------------------------


def spellings(text: str) -> set[str]:
    quoted = urllib.parse.quote(text, safe="")
    return {text, text.rstrip("="), quoted, text.replace("/", "\\/")}


STANDING = {
    spelt for key in KEYS.values() for text in (key.id, key.secret, key.seed.hex()) for spelt in spellings(text)
}
TELL_ALL = " ".join(sorted(STANDING))


def _as_sent(signature: str) -> set[str]:
    """How a signature comes back: in every spelling where it is base64, else as it was written."""
    try:
        return spellings(signature) | {base64.b64decode(signature, validate=True).hex()}
    except ValueError:
        return {signature}


def test_no_secret_comes_into_a_record_whatever_comes_back() -> None:
    """The server sends everything back: what it was sent, and what only its keeper can know."""
    signatures: list[str] = []

    def tells(connection: Any, number: int) -> None:
        lines = requests[number - 1].decode("latin-1").split("\r\n")
        sent = next((line.partition(": ")[2] for line in lines if line.lower().startswith("x-pm-signature")), "")
        signatures.append(sent)
        text = f"{TELL_ALL} {' '.join(_as_sent(sent))} {json.dumps(sent)} {lines}"
        sends(status("400 No", f"X-All: {TELL_ALL}", f"X-Sent: {sent}", body=text.encode()))(connection, number)

    with serving(tells) as (url, requests):
        way = Transport(target_at(url), Pace(0), lambda _: None)
        kinds = (Credentials(), Credentials(signature="url-safe"), Credentials(Account.OTHER, Account.OTHER))
        plans = [batch(f"size.one/{n}", ["a"], credentials=each) for n, each in enumerate(kinds)]
        plans += [part for whole in gate.plans(1) for part in gate.parts(whole) if part.credentials.elsewhere]
        seen = [way.send(plan) for plan in plans if "{{order" not in str(plan.body)]
        way.close()
    secrets = STANDING | {spelt for each in signatures if len(each) > 20 for spelt in _as_sent(each)}
    for exchange in seen:
        assert exchange.reply is not None
        said = str(exchange.request) + str(exchange.reply.headers) + exchange.reply.body.decode()
        assert {each[:6] for each in secrets if each in said} == set(), exchange.plan.name
        assert all(mask in said for mask in MASKS.values() if mask != MASKS["signature"])


@pytest.mark.parametrize("place", ELSEWHERE)
def test_a_signature_elsewhere_is_masked_in_the_spelling_of_that_place(place: str) -> None:
    """One with a slash and a plus: what leaves the one alone may escape the other."""
    plan = Plan("size.one/x", "size.one", credentials=Credentials(elsewhere=place))
    tried = (seal(plan, target_at(), NOW + at, PATH, BODY) for at in itertools.count())
    found = next(each for each in tried if {"/", "+"} <= set(each.signature))
    said = f"{found.headers} {found.path} {found.body!r}"
    for spelt in signature_spellings(found.signature):
        said = said.replace(spelt, "")
    said, size = urllib.parse.unquote(said), 16
    assert [at for at in range(len(found.signature) - size) if found.signature[at : at + size] in said] == []


def test_a_target_and_its_keys_show_nothing_of_themselves() -> None:
    said = repr(target_at()) + str(KEYS[Account.OWN])
    assert not [each for each in STANDING if each in said]
    assert repr(SEEDS[Account.OWN]) not in said
