"""Where a line's comment begins, by the kind of file: enough to tell a comment from a string, and no more.

Not a parser. Where a string may still be open it says "no comment", so that words in a string never pass for one.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property

_DOC_QUOTES = (b'"""', b"'''")
_JSON_MAX = 1 << 20  # bytes: text without a name is tried as JSON up to this size
_LONG_MAX = 4 << 20  # bytes: a larger text with strings of several lines counts as one of them
# Of a text of unknown kind: comment signs count only right before the words that accept.
_GENERIC = rb"(?:\#+|//+|/\*+|--+|;+|%+|<!--|\{\#)(?=[ \t]*(?:secretguard|pragma):)"


@dataclass(frozen=True)
class Language:
    """How a kind of file writes comments and strings.

    ``line`` and ``block`` are expressions for what begins a comment; ``quotes`` for what begins a string. ``escapes``:
    whether a backslash escapes a quote; both, where it depends. ``long`` are the signs around strings of many lines.
    ``bare``: the kind has no comments, so all of it may hold one.
    """

    line: bytes = rb"(?!)"
    block: bytes = rb"(?!)"
    quotes: bytes = rb"[\"'`]"
    escapes: tuple[bool, ...] = (True,)
    long: tuple[bytes, ...] = ()
    bare: bool = False

    def comment_start(self, line: bytes, at: int) -> int | None:
        """Where the comment that holds offset ``at`` of the line begins; None if that is in no comment."""
        if self.bare:
            return 0
        starts = {self._start(line, at, escapes) for escapes in self.escapes}
        start = starts.pop() if len(starts) == 1 else None
        if start is None or any(line.count(quote, start, at) % 2 for quote in (b'"', b"`")):
            return None
        return start

    def alone(self, line: bytes, start: int) -> bool:
        """Whether nothing stands before the comment that begins at ``start``."""
        return self.bare or not line[:start].strip()

    def _start(self, line: bytes, at: int, escapes: bool) -> int | None:
        position = 0
        while (token := self._tokens.search(line, position)) is not None and token.start() < at:
            if token["line"]:
                return token.start("line")
            end = _string_end(line, token, escapes) if token["quote"] else _block_end(line, token)
            if end is None or end > at:
                return None if token["quote"] else token.start()
            position = end
        return None

    @cached_property
    def _tokens(self) -> re.Pattern[bytes]:
        return re.compile(
            rb"(?P<line>%s)|(?P<block>%s)|(?P<quote>%s)" % (self.line, self.block, self.quotes), re.IGNORECASE
        )

    def long_strings(self, data: bytes) -> list[tuple[int, int]]:
        """The spans of strings of several lines, in ascending order."""
        spans: list[tuple[int, int]] = []
        if not any(sign in data for sign in self.long):
            return spans
        if len(data) > _LONG_MAX:
            return [(0, len(data))]
        position = 0
        while (token := self._long_tokens.search(data, position)) is not None:
            position = token.end()
            if token["long"]:
                position = _closed(data, token["long"], position)
                spans.append((token.start(), position))
            elif token["block"]:
                position = _block_end(data, token) or len(data)
        return [(low, high) for low, high in spans if data.find(b"\n", low, high) >= 0]

    @cached_property
    def _long_tokens(self) -> re.Pattern[bytes]:
        signs = b"|".join(re.escape(sign) for sign in self.long)
        return re.compile(
            rb"(?P<long>%s)|(?P<line>(?:%s)[^\n]*)|(?P<block>%s)"
            rb"|\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"?|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'?" % (signs, self.line, self.block),
            re.IGNORECASE | re.DOTALL,
        )


def _string_end(line: bytes, token: re.Match[bytes], escapes: bool) -> int | None:
    quote = token["quote"]
    body = rb"[^\\%s]*+(?:\\.[^\\%s]*+)*+%s" % (quote, quote, quote) if escapes else rb"[^%s]*%s" % (quote, quote)
    closed = re.compile(body, re.DOTALL).match(line, token.end())
    return closed.end() if closed else None


def _block_end(text: bytes, token: re.Match[bytes]) -> int | None:
    sign = {b"<": b"-->", b"{": b"#}", b"-": b"]]"}.get(token["block"][:1], b"*/")
    end = text.find(sign, token.end())
    return end + len(sign) if end >= 0 else None


