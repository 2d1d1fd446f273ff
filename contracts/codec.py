"""The frozen messages as JSON and back: generic, and strict towards bundles that come from strangers.

| Python            | JSON                                                                                     |
| ----------------- | ---------------------------------------------------------------------------------------- |
| dataclass         | object; a field that equals its default is left out                                      |
| enum              | its value                                                                                |
| tuple             | array                                                                                    |
| bytes             | `{"text": "..."}` where it is UTF-8 that shows on a screen, else `{"base64": "..."}`      |
| str               | string; `{"base64": "..."}` where JSON would join two surrogates that stand side by side |
| int, bool, None   | themselves                                                                               |
| float             | number; `"NaN"`, `"Infinity"` or `"-Infinity"` where it is no finite one                  |

One file because writing and reading are one table, each row of it twice.

Reading runs no code of the data's choosing, and its depth and its number of items are bounded.
"""

from __future__ import annotations

import base64
import binascii
import enum
import json
import math
import re
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, NoReturn, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Hint = Any
"""A type or what `typing` makes of it; the standard library has no narrower word."""

DEPTH_MAX = 12
"""Objects within objects: a plan, its companions, their needs."""
ITEMS_MAX = 100_000
"""Entries of one array."""
COMPACT = json.JSONEncoder(allow_nan=False)
"""Made once: a run writes one line an exchange."""
SPLIT_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


def to_json(value: object) -> Any:
    """A message as what `json.dumps` takes.

    Raises:
        TypeError: something in it is none of the kinds in the table above.
    """
    kind = type(value)
    writer = WRITERS.get(kind)
    if writer is None:
        writer = WRITERS[kind] = _writer(kind)
    return writer(value)


def dumps(value: object, indent: int | None = None) -> str:
    """A message as JSON text in ASCII: nothing invisible, nothing that could split a line."""
    return (COMPACT if indent is None else json.JSONEncoder(indent=indent, allow_nan=False)).encode(to_json(value))


def loads(raw: bytes, name: str) -> Any:
    """JSON text as values, with no member twice, no NaN and no more depth than Python bears.

    Raises:
        ValueError: one sentence that begins with the name.
    """
    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_members_once, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError(f"{name}: nested too deeply to be read") from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{name}: not UTF-8 at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"{name}: not JSON at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:  # a repeated member, a constant, a number with thousands of digits
        raise ValueError(f"{name}: {error}") from None


def from_json(cls: type[T], data: object, name: str = "") -> T:
    """A message from the values that `json.loads` made.

    Args:
        cls: a dataclass of `contracts.messages`.
        name: how the path in an error begins; without it the class's own name in small letters.

    Raises:
        ValueError: one sentence that names the path, such as `plan.credentials.skew_ms: a whole number is needed`.
    """
    found: T = _read(cls, data, name or cls.__name__.lower(), DEPTH_MAX)
    return found


# --- writing ----------------------------------------------------------------------------------------------------------


Writer = Callable[[Any], Any]
WRITERS: dict[Any, Writer] = {}
"""How values of a type are written: found once, for every exchange has hundreds of values."""


def _writer(kind: type[Any]) -> Writer:
    if issubclass(kind, enum.Enum):
        return lambda value: value.value
    if kind is type(None) or issubclass(kind, int):
        return lambda value: value
    for base, writer in ((float, _number_out), (str, _text_out), (bytes, _bytes_out), (tuple, _tuple_out)):
        if issubclass(kind, base):
            return writer
    if is_dataclass(kind):
        return _object_writer(kind)
    raise TypeError(f"{kind.__name__} has no form in JSON")


def _object_writer(kind: type[Any]) -> Writer:
    members = _defaults(kind)

    def write(value: object) -> dict[str, Any]:
        found = {}
        for name, default in members:
            member = getattr(value, name)
            if member is not default and member != default:
                found[name] = to_json(member)
        return found

    return write


def _tuple_out(value: tuple[object, ...]) -> list[Any]:
    return [to_json(each) for each in value]


def _number_out(value: float) -> float | str:
    return value if math.isfinite(value) else _not_finite(value)


def _defaults(cls: type[Any]) -> tuple[tuple[str, object], ...]:
    """The fields of a dataclass, each with its default; with `MISSING`, which equals nothing, where it has none."""
    declared: tuple[Field[Any], ...] = fields(cls)
    return tuple(
        (each.name, each.default if each.default_factory is MISSING else each.default_factory()) for each in declared
    )


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _text_out(value: str) -> str | dict[str, str]:
    if not value.isascii() and SPLIT_PAIR.search(value):
        return {"base64": base64.b64encode(value.encode("utf-8", "surrogatepass")).decode("ascii")}
    return value


