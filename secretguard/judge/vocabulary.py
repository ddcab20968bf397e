"""The words that name providers, and where a name, a line or a text mentions them.

Identifiers and lines repeat themselves through a history, so what each mentions is remembered.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator

from secretguard.rules import RuleSet

_RUN = re.compile(r"[A-Za-z0-9]+")
_BORDER = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LONG = 4  # letters from which on a word counts at the beginning of a longer one
_RANDOM = 24  # a run so long is a value, not an identifier
# What people write onto a provider's name without a border: binanceapikey, krakensecret. Not "way", as in gateway.
_AFTERWARDS = (
    "api", "key", "secret", "token", "pass", "priv", "access", "usd", "coin", "spot", "future", "perp", "client",
    "test",
    "main", "live", "trad", "bot", "wallet", "account", "id", "uid", "url", "rpc", "node", "mnemonic", "seed", "cred",
    "auth", "exchange", "connector", "config", "swap",
)  # fmt: skip


class Vocabulary:
    """Which providers a text mentions.

    ``denials``: provider -> words that speak against it in the whole file, as ``woocommerce`` does against WOO X.
    """

    def __init__(self, rules: RuleSet) -> None:
        self._simple: dict[str, list[str]] = {}  # a word of letters and digits -> providers
        self._beginnings: dict[str, list[str]] = {}  # its first letters -> such words
        self._compound: dict[str, list[tuple[str, str]]] = {}  # its longest part -> (word with signs, provider)
        for provider in rules.providers.values():
            for word in {*provider.words, *provider.hosts, *provider.imports}:
                self._learn(word.lower(), provider.id)
        self._lies = {provider.id: provider.lies for provider in rules.providers.values() if provider.lies}
        self.denials = {
            provider.id: tuple(lie for lie in provider.lies if not any(word in lie for word in provider.words))
            for provider in rules.providers.values()
        }
        self.in_name = functools.lru_cache(maxsize=50_000)(self._in_text)
        self.in_line = functools.lru_cache(maxsize=50_000)(self._in_text)
        self._in_run = functools.lru_cache(maxsize=100_000)(self._find_in_run)

    def _learn(self, word: str, provider: str) -> None:
        if word.isalnum():
            self._simple.setdefault(word, []).append(provider)
            if len(word) >= _LONG:
                self._beginnings.setdefault(word[:_LONG], []).append(word)
        else:
            longest = max(_RUN.findall(word) or [""], key=len)
            self._compound.setdefault(longest, []).append((word, provider))

    def in_text(self, data: bytes) -> frozenset[str]:
        """The providers that a whole text mentions by a word of their own (hosts and the like hold one)."""
        runs = set(_RUN.findall(data.decode("latin-1")))
        return frozenset(provider for run in runs if len(run) < _RANDOM for provider in self._in_run(run))

    def _in_text(self, text: str) -> frozenset[str]:
        """The providers that a text mentions: as a word, in an identifier, as a host."""
        found: set[str] = set()
        for run in set(_RUN.findall(text)):
            if len(run) < _RANDOM:
                found.update(self._in_run(run))
                compounds = self._compound.get(run.lower())
                if compounds:
                    lower = text.lower()
                    found.update(provider for word, provider in compounds if word in lower)
        return frozenset(provider for provider in found if not self._lies_here(provider, text))

    def _lies_here(self, provider: str, text: str) -> bool:
        """Whether the text says that the name means another: ``gemini_model``, ``gitkraken``."""
        return any(lie in text.lower() for lie in self._lies.get(provider, ()))

    def _find_in_run(self, run: str) -> tuple[str, ...]:
        return tuple(provider for word in self._words(run) for provider in self._simple[word])

    def _words(self, run: str) -> Iterator[str]:
        """The words in one run of letters and digits: all of it, a part of camel case, or a beginning."""
        lower = run.lower()
        if lower in self._simple:
            yield lower
        borders = [0, *(border.start() for border in _BORDER.finditer(run)), len(run)]
        for start, end in itertools.pairwise(borders):
            if end - start < len(run) and lower[start:end] in self._simple:
                yield lower[start:end]
        for start in borders[:-1]:
            for word in self._beginnings.get(lower[start : start + _LONG], ()):
                after = start + len(word)
                rest = lower[after:]
                if lower.startswith(word, start) and (after in borders or rest.startswith(_AFTERWARDS)):
                    yield word
