"""What is signed and how: RFC 8032 by its own vectors, secrets in both lengths, and errors that show none."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from contracts.signing import GROUP_ORDER, HEADERS, seed_of, sign, signed_text

VECTORS = {
    "TEST 1": (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
            "d25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    "TEST 2": (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
            "387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
    "TEST 3": (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        (
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
            "4a7c15e9716ed28dc027beceea1ec40a"
        ),
    ),
}
"""RFC 8032, 7.1: seed, public key, message, signature."""
SEED = bytes(range(32))
PUBLIC = bytes(SigningKey(SEED).verify_key)


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize("name", VECTORS)
def test_a_signature_is_that_of_the_standard(name: str) -> None:
    seed, public, message, signature = map(bytes.fromhex, VECTORS[name])
    assert sign(seed, message) == signature
    assert bytes(SigningKey(seed).verify_key) == public


@pytest.mark.parametrize("secret", [b64(SEED), b64(SEED + PUBLIC), f" {b64(SEED)}\n"])
def test_a_secret_of_either_length_gives_its_seed(secret: str) -> None:
    assert seed_of(secret) == SEED


BAD = {
    "nothing": ("", "the secret has 0 bytes, not 64 or 32"),
    "no base64": ("!" * 44, "the secret is not base64"),
    "no padding": (b64(SEED).rstrip("="), "the secret is not base64"),
    "URL-safe": (base64.urlsafe_b64encode(b"\xfb" * 32).decode(), "the secret is not base64"),
    "letters outside ASCII": ("é" * 44, "the secret is not base64"),
    "hexadecimal": (SEED.hex(), "the secret has 48 bytes, not 64 or 32"),
    "31 bytes": (b64(SEED[:31]), "the secret has 31 bytes, not 64 or 32"),
    "63 bytes": (b64((SEED + PUBLIC)[:63]), "the secret has 63 bytes, not 64 or 32"),
    "65 bytes": (b64(SEED + PUBLIC + b"x"), "the secret has 65 bytes, not 64 or 32"),
    "two seeds": (b64(SEED + SEED), "the second half of the secret is not the public key of the first"),
    "halves swapped": (b64(PUBLIC + SEED), "the second half of the secret is not the public key of the first"),
}


@pytest.mark.parametrize(("secret", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_secret_gets_one_sentence_without_the_secret(secret: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$") as caught:
        seed_of(secret)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_what_is_signed_is_timestamp_method_and_path_without_query() -> None:
    assert signed_text("1700000000000", "POST", "/v1/a?x=1?y") == b"1700000000000POST/v1/a"


def test_timestamp_method_path_and_key_each_count() -> None:
    key, text = VerifyKey(PUBLIC), signed_text("1", "POST", "/a")
    key.verify(text, sign(SEED, text))
    for other in (signed_text("2", "POST", "/a"), signed_text("1", "PUT", "/a"), signed_text("1", "POST", "/b")):
        with pytest.raises(BadSignatureError):
            key.verify(text, sign(SEED, other))
    with pytest.raises(BadSignatureError):
        key.verify(text, sign(SEED[::-1], text))


def test_the_group_order_is_that_of_the_curve() -> None:
    assert GROUP_ORDER == 2**252 + 0x14DEF9DEA2F79CD65812631A5CF5D3ED


def test_the_header_names_are_those_of_the_document() -> None:
    document = Path(__file__).parents[3].joinpath("contracts", "orders.openapi.yaml").read_text(encoding="utf-8")
    assert all(name in document for name in HEADERS)
