"""What stands around a match: lines, and where the fragment names which provider."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from secretguard.model import Fragment, Match, Place, Span
from secretguard.rules import RuleSet

_TOKEN = re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+|[A-Za-z0-9]+")
_NAME_BYTES = bytes(b for b in range(256) if b >= 0x80 or chr(b).isalnum() or chr(b) in "_$.-[]\"'")
# Names that say nothing of the value, and the keys beside them that name it.
_EMPTY_NAMES = frozenset(b"value val default string content data defaultvalue secretstring stringvalue".split())
_NAME_KEY = re.compile(
    rb"""(?i)\b(?:name|key|id|variable|parameter)["'\\]{0,3}\s{0,3}[:=]\s{0,3}["'\\]{0,3}([\w$.\-/]{3,80})"""
)
_OPENING = b" \t\r\n\"'`\\("
NEAR_LINES = 5
LINE_MAX = 400  # bytes either side of a match that count as its line, for files of one line


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word that names a provider -> the providers it names."""

    words: dict[bytes, tuple[str, ...]]
    long: tuple[tuple[str, str], ...]  # (word, provider) of words long enough to be found inside another

    @classmethod
    def of(cls, rules: RuleSet) -> Vocabulary:
        """Words, hosts and imports of all providers."""
        table: dict[bytes, list[str]] = {}
        for provider in rules.providers.values():
            for word in (*provider.words, *provider.hosts, *provider.imports):
                table.setdefault(word.lower().encode(), []).append(provider.id)
        pairs = [(w.decode(), p) for w, ps in table.items() for p in ps if len(w) >= 4]
        return cls({w: tuple(ps) for w, ps in table.items()}, tuple(pairs))

    def in_name(self, name: str) -> list[str]:
        """Providers that an identifier names: ``BINANCE_API_KEY``, ``okx.secret``."""
        lower = name.lower()
        found = [provider for word, provider in self.long if word in lower and _stands_alone(word, name, lower)]
        for token in _TOKEN.findall(name.encode("utf-8", "replace")):
            found += self.words.get(token.lower(), ())
        return list(dict.fromkeys(found))


# What people write onto a provider's name without a border: binanceapikey, krakensecret. Not "way", as in gateway.
_AFTERWARDS = (
    "api", "key", "secret", "token", "pass", "priv", "access", "usd", "coin", "spot", "future", "perp", "client", "test",
    "main", "live", "trad", "bot", "wallet", "account", "id", "uid", "url", "rpc", "node", "mnemonic", "seed", "cred",
    "auth", "exchange", "connector", "config", "swap",
)  # fmt: skip


def _stands_alone(word: str, name: str, lower: str) -> bool:
    """Whether a word stands in a name with a border before it, and after it a border or what may follow."""
    start = lower.find(word)
    before, end = name[start - 1 : start], start + len(word)
    bordered = not before.isalpha() or (before.islower() and name[start].isupper())
    rest = lower[end:]
    return bordered and (not rest[:1].isalpha() or name[end].isupper() or rest.startswith(_AFTERWARDS))


class Context:
    """One fragment's lines and mentions, worked out when first asked for."""

    def __init__(self, fragment: Fragment, vocabulary: Vocabulary) -> None:
        self.data = fragment.data
        self.path = fragment.origin.path or b""
        self._vocabulary = vocabulary
        self._lines: list[int] | None = None
        self._mentions: list[tuple[int, str]] | None = None

    @property
    def lines(self) -> list[int]:
        """Offsets at which lines start."""
        if self._lines is None:
            self._lines = [0, *(m.end() for m in re.finditer(rb"\n", self.data))]
        return self._lines

    def name_of(self, match: Match) -> str:
        """The name that a match is the value of, with the keys written before it (``exchange["secret"]``), or none."""
        if match.name is not None:
            low, end = max(0, match.name.start - 60), match.name.end
            head = self.data[low : match.name.start]
            return (head[len(head.rstrip(_NAME_BYTES)) :] + self.data[match.name.start : end]).decode(
                "utf-8", "replace"
            )
        head = self.data[max(0, match.span.start - 100) : match.span.start].rstrip(_OPENING)
        joined = head.rstrip(b"=:>")
        if joined == head:
            return ""
        head = joined.rstrip(b" \t\"'`\\])")
        name = head[len(head.rstrip(_NAME_BYTES)) :]
        if name.lower().strip(b"\"'[].-") in _EMPTY_NAMES:
            name = self._name_beside(match.span.start) or name
        return name.decode("utf-8", "replace")

    def _name_beside(self, offset: int) -> bytes:
        """The name told by a neighbouring key: ``{"key": "api-secret", "value": ...}``, ``name = "/bots/okx/secret"``."""
        found = _NAME_KEY.findall(self.data, max(0, offset - 250), offset)
        return found[-1] if found else b""

    def line_of(self, offset: int) -> int:
        """The 1-based line of a byte offset."""
        return bisect.bisect_right(self.lines, offset)

    def line_span(self, offset: int) -> Span:
        """The line around an offset without its end, cut to what a person would call near."""
        start = self.data.rfind(b"\n", max(0, offset - LINE_MAX), offset) + 1 or max(0, offset - LINE_MAX)
        end = self.data.find(b"\n", offset, offset + LINE_MAX)
        return Span(start, end if end >= 0 else min(len(self.data), offset + LINE_MAX))

    def place(self, span: Span) -> Place:
        """Lines and columns as an editor shows them."""
        line, column = self._position(span.start)
        end_line, end_column = self._position(span.end)
        return Place(line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        line = self.line_of(offset)
        text = self.data[self.lines[line - 1] : offset].decode("utf-8", "replace")
        return line, len(text) + 1

    @property
    def mentions(self) -> list[tuple[int, str]]:
        """(offset, provider) of every mention of a provider, in order of offset."""
        if self._mentions is None:
            self._mentions = list(self._find_mentions())
        return self._mentions

    def _find_mentions(self) -> Iterator[tuple[int, str]]:
        words = self._vocabulary.words
        for token in _TOKEN.finditer(self.data):
            for provider in words.get(token[0].lower(), ()):
                yield token.start(), provider

    def around(self, span: Span) -> dict[str, int]:
        """Provider -> distance in lines of its nearest mention; 0 is the line itself. Only within NEAR_LINES."""
        line = self.line_of(span.start)
        low = self.lines[max(0, line - 1 - NEAR_LINES)]
        after = line + NEAR_LINES
        high = self.lines[after] if after < len(self.lines) else len(self.data)
        low, high = max(low, span.start - 4096), min(high, span.end + 4096)
        found: dict[str, int] = {}
        start = bisect.bisect_left(self.mentions, (low, ""))
        for offset, provider in self.mentions[start:]:
            if offset >= high:
                break
            if not span.start <= offset < span.end:
                distance = abs(self.line_of(offset) - line)
                found[provider] = min(distance, found.get(provider, distance))
        return found

    def anywhere(self) -> dict[str, int]:
        """Provider -> number of mentions in the whole fragment."""
        counts: dict[str, int] = {}
        for _, provider in self.mentions:
            counts[provider] = counts.get(provider, 0) + 1
        return counts

    def named(self, name: str) -> list[str]:
        """Providers that a name names."""
        return self._vocabulary.in_name(name)

    def quoted(self, span: Span) -> bool:
        """Whether a quotation mark opens right before it."""
        return self.data[max(0, span.start - 1) : span.start] in (b'"', b"'", b"`")

    def in_path(self) -> list[str]:
        """Providers that the path names."""
        return self._vocabulary.in_name(self.path.decode("utf-8", "replace"))