def _bytes_out(value: bytes) -> dict[str, str]:
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if text.replace("\n", "").replace("\t", "").isprintable():
        return {"text": text}
    return {"base64": base64.b64encode(value).decode("ascii")}


# --- reading ----------------------------------------------------------------------------------------------------------


def _needs(path: str, what: str) -> NoReturn:
    raise ValueError(f"{path}: {what}")


def _quoted(name: str) -> str:
    """A name out of foreign data as short plain ASCII."""
    return json.dumps(name[:60])


def _members_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the member {_quoted(next(n for n in names if names.count(n) > 1))} stands twice")
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


@cache
def _hints(cls: type) -> dict[str, Hint]:
    return get_type_hints(cls)


def _read(hint: Hint, data: object, path: str, depth: int) -> Any:
    origin: Hint = get_origin(hint)
    if origin in (types.UnionType, Union):
        return _optional(hint, data, path, depth)
    if origin is tuple:
        return _tuple(get_args(hint), data, path, depth)
    if is_dataclass(hint):
        return _object(hint, data, path, depth)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _member(hint, data, path)
    if hint not in SCALARS:
        raise TypeError(f"{path}: a field of type {hint} has no form in JSON")
    return SCALARS[hint](data, path)


def _optional(hint: Hint, data: object, path: str, depth: int) -> Any:
    inner = [each for each in get_args(hint) if each is not types.NoneType]
    if len(inner) != 1:
        raise TypeError(f"{path}: a field of type {hint} has no form in JSON")
    return None if data is None else _read(inner[0], data, path, depth)


def _tuple(kinds: tuple[Hint, ...], data: object, path: str, depth: int) -> tuple[Any, ...]:
    if not isinstance(data, list):
        _needs(path, "an array is needed")
    if len(data) > ITEMS_MAX:
        _needs(path, f"more than {ITEMS_MAX} entries")
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = (kinds[0],) * len(data)
    if len(data) != len(kinds):
        _needs(path, f"an array of {len(kinds)} entries is needed")
    return tuple(
        _read(kind, each, f"{path}[{i}]", depth) for i, (kind, each) in enumerate(zip(kinds, data, strict=True))
    )


def _object(cls: Hint, data: object, path: str, depth: int) -> Any:
    if depth == 0:
        _needs(path, "nested too deeply")
    if not isinstance(data, dict):
        _needs(path, "an object is needed")
    hints = _hints(cls)
    for name in data:
        if name not in hints:
            _needs(path, f"no member is called {_quoted(str(name))}")
    for each in fields(cls):
        if each.name not in data and each.default is MISSING and each.default_factory is MISSING:
            _needs(path, f"the member {each.name} is missing")
    return cls(**{name: _read(hints[name], value, f"{path}.{name}", depth - 1) for name, value in data.items()})


def _member(cls: type[enum.Enum], data: object, path: str) -> enum.Enum:
    for each in cls:
        if each.value == data and type(data) is str:
            return each
    return _needs(path, f"one of {', '.join(str(each.value) for each in cls)} is needed")


def _whole(data: object, path: str) -> int:
    return data if isinstance(data, int) and not isinstance(data, bool) else _needs(path, "a whole number is needed")


def _truth(data: object, path: str) -> bool:
    return data if isinstance(data, bool) else _needs(path, "true or false is needed")


def _number(data: object, path: str) -> float:
    if isinstance(data, str) and data in NOT_FINITE:
        return NOT_FINITE[data]
    if isinstance(data, bool) or not isinstance(data, (int, float)):
        _needs(path, "a number is needed")
    try:
        number = float(data)
    except OverflowError:
        number = math.inf
    return number if math.isfinite(number) else _needs(path, "a finite number is needed")


def _text(data: object, path: str) -> str:
    if isinstance(data, str):
        return data
    if not isinstance(data, dict) or set(data) != {"base64"}:
        _needs(path, "a string is needed")
    try:
        return _unbase64(data["base64"], path).decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return _needs(path, "the bytes of a string must be UTF-8")


def _bytes(data: object, path: str) -> bytes:
    if isinstance(data, dict) and set(data) == {"base64"}:
        return _unbase64(data["base64"], path)
    if not isinstance(data, dict) or set(data) != {"text"} or not isinstance(data["text"], str):
        _needs(path, "bytes are needed, as an object with the one member text or base64")
    try:
        return data["text"].encode("utf-8")
    except UnicodeEncodeError:
        return _needs(path, "the text has a lone surrogate, which has no bytes")


def _unbase64(data: object, path: str) -> bytes:
    if not isinstance(data, str):
        _needs(path, "base64 is needed")
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return _needs(path, "base64 is needed")


SCALARS: dict[Hint, Callable[[object, str], Any]] = {
    str: _text,
    bytes: _bytes,
    bool: _truth,
    int: _whole,
    float: _number,
}
