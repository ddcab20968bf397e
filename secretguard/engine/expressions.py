"""From rules to detectors: what the matcher looks for, and the regex that confirms it in a bounded window.

Three forms. A rule with a ``regex`` is a detector of its own (rules with the same regex share one). All shape rules
together are two detectors, one for values under a telling name and one for quoted tokens: one expression for the shape,
and a match that carries every rule it could be, costs less than a hundred expressions.

Measured on 470 MB of hummingbot's history (Vectorscan 5.4, one core): a literal-anchored set runs at 2.3 GB/s, a
quote-anchored class run at 2.5, a telling name followed by a value at 1.7, an unanchored word run at 1.2, an unanchored
token at 0.6. Hence anchors everywhere, and a ``gate`` (a pure class run, 5 to 9 GB/s) before what has none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from secretguard.decode.forms import FORMS, split
from secretguard.model import Form
from secretguard.rules import Rule, RuleSet

# Words that tell a secret's name, in the languages people write them in (UTF-8, matched without regard to case).
PASSWORD_WORDS = (
    "pass(?:w|phrase|code|_phrase|-phrase)", "pwd", "mot_?de_?passe", "contrase", "senha", "passe?wort", "parol",
    "memo", "密码", "口令", "パスワード", "비밀번호", "пароль",
)  # fmt: skip
# What is part of many other words ("auth" of author, "private" of code, "uid" of guide) stands here with what follows.
TELLING_WORDS = (
    "secret", "key", "token", "authoriz", "_auth", "credential", "private[\"']", "signer", "mnemonic", "seed",
    "bearer", "deployer", "access_?id", "_uid", "client_?id", "webhook", "api_?hash", "clave", "chave",
    "schl(?:ü|ue)ssel", "密钥", "秘钥", "私钥",
    "秘密鍵", "비밀키", "ключ",
)  # fmt: skip
# Too common to stand before anything but the value of a password; and the same for a search that begins at the letter.
_PASS = r"[ _\t{]pass|pass[\"']|\bpw"
_PASS_SEEN = (r"p(?<=[ _\t{]p)ass", "pass[\"']", r"p(?<![a-z0-9_]p)w")
# Short for "private key" where a word begins; and seen the same way.
_SHORT = r"\bpk|_pk|\bpriv|_priv"
_SHORT_SEEN = ("p(?<![a-z0-9]p)k", "p(?<![a-z0-9]p)riv")
_PASSWORDS = "|".join((*PASSWORD_WORDS, _PASS))
_ALL_WORDS = "|".join((*PASSWORD_WORDS, *TELLING_WORDS, _SHORT))


def _by_first_letter(words: Iterable[str]) -> str:
    """The same alternatives, grouped, so that ``re`` tries a few at an offset instead of all of them."""
    groups: dict[str, list[str]] = {}
    for word in words:
        groups.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in groups.items())


ASSIGNED_WORDS = re.compile(
    _by_first_letter((*PASSWORD_WORDS, *TELLING_WORDS, *_PASS_SEEN, *_SHORT_SEEN)).encode()
)  # for lower case

# What may stand between a name and its value, and how the value may begin. Vectorscan sees the beginning only; the
# confirming regex is made of the same pieces, so that the one finds what the other does. It is laid against text made
# lower case, which is cheaper than to ignore case.
_TAIL = r"[A-Za-z0-9_$.\-]{0,40}"
# a type (secret: str = ...), or an attribute between name and value (<string name="secret" translatable="false">)
_ANNOTATION = (
    r"(?:(?:[ \t][a-z:]{1,20}=[\"'][a-z]{1,12}[\"']){1,2}|:[ \t]{0,3}[A-Za-z_&]['A-Za-z0-9_.<>|?\[\] ]{0,30})?"
)


# ":-" and the last three before what a lookup falls back on: ${SECRET:-value}, getenv("SECRET") or "value"
_SEPARATOR = (
    rf"""["'`\\\])]{{0,6}}[ \t]{{0,8}}{_ANNOTATION}(?::-|[?.+]?[:=>,(]{{1,4}}|<-|\?[?:]|\|\||or )[ \t]{{0,8}}"""
    r"(?:[|>][+-]?\s)?\s{0,40}(?:[(\[]\s{0,20}|- )?"
)
_OPEN = r"""(?:[A-Za-z0-9_.:]{1,30}\(\s{0,20})?[A-Za-z@$]{0,2}(?:["'`\\]{1,6}|["'`] )(?:(?:bearer|basic|token) )?"""
_PAIR = (
    r"""["'`\\]{0,4}(?:</key>|,|;)?\s{0,40}[\-<"'`\\]{0,4}(?:value|string)["'`\\]{0,4}\s{0,4}[:=>]\s{0,4}["'`\\]{0,4}"""
)
_TOKEN = r"[A-Za-z0-9+/=_\-]"
_LETTER = "[A-Za-z+/_-]"
_IN_QUOTES = r"""[^\r\n"'`\\]{0,496}"""
_BARE = r"""[^\s"'`,;(){}\[\]<>&|\\\x00-\x1f\x7f-\xff]{0,496}+(?![(\[{])"""


