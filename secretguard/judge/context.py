"""What stands around a match: lines, and where the fragment names which provider."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator

from secretguard.judge.names import Role, role_of
from secretguard.judge.vocabulary import Vocabulary
from secretguard.model import Fragment, Match, Place, Span

_NAME_BYTES = bytes(b for b in range(256) if b >= 0x80 or chr(b).isalnum() or chr(b) in "_$.-[]\"'")
# Names that say nothing of the value, and the keys beside them that name it.
_EMPTY_NAMES = frozenset(b"value val default string content data defaultvalue secretstring stringvalue".split())
_NAME_KEY = re.compile(
    rb"""(?i)\b(?:(?:name|key|id|variable|parameter)["'\\]{0,3}\s{0,3}[:=]|variable)\s{0,3}["'\\]{0,3}([\w$.\-/]{3,80})"""
)
_FIRST_KEY = re.compile(rb"[{\-]\s{0,40}[\"']?(?i:value)[\"']?\s{0,3}[:=]\s{0,3}[\"']\Z")
_NEXT_KEY = re.compile(rb"(?i)[\"'],?\s{0,40}[\"']?(?:name|key)[\"']?\s{0,3}[:=]\s{0,3}[\"']?([\w$.\-/]{3,80})")
_FIELD = re.compile(
    rb"""(?i)(?:(\w{3,60})[ \t]*(?::[^=\n]{0,60})?=[ \t]*[\w.]{1,40}\((?:[^()\n]{0,80},)?\s{0,20}"""
    rb"""|["'](?:--)?([\w -]{3,60})["'],[^()\n]{0,40})default(?:value)?\s?=[^(),\n]{0,3}\Z"""
)
HMAC_SECRET = "hmac_secret"
_BETWEEN = re.compile(
    rb"(\w{3,60})(?:\{|\s{0,2}\{[^{}]{0,40}\}\s{0,2}=|\s{0,2}=\s{0,2}[\w.!(][^?;\"'\n]{0,60}\?)\s{0,3}[\"'`]\Z"
)
_HMAC = re.compile(rb"(?i)hmac[\w.:]{0,16}\(\s{0,20}[bu]?[\"'`]\Z")
_VALUE_KEY = re.compile(rb"(?i)(?:value|string|default)[\"'\\]{0,4}\s{0,4}[:=>]")
PART = "the head of a token that is told as a whole"
OTHERWISE = "an expression, not a value"
_OTHERWISE = re.compile(rb"(?i)(?:\?[?:]|\|\||\bor)\s*\Z")
_LABEL = re.compile(rb"[ \t]*[A-Za-z][A-Za-z0-9 _\-]{1,30}:?[ \t]*\r?")
# Names that tell of a wallet beside its account only, what tells of one, and what of the entries of a state: hashes.
WALLET_KEY, API_KEY = "wallet_key", "API_KEY"
BESIDE = 400  # bytes
ZERO_X_AND_32 = 66  # characters
_BARE = frozenset(("key", "sk", "k", "from_key"))
_KEY_OF_32 = re.compile(rb"(?:0x)?[0-9a-fA-F]{64}")
_ACCOUNT = re.compile(
    rb"(?i)(?<![0-9a-z])0x[0-9a-f]{40}(?![0-9a-f])|(?<![0-9a-z])T[1-9A-HJ-NP-Za-km-z]{33}(?![0-9a-z])"
    rb"|wallet|mainnet|testnet|chain_?id|slippage|gas_?(?:limit|price)|deployer"
)
_EXPORTED = re.compile(
    rb"[ \t]*(?:export |- )?[\"']?(?![A-Z0-9_]*(?:PUB|HASH|SLOT|STORAGE))[A-Z][A-Z0-9_]*_KEY[\"']?(?: ?=|:) ?"
    rb"[\"']?0x[0-9a-fA-F]{64}[\"']?,?\r?"
)
_PROOF = re.compile(rb"(?i)proof|\"value\"|storage|trie|hash|merkle|hmac|\"root\"")
_TOKEN_LINE = re.compile(rb"[ \t]*[A-Za-z0-9+/_\-]{10,512}={0,2}[ \t]*\r?\Z")
_WORD_BEFORE = re.compile(rb"(?i)\b(private|secret|api|access|client|signing|seed|recovery|auth|bot) \Z")
_TEMPLATE_MARK = re.compile(rb"<[a-z][\w:-]*>|\{|\$")
_ESCAPED_END = re.compile(rb"\\[nrt]_?[A-Z]")
_CALL = re.compile(rb"\w\(\s*\Z")
_TYPE = re.compile(rb"[A-Z][a-z]+\d{0,2}(?:[A-Z][a-z]+)+")
_SENTENCE = re.compile(rb" [a-z]{2,20}[ .,;)\"']")
_NAME_PLAIN = bytes(b for b in range(128) if chr(b).isalnum() or chr(b) in "_$.-")
_CONTINUED = bytes(range(0x80, 0xC0))  # bytes of UTF-8 that begin no character
_OPENING = b" \t\r\n\"'`\\("
HEAD = 32 * 1024  # bytes
NEAR_LINES = 5
LINE_MAX = 400  # bytes either side of a match that count as its line, for files of one line


class Context:
    """One fragment's lines and mentions, worked out when first asked for."""

    def __init__(self, fragment: Fragment, vocabulary: Vocabulary) -> None:
        self.data = fragment.data
        self.path = fragment.origin.path or b""
        self._vocabulary = vocabulary
        self._lines: list[int] | None = None
        self._last = (0, 1)  # an offset, and its column
        self._anywhere: frozenset[str] | None = None
        self._head: bytes | None = None

    @property
    def lines(self) -> list[int]:
        """Offsets at which lines start."""
        if self._lines is None:
            self._lines = [0, *(m.end() for m in re.finditer(rb"\n", self.data))]
        return self._lines

    def name_of(self, match: Match) -> str:
        """The name that a match is the value of, with the keys written before it (``exchange["secret"]``), or none.

        ``key`` and no more beside an account on a chain is called the key of a wallet; a constant ``KEY`` opens an API.
        """
        name = self._written(match)
        bare = name.strip("\"'[]. ")
        if (bare.lower() in _BARE and self._on_chain(match.span)) or (
            role_of(bare) is Role.KEY and self._exported(match.span)
        ):
            return WALLET_KEY
        return API_KEY if bare == "KEY" else name

    def _exported(self, span: Span) -> bool:
        """Whether it is ``0x`` and 32 bytes, the value of a variable of the environment that is called a key."""
        line = self.line_span(span.start)
        return (
            span.end - span.start == ZERO_X_AND_32 and _EXPORTED.fullmatch(self.data, line.start, line.end) is not None
        )

    def _on_chain(self, span: Span) -> bool:
        """Whether 32 bytes in hexadecimal digits stand beside what only a wallet has: an address, a network, gas."""
        if not _KEY_OF_32.fullmatch(self.data, span.start, span.end):
            return False
        around = self.data[max(0, span.start - BESIDE) : span.start] + self.data[span.end : span.end + BESIDE]
        return bool(_ACCOUNT.search(around + b"\n" + self.path)) and not _PROOF.search(around)

    def _written(self, match: Match) -> str:
        if match.name is not None:
            low, end = max(0, match.name.start - 60), match.name.end
            head = self.data[low : match.name.start]
            before = _WORD_BEFORE.search(head)
            if before:
                return (before[1] + b"_" + self.data[match.name.start : end]).decode("utf-8", "replace")
            return (head[len(head.rstrip(_NAME_BYTES)) :] + self.data[match.name.start : end]).decode(
                "utf-8", "replace"
            )
        if self.alone(match.span):
            return self._label_above(match.span)
        head = self.data[max(0, match.span.start - 100) : match.span.start].rstrip(_OPENING)
        joined = head.rstrip(b"=:>")
        if joined.rstrip().endswith((b"?", b"}", b"{")) or b"hmac" in head[-24:].lower():
            return self._roundabout(match.span.start)
        if joined == head:
            return ""
        head = joined.rstrip(b" \t\"'`\\])")
        name = head[len(head.rstrip(_NAME_BYTES)) :]
        if name.lower().strip(b"\"'[].-") in _EMPTY_NAMES:
            name = self._name_beside(match.span) or name
        return name.decode("utf-8", "replace")

    def _roundabout(self, start: int) -> str:
        """The name before what stands between it and its value: a condition, accessors; an HMAC is made of a secret."""
        head = self.data[max(0, start - 120) : start]
        found = _BETWEEN.search(head)
        if found:
            return found[1].decode("utf-8", "replace")
        return HMAC_SECRET if _HMAC.search(head) else ""

    def alone(self, span: Span) -> bool:
        """Whether nothing else stands on its line."""
        if self.quoted(span):
            return False
        line = self.line_span(span.start)
        return line.start <= span.start and self.data[line.start : line.end].strip() == self.data[span.start : span.end]

    def _label_above(self, span: Span) -> str:
        """The line before a value that stands alone, if that is a label: ``secret``, ``API key:``."""
        _, _, line = next(self.lines_back(self.line_span(span.start).start, 1), (0, 0, b""))
        label = line.strip().rstrip(b":").decode("ascii") if _LABEL.fullmatch(line) else ""
        return label if role_of(label) is not Role.NONE else ""

    def place_in_column(self, span: Span) -> int | None:
        """How many tokens stand before it, each alone on its line, in a text that is little else; None elsewhere."""
        if not self.alone(span):
            return None
        return sum(1 for _, _, line in self.lines_back(self.line_span(span.start).start, 5) if _TOKEN_LINE.match(line))

    def next_item(self, match: Match) -> bool:
        """Whether the value only follows its name, in a list or a path: ``["password", "x"]``, ``Token::Str("x")``."""
        gap = b"" if match.name is None else self.data[match.name.end : match.span.start]
        if gap.startswith(b"::") or (gap.startswith(b"(") and self.data[slice(*match.name or (0, 0))] == b"pk"):
            return True  # pk(...) of a descriptor holds the public half
        if match.name is None or b"," not in gap or _VALUE_KEY.search(gap):
            return False
        if b")" in gap:
            return True  # get("PASSWORD"), "x"
        before = self.data[max(0, match.name.start - 80) : match.name.start].rstrip(_NAME_PLAIN)
        quoted = before.rstrip(b"\"'`\\")
        return quoted == before or not quoted.rstrip().endswith(b"(")

    def on_next_line(self, span: Span) -> bool:
        """Whether an escaped end of line, and no opening sign, stands before it: ``"SECRET=\\nREGION=\\n"``."""
        return _ESCAPED_END.match(self.data, max(0, span.start - 1)) is not None

    def goes_on(self, match: Match) -> str | None:
        """Why an unquoted value is none when one sees what stands around it: code, a template, prose."""
        span = match.span
        if self.data.startswith(b"eyJ", span.start) and self.data.startswith(b".", span.end):
            return PART
        if self.quoted(span):
            return None
        if match.name and _OTHERWISE.search(self.data[match.name.end : span.start]):
            return OTHERWISE
        if _CALL.search(self.data, max(0, span.start - 40), span.start) or _TYPE.fullmatch(
            self.data, span.start, span.end
        ):
            return "an argument or a type"
        after = self.data[span.end : span.end + 24]
        if _TEMPLATE_MARK.match(after):
            return "a template"
        return "a sentence" if _SENTENCE.match(after) else None

    def _name_beside(self, span: Span) -> bytes:
        """The name told by a key beside it: ``{"key": "api-secret", "value": ...}``, ``name = "/okx/secret"``."""
        offset = span.start
        behind = _FIRST_KEY.search(self.data, max(0, offset - 60), offset) and _NEXT_KEY.match(self.data, span.end)
        if behind:
            return behind[1]
        found = _NAME_KEY.findall(self.data, max(0, offset - 250), offset)
        field = _FIELD.search(self.data, max(0, offset - 250), offset)
        return found[-1] if found else (field[1] or field[2]) if field else b""

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
        """Line and column, the column counted on from the last one asked for if that stands before it in the line."""
        line = self.line_of(offset)
        start, column = self.lines[line - 1], 1
        if start <= self._last[0] <= offset:
            start, column = self._last
        column += len(self.data[start:offset].translate(None, _CONTINUED))
        self._last = (offset, column)
        return line, column

    def around(self, span: Span) -> dict[str, int]:
        """Provider -> distance in lines of its nearest mention; 0 is the line itself. Only within NEAR_LINES."""
        own = self.line_span(span.start)
        found = dict.fromkeys(self.beside(span), 0)
        for distance, _, line in (
            *self.lines_back(own.start, NEAR_LINES),
            *self.lines_ahead(span.end, NEAR_LINES),
        ):
            for provider in self.in_line(line):
                found[provider] = min(distance, found.get(provider, distance))
        return found

    def beside(self, span: Span) -> frozenset[str]:
        """The providers that the line names, before or behind the span."""
        own = self.line_span(span.start)
        return self.in_line(self.data[own.start : span.start] + b" " + self.data[span.end : own.end])

    def lines_back(self, start: int, most: int) -> Iterator[tuple[int, int, bytes]]:
        """(distance, offset, line) of up to ``most`` lines before an offset, the nearest first."""
        for distance in range(1, most + 1):
            if start <= 0:
                return
            end, start = start - 1, self.data.rfind(b"\n", max(0, start - 1 - LINE_MAX), start - 1) + 1
            if start == 0 and end > LINE_MAX:
                start = end - LINE_MAX  # a longer line: its end is what is near
            yield distance, start, self.data[start:end]

    def lines_ahead(self, end: int, most: int) -> Iterator[tuple[int, int, bytes]]:
        """(distance, offset, line) of up to ``most`` lines after an offset, the nearest first."""
        for distance in range(most + 1):
            following = self.data.find(b"\n", end, end + LINE_MAX)
            line = self.data[end : following if following >= 0 else end + LINE_MAX]
            if distance:
                yield distance, end, line
            if following < 0:
                return
            end = following + 1

    def in_line(self, line: bytes) -> frozenset[str]:
        """The providers that a line mentions."""
        return self._vocabulary.in_line(line.decode("latin-1"))

    def anywhere(self) -> frozenset[str]:
        """The providers that the fragment mentions; of a large one its head, where imports and names stand."""
        if self._anywhere is None:
            self._anywhere = self._vocabulary.in_text(self.data[:HEAD])
        return self._anywhere

    def denied(self, provider: str) -> bool:
        """Whether the file says that the provider's name means another here."""
        denials = self._vocabulary.denials.get(provider, ())
        if denials and self._head is None:
            self._head = self.data[:HEAD].lower()
        return any(word.encode() in (self._head or b"") for word in denials)

    def named(self, name: str) -> frozenset[str]:
        """Providers that a name names."""
        return self._vocabulary.in_name(name)

    def quoted(self, span: Span) -> bool:
        """Whether a quotation mark opens right before it."""
        return self.data[max(0, span.start - 1) : span.start] in (b'"', b"'", b"`")

    def in_path(self) -> frozenset[str]:
        """Providers that the path names."""
        return self._vocabulary.in_name(self.path.decode("utf-8", "replace"))

    def in_file_name(self) -> frozenset[str]:
        """Providers that the last part of the path names."""
        return self._vocabulary.in_name(self.file_name())

    def file_name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(b"/")[2].decode("utf-8", "replace")
