"""The target: where it is, who the accounts are, which markets may be used; read from options and environment."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from contracts.messages import Account
from contracts.signing import seed_of
from suites.harmless import journal

ENV_URL = "POLYMARKET_TARGET_URL"
ENV_KEYS = {
    Account.OWN: ("POLYMARKET_KEY_ID", "POLYMARKET_SECRET_KEY"),
    Account.OTHER: ("POLYMARKET_OTHER_KEY_ID", "POLYMARKET_OTHER_SECRET_KEY"),
}
ENV_MARKETS = "POLYMARKET_MARKET_SLUG"
ENV_PRICE, ENV_QUANTITY = "POLYMARKET_ORDER_PRICE", "POLYMARKET_ORDER_QUANTITY"
PRICE_MAX, QUANTITY_MAX = Decimal("0.10"), Decimal(100)
"""Beyond them an order would be no longer far from the market, or no longer small."""
MARKETS_OF_NOBODY = ("nobody-market-one", "nobody-market-two", "nobody-market-three")


class UsageError(ValueError):
    """What the user gave can't be used: one sentence that says what, where, and what to do. Exit status 4."""


@dataclass(frozen=True, slots=True)
class Key:
    """An account's key; the seed never shows."""

    id: str = field(repr=False)
    seed: bytes = field(repr=False)
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Target:
    """Where plans are sent and as whom."""

    url: str
    """Scheme, host, port and an optional path prefix; no slash at the end."""
    keys: Mapping[Account, Key]
    markets: tuple[str, ...] = ()
    """Markets in which the suite may rest its own orders; empty where it must not place any."""
    embedded: bool = False
    price: str = "0.01"
    """USD, of a buy; the default is the least that the document of the orders allows."""
    quantity: float = 1
    journal: Path | None = None
    """The folder where own orders are written down; None where they die with the gateway."""
    ca_bundle: Path | None = None
    """The authorities that TLS trusts in place of the machine's."""

    @property
    def name(self) -> str:
        """How reports call it: the URL without credentials, or `embedded`."""
        return "embedded" if self.embedded else self.url

    @property
    def slugs(self) -> tuple[str, ...]:
        """The markets that plans name: real ones where they are known, else such as nobody has."""
        return self.markets or MARKETS_OF_NOBODY

    def has(self, account: Account) -> bool:
        """Whether the account's key is known."""
        return account in self.keys


def url_of(text: str) -> str:
    """A usable base URL.

    Raises:
        UsageError: no http or https URL with a host; or one with credentials, query or fragment.
    """
    try:
        parts = urllib.parse.urlsplit(text.strip())
        port_is_fine = parts.port is None or parts.port > 0
    except ValueError as error:
        raise UsageError(f"the target URL can't be read: {error}; give one such as https://host:8443") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        raise UsageError("the target URL must be http:// or https:// with a host, such as https://host:8443")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError("the target URL must have no credentials, query or fragment; give scheme, host and port only")
    if any(char.isspace() or not char.isprintable() for char in text.strip()):
        raise UsageError("the target URL has white space or control characters in it; give scheme, host and port only")
    return urllib.parse.urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))


def key_of(environment: Mapping[str, str], account: Account) -> Key | None:
    """The account's key from the environment; None where neither variable is set.

    Raises:
        UsageError: one of the two is missing, or the secret is unusable. The sentence never shows a value.
    """
    id_name, secret_name = ENV_KEYS[account]
    key_id, secret = environment.get(id_name, "").strip(), environment.get(secret_name, "").strip()
    if not key_id and not secret:
        return None
    if not key_id or not secret:
        missing = id_name if not key_id else secret_name
        raise UsageError(f"{missing} is not set; set {id_name} and {secret_name} together")
    if not key_id.isascii() or not key_id.isprintable() or " " in key_id:
        raise UsageError(f"{id_name} holds characters that no key id has; copy the key id again")
    try:
        return Key(key_id, seed_of(secret), secret)
    except ValueError as error:
        raise UsageError(f"{secret_name} can't be used: {error}; copy the secret as it was issued") from None


def markets_of(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The markets in which orders may be placed, comma-separated in the environment; each once."""
    slugs = (slug.strip() for slug in environment.get(ENV_MARKETS, "").split(","))
    return tuple(dict.fromkeys(slug for slug in slugs if slug))


def _decimal(environment: Mapping[str, str], name: str, default: str, most: Decimal) -> Decimal:
    """A number above zero from the environment.

    Raises:
        UsageError: it is none, or too large.
    """
    text = environment.get(name, "").strip() or default
    try:
        value = Decimal(text)
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or not 0 < value <= most:
        raise UsageError(f"{name} must be a number above 0 and at most {most}; own orders are small and never trade")
    return value


def from_environment(url: str, environment: Mapping[str, str], ca_bundle: Path | None = None) -> Target:
    """The target that options and environment describe.

    Raises:
        UsageError: as `url_of` and `key_of` do; or the first account's key is missing, or both accounts have one key;
            or orders are to be placed and price, quantity or the folder of their journal is unusable.
    """
    base = url_of(url)
    own, other = key_of(environment, Account.OWN), key_of(environment, Account.OTHER)
    if own is None:
        id_name, secret_name = ENV_KEYS[Account.OWN]
        raise UsageError(f"{id_name} and {secret_name} are not set; export the key id and the secret of the target")
    if other is not None and other.id == own.id:
        raise UsageError(
            f"{ENV_KEYS[Account.OTHER][0]} names the same key as {ENV_KEYS[Account.OWN][0]}; give another account's"
        )
    keys = {Account.OWN: own} | ({Account.OTHER: other} if other is not None else {})
    price = _decimal(environment, ENV_PRICE, "0.01", PRICE_MAX)
    quantity = _decimal(environment, ENV_QUANTITY, "1", QUANTITY_MAX)
    markets, folder = markets_of(environment), journal.folder_of(environment)
    try:
        folder = journal.ready(folder) if markets else folder
    except ValueError as error:
        raise UsageError(str(error)) from None
    whole = int(quantity) if quantity == int(quantity) else float(quantity)
    return Target(base, keys, markets, price=f"{price:f}", quantity=whole, journal=folder, ca_bundle=ca_bundle)


def in_this_process(url: str, variables: Mapping[str, str]) -> Target:
    """The target that variables describe, where it goes with this process: its orders need no journal.

    Raises:
        UsageError: as `from_environment`.
    """
    bare = from_environment(url, {**variables, ENV_MARKETS: ""})
    return replace(bare, markets=markets_of(variables), journal=None)