@dataclass(frozen=True, slots=True)
class _Slot:
    """A way to write name and value: the words of the name, what joins them, how the value begins and how it ends."""

    words: str
    join: str
    begin: str
    end: str

    @property
    def candidate(self) -> str:
        return f"(?:{self.words}){self.join}{self.begin}"

    @property
    def confirm(self) -> str:
        tail = _TAIL if self.join.startswith(_TAIL) else ""
        words = self.words.replace(_PASS, "|".join(_PASS_SEEN)).replace(_SHORT, "|".join(_SHORT_SEEN))
        return f"(?P<name>(?:{words}){tail}){self.join.removeprefix(tail)}(?P<secret>{self.begin}{self.end})"


_SLOTS = (
    _Slot(_ALL_WORDS, _TAIL + _SEPARATOR + _OPEN, _TOKEN + "{16}", _IN_QUOTES),
    _Slot(
        _ALL_WORDS,
        _TAIL + _SEPARATOR + "(?:(?:bearer|basic|token) )?",
        f"(?:{_LETTER}{{0,5}}[0-9]{_TOKEN}{{10}}|[A-Za-z0-9+/]{{16}}"
        f"|{_LETTER}{{6}}(?:{_LETTER}{{0,5}}[0-9]{_TOKEN}{{4}}|{_LETTER}{{6,24}}[0-9]))",
        _BARE,
    ),
    _Slot(_ALL_WORDS, _TAIL + _PAIR, _TOKEN + "{12}", _IN_QUOTES.replace("\\r", "<\\r")),
    _Slot(_PASSWORDS, _TAIL + _SEPARATOR + _OPEN, r"""[^\s"'`<>{}\\]{6}""", _IN_QUOTES),
    _Slot(_PASSWORDS, _TAIL + r"[ \t]{0,4}[:=][ \t]{0,4}", r"""[^\s"'`<>{}()\[\],;$\\]{8}""", _BARE),
    # a chat, a table of a manual: "key ... secret ..."
    _Slot(_ALL_WORDS, r"(?: is| to)?:?[ \t]{1,3}[`*\"']{0,3}", f"[A-Za-z+/_-]{{0,30}}[0-9]{_TOKEN}{{14}}", _BARE),
)
# Flags of a command line and what sets a variable without a sign: --secret VALUE, ENV NAME VALUE
_FLAG = r"(?:--|(?:env|setenv|setx|set -[a-z]{1,4}) )[a-z0-9_-]{0,40}"
# A declaration with the type behind the name: Const Secret As String = "", DECLARE @secret NVARCHAR(64) = N''
_DECLARED = r"(?:const|dim|declare) @?[a-z0-9_]{0,40}"
_TYPED = r"[ \t](?:as[ \t])?[a-z]{3,10}(?:\([0-9a-z]{1,5}\))?[ \t]?:?=[ \t]?[a-z]?[\"']"
_BEHIND = (
    (_FLAG, _Slot(_ALL_WORDS, _TAIL + "[ =]", _TOKEN + "{12}", _BARE)),
    (
        _FLAG,
        _Slot(_PASSWORDS, _TAIL + r"[ =][\"']?", r"""[^\s"'`<>{}()\[\],;$\\-][^\s"'`<>{}()\[\],;$\\]{7}""", _BARE),
    ),
    (_DECLARED, _Slot(_ALL_WORDS, _TAIL + _TYPED, _TOKEN + "{16}", _IN_QUOTES)),
)


def _together(slots: Iterable[_Slot], words: str) -> str:
    """One expression for all slots of the same words: Vectorscan then follows a word once, not once for each slot."""
    joined = "|".join(slot.join.removeprefix(_TAIL) + slot.begin for slot in slots if slot.words == words)
    return f"(?:{words}){_TAIL}(?:{joined})"


ASSIGNED_HS = (
    _together(_SLOTS, _ALL_WORDS),
    _together(_SLOTS, _PASSWORDS),
    *(before + slot.candidate for before, slot in _BEHIND),
)
ASSIGNED = "|".join((*(slot.confirm for slot in _SLOTS), *(f"(?<={before}){slot.confirm}" for before, slot in _BEHIND)))

# Tokens between quotes, or alone in a cell of a table.
QUOTED_HS = (
    rf"[\"'`,]{_TOKEN}{{24,}}[\"'`\\,\r\n]",
    rf"[|] {_TOKEN}{{24,}} {{1,40}}[|]",
    rf";{_TOKEN}{{24,}}[;\r\n]",
)
QUOTED = (
    r"""(?:["'`](?=[^0-9"'`]*+[0-9])(?P<secret>[A-Za-z0-9+/=_\-]{24,512})(?=\\?["'`])"""
    r"""|[|] (?=[^0-9|]*+[0-9])(?P<secret>[A-Za-z0-9+/=_\-]{24,512}) {1,40}+(?=[|])"""
    r"""|([,;])(?=[^0-9,;]*+[0-9])(?P<secret>[A-Za-z0-9+/=_\-]{24,512})(?=\1|[\r\n]))"""
)