def _closed(data: bytes, sign: bytes, position: int) -> int:
    """Behind the sign that closes a long string, or the end of the text."""
    for match in re.compile(rb"\\.|" + re.escape(sign), re.DOTALL).finditer(data, position):
        if match[0] == sign:
            return match.end()
    return len(data)


_MARGIN = rb"(?<![^\s])"  # at the start, or behind a blank
_CAREFUL = rb"(?<!\w)[\"']|`"  # an apostrophe within a word opens no string
_SLASHES, _STARS = rb"(?<!:)//", rb"/\*"
_BOTH = (True, False)

PLAIN = Language(bare=True)
GENERIC = Language(line=_GENERIC, escapes=_BOTH, long=_DOC_QUOTES)
_PROSE = Language(line=_GENERIC, quotes=_CAREFUL, escapes=_BOTH)
_HASH = Language(line=rb"(?<![$\\])\#", long=_DOC_QUOTES)
_SHELL = Language(line=_MARGIN + rb"\#", escapes=_BOTH)
_YAML = Language(line=_MARGIN + rb"\#", quotes=_CAREFUL, escapes=_BOTH)
_TOML = Language(line=rb"\#", escapes=_BOTH, long=_DOC_QUOTES)
_INI = Language(line=_MARGIN + rb"[\#;]|\A[ \t]*!", quotes=_CAREFUL, escapes=_BOTH)
_C = Language(line=_SLASHES, block=_STARS, long=(b'"""', b"`"))
_PHP = Language(line=_SLASHES + rb"|\#", block=_STARS)
_STYLE = Language(line=_SLASHES, block=_STARS, escapes=_BOTH)
_DASH = Language(line=rb"--(?!\[\[)", block=rb"/\*|--\[\[", escapes=_BOTH)
_LISP = Language(line=rb";", quotes=rb'"', escapes=_BOTH)
_PERCENT = Language(line=rb"(?<!\\)%", quotes=_CAREFUL, escapes=_BOTH)
_BASIC = Language(line=rb"'|(?:\A|:)[ \t]*rem(?=[ \t])", quotes=rb'"', escapes=(False,))
_BATCH = Language(line=rb"(?:\A|&)[ \t@]*rem(?=[ \t])|\A[ \t]*::", quotes=rb'"', escapes=(False,))
_MARKUP = Language(line=_SLASHES, block=rb"<!--|/\*|\{\#", quotes=_CAREFUL, escapes=_BOTH)

_KINDS: dict[Language, str] = {
    PLAIN: "json jsonl ndjson json5 jsonc ipynb txt text csv tsv log pem key crt cer asc",
    _PROSE: "md markdown rst adoc",
    _HASH: "py pyi pyx pyw rb rake pl pm r jl ex exs cr nim gd ps1 psm1 tf tfvars hcl nix coffee cmake",
    _SHELL: "sh bash zsh ksh fish env envrc mk dockerfile makefile containerfile gitignore dockerignore tcl",
    _YAML: "yaml yml conf",
    _TOML: "toml lock",
    _INI: "ini cfg properties reg service desktop",
    _C: "c h cc cpp cxx hpp hh hxx cs java js jsx mjs cjs ts tsx mts cts go rs swift kt kts scala sc groovy gradle "
    "dart sol m mm proto mq4 mq5 mqh pine cairo move zig v sv jenkinsfile",
    _PHP: "php phtml",
    _STYLE: "css scss sass less styl",
    _DASH: "sql psql ddl lua hs elm ada adb ads vhd vhdl",
    _LISP: "asm s lisp lsp cl el clj cljs cljc edn scm rkt ahk",
    _PERCENT: "tex sty cls bib erl hrl",
    _BASIC: "vb vbs vba bas frm",
    _BATCH: "bat cmd",
    _MARKUP: "html htm xhtml xml xsd xsl svg vue svelte jinja jinja2 j2 njk twig plist csproj config",
}
_BY_ENDING = {ending.encode(): language for language, endings in _KINDS.items() for ending in endings.split()}


def language_of(path: bytes | None, data: bytes) -> Language:
    """The language of a file by its name; without one, JSON if the text is JSON, else what most have in common."""
    if path is None:
        return PLAIN if _is_json(data) else GENERIC
    name = path.rpartition(b"/")[2].lower()
    if name.startswith(b".env"):
        return _SHELL
    return _BY_ENDING.get(name.rpartition(b".")[2], GENERIC)


def _is_json(data: bytes) -> bool:
    if len(data) > _JSON_MAX or data.lstrip()[:1] not in (b"{", b"["):
        return False
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
