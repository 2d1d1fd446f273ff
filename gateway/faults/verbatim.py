"""Faults that change the letters of an id on its way into the echo."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from gateway.batch import Entry
from gateway.core import Gateway
from gateway.faults.echo import ids_of
from gateway.faults.plain import UUID
from gateway.faults.registry import fault
from gateway.venue import Call

HEX32 = re.compile(r"[0-9a-f]{32}")


@fault(breaks="echo.verbatim")
class LowersIds(Gateway):
    """Echoes ids in lower case."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.lower() if order_id.isascii() else order_id for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class LowersUuids(Gateway):
    """Echoes a UUID in lower case, its canonical form, and other ids as they are."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.lower() if UUID.fullmatch(order_id) else order_id for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class PutsDashesIntoUuids(Gateway):
    """Echoes 32 hexadecimal digits as the UUID that they could be."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        grouped = r"\1-\2-\3-\4-\5"
        return [
            re.sub("(.{8})(.{4})(.{4})(.{4})(.{12})", grouped, order_id) if HEX32.fullmatch(order_id) else order_id
            for order_id in ids_of(entries)
        ]


@fault(breaks="echo.verbatim")
class CutsAtThirtySix(Gateway):
    """Echoes the first 36 characters of a plain id, the width of its column."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id[:36] if order_id.isascii() else order_id for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class CutsTheLastOfOneHundredTwentyEight(Gateway):
    """Echoes 127 of 128 characters, the last place being taken by an end mark."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id[:127] if len(order_id) == 128 else order_id for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class RoundsLongNumbers(Gateway):
    """Echoes long numbers as doubles hold them, as JavaScript does."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [
            str(int(float(order_id))) if re.fullmatch("[1-9][0-9]{15,20}", order_id) else order_id
            for order_id in ids_of(entries)
        ]


@fault(breaks="echo.verbatim")
class DropsLeadingZeros(Gateway):
    """Echoes 007 as 7."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub("^0+(?=[0-9]+$)", "", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class WritesExponentsOut(Gateway):
    """Echoes 1e5 as 100000, as YAML and PHP read it."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [
            str(int(float(order_id))) if re.fullmatch("[0-9]{1,9}[eE][0-9]", order_id) else order_id
            for order_id in ids_of(entries)
        ]


@fault(breaks="echo.verbatim")
class DropsZeroFractions(Gateway):
    """Echoes 12.0 and 12. as 12."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub(r"^([0-9]+)\.0*$", r"\1", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class TurnsUnderscoresIntoDashes(Gateway):
    """Echoes an underscore as a dash."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.replace("_", "-") if order_id.isascii() else order_id for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class DropsNamespaces(Gateway):
    """Echoes what stands behind the last colon."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub(r"^[\w.:-]*:(?=[\w.-])", "", order_id, flags=re.ASCII) for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class DropsTheDotAtTheEnd(Gateway):
    """Echoes an id without dots at its end, as host names are written."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.rstrip(".") or order_id for order_id in ids_of(entries)]


@fault(breaks="echo.verbatim")
class TakesTheFirstOfTwoCases(Gateway):
    """Echoes the first of two ids that differ only in letter case for both."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        first: dict[str, str] = {}
        return [first.setdefault(order_id.lower(), order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class EscapesForHtml(Gateway):
    """Echoes markup as entities of HTML."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [html.escape(order_id, quote=False) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class ResolvesEntities(Gateway):
    """Echoes entities of HTML as the characters that they stand for."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [html.unescape(order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DropsTags(Gateway):
    """Echoes ids without what looks like a tag."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub("<[^>]*>", "", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class ComposesCharacters(Gateway):
    """Echoes letters and their accents as one character each (NFC)."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [unicodedata.normalize("NFC", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DecomposesCharacters(Gateway):
    """Echoes composed characters in their parts (NFD), as file systems of Apple did."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [unicodedata.normalize("NFD", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class UnifiesWidths(Gateway):
    """Echoes full-width letters and ligatures as ordinary ones, and all else as it is."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [
            "".join(unicodedata.normalize("NFKC", c) if "\ufb00" <= c <= "\uffef" else c for c in order_id)
            for order_id in ids_of(entries)
        ]


@fault(breaks="echo.odd-strings")
class TrimsIds(Gateway):
    """Echoes ids without the white space around them."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.strip() for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class TrimsTheEnd(Gateway):
    """Echoes ids without blanks at their end, as columns of CHAR come back."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.rstrip(" ") for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class JoinsBlanks(Gateway):
    """Echoes several blanks in a row as one."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub(" {2,}", " ", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class CutsAtNul(Gateway):
    """Echoes an id up to its first NUL, where strings of C end."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.partition("\0")[0] for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class ReplacesSurrogates(Gateway):
    """Echoes a lone surrogate as a replacement character."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub("[\ud800-\udfff]", "\ufffd", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DropsAstralCharacters(Gateway):
    """Echoes ids without characters past the basic plane, which a table of three-byte UTF-8 can't hold."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return ["".join(character for character in order_id if character <= "\uffff") for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DropsInvisibleCharacters(Gateway):
    """Echoes ids without joiners, marks of direction and other characters that nobody sees."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub("[\u200b-\u200f\u202a-\u202e\u2060\ufeff]", "", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class ReplacesNoncharacters(Gateway):
    """Echoes a replacement character for what Unicode calls no character."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [re.sub("[\ufffe\uffff]", "\ufffd", order_id) for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DropsBackslashes(Gateway):
    """Echoes ids without backslashes, as PHP's stripslashes leaves them."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.replace("\\", "") for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DoublesQuotes(Gateway):
    """Echoes a single quote as two, as it goes into SQL."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.replace("'", "''") for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class DecodesPercents(Gateway):
    """Echoes %41 as A."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [unquote(order_id) if "%" in order_id else order_id for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class TurnsPlusIntoBlanks(Gateway):
    """Echoes a plus sign as a blank, as forms are read."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.replace("+", " ") for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class UnifiesLineEnds(Gateway):
    """Echoes CR LF as LF."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id.replace("\r\n", "\n") for order_id in ids_of(entries)]


@fault(breaks="echo.odd-strings")
class CutsLongStrings(Gateway):
    """Echoes 255 characters at most."""

    def echo(self, call: Call, entries: Sequence[Entry]) -> Iterable[str]:
        return [order_id[:255] for order_id in ids_of(entries)]