@dataclass(frozen=True, slots=True)
class Detector:
    """``candidates`` for the matcher, ``confirm`` for ``regex``; ``back`` and ``ahead`` bound its window in bytes.

    A candidate is (gate, expression): it is tried where the gate, a class run such as ``[0-9]{40}``, occurs. Without
    a gate (``""``) it is tried always.
    """

    form: Form
    rules: tuple[str, ...]
    candidates: tuple[tuple[str, str], ...]
    confirm: str
    caseless: bool = False
    back: int = 512
    ahead: int = 512
    plugin: str = ""
    listed: bool = False


PluginPatterns = Callable[[str], Sequence[tuple[str, bool]]]  # a plugin's regexes, and whether each ignores case


def detectors(rules: RuleSet, plugin_patterns: PluginPatterns) -> tuple[Detector, ...]:
    """All detectors of a rule set, in a fixed order."""
    found = list(_regex_detectors(rules.rules.values()))
    found += _plugin_detectors(rules.rules.values(), plugin_patterns)
    if any(rule.shapes for rule in rules.rules.values()):
        found.append(Detector(Form.ASSIGNED, (), _ungated(ASSIGNED_HS), ASSIGNED, caseless=True, back=224, ahead=96))
        found.append(Detector(Form.QUOTED, (), _ungated(QUOTED_HS), QUOTED, back=514, ahead=1))
    return (*found, *_encoded_detectors())


def _encoded_detectors() -> Iterator[Detector]:
    """One for each encoding: whether it may occur at all. What it says is found out where it is decoded."""
    for encoding, forms in FORMS.items():
        candidates = tuple(split(form) for form in forms)
        yield Detector(Form.ENCODED, (encoding,), candidates, "|".join(pattern for _, pattern in candidates))


def _regex_detectors(rules: Iterable[Rule]) -> Iterable[Detector]:
    shared: dict[tuple[object, ...], list[str]] = {}
    for rule in rules:
        if rule.regex:
            key = (rule.regex, rule.candidates, rule.caseless, rule.boundary, rule.gate, rule.window, rule.listed)
            shared.setdefault(key, []).append(rule.id)
    by_id = {rule.id: rule for rule in rules}
    for ids in shared.values():
        rule = by_id[ids[0]]
        yield Detector(
            form=Form.REGEX,
            rules=tuple(ids),
            candidates=tuple(_gated(each, rule.gate) for each in rule.candidates or (candidate_of(rule.regex),)),
            confirm=_bounded(rule.regex) if rule.boundary else rule.regex,
            caseless=rule.caseless,
            back=rule.window,
            ahead=rule.window,
            listed=rule.listed,
        )


def _plugin_detectors(rules: Iterable[Rule], patterns_of: PluginPatterns) -> Iterator[Detector]:
    """detect-secrets' regexes laid into our matcher; what they find, the plugin itself confirms."""
    for rule in rules:
        for caseless in (False, True) if rule.plugin else ():
            patterns = tuple(pattern for pattern, ignores in patterns_of(rule.plugin) if ignores is caseless)
            if patterns:
                yield Detector(
                    Form.REGEX,
                    (rule.id,),
                    _ungated(patterns),
                    "|".join(patterns),
                    caseless,
                    back=rule.window,
                    plugin=rule.plugin,
                )


def _ungated(patterns: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple(("", pattern) for pattern in patterns)


def _gated(candidate: str, gate: str) -> tuple[str, str]:
    """``"[0-9]{40} => expression"`` names its own gate; others have their rule's."""
    own, arrow, expression = candidate.partition(" => ")
    return (own, expression) if arrow else (gate, candidate)


def _bounded(pattern: str) -> str:
    """The pattern, not in the midst of a longer word."""
    return rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])"


_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
_ATOM = r"(?:\[(?:\\.|[^\]\\])+\]|\\.|[^\\)\]}])"
_EMPTY_TAIL = re.compile(_ATOM + r"(?:\{0,\d*\}|[*?])[+?]?(\)*)$")
_OPEN_TAIL = re.compile(r"(?:\{(\d+),\d*\}|(?<!\\)(\+))[+?]?(\)*)$")


def candidate_of(pattern: str) -> str:
    """The same pattern for the matcher: groups without names, and an open end cut to its least length.

    ``abc{20,}`` would report each further byte; ``abc{20}`` reports once, and the confirming regex sees the rest.
    """
    plain = _NAMED_GROUP.sub("(?:", pattern)
    while (cut := _EMPTY_TAIL.sub(r"\1", plain)) != plain:
        plain = cut
    return _OPEN_TAIL.sub(lambda m: (f"{{{m[1]}}}" if m[1] else "") + m[3], plain)
