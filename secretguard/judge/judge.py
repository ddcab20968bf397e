"""All matches of one fragment -> Finding or Dismissal. Knows no files and no git."""

from __future__ import annotations

import functools
import itertools
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace

from secretguard.judge.accounts import SLOTS, accounts, piece_of, within_reach
from secretguard.judge.beside import passphrase_behind
from secretguard.judge.by_form import ByForm
from secretguard.judge.by_shape import NOTHING_BESIDE, ByShape
from secretguard.judge.context import Context
from secretguard.judge.evidence import Weigher
from secretguard.judge.naming import Namer
from secretguard.judge.teller import Teller
from secretguard.judge.verdict import MEMO_MAX, Verdict, joined, lying, proof_of, start_of, without_overlaps
from secretguard.judge.vocabulary import Vocabulary
from secretguard.model import TOO_LONG, Dismissal, Finding, Form, Fragment, Match, Reading, Sealer, Secret
from secretguard.rules import RuleSet

SECONDS, SECONDS_PER_MB = 10.0, 2.0  # the last net for one fragment


class Judge:
    """Decides what the engine's matches are."""

    def __init__(self, rules: RuleSet, sealer: Sealer, around: int = 0) -> None:
        """``around``: how many lines before and after a finding it keeps."""
        self._vocabulary = Vocabulary(rules)
        self._namer = Namer(rules)
        self._accounts = itertools.count(1)
        self._teller = Teller(sealer, around)
        weigher, proof = Weigher(rules), functools.lru_cache(maxsize=MEMO_MAX)(proof_of)
        self._by_form = ByForm(rules, weigher, proof)
        self._by_shape = ByShape(rules, self._vocabulary, weigher, self._namer, proof)

    def judge(
        self, fragment: Fragment, readings: Iterable[Reading], unread: list[str], explain: bool = False
    ) -> list[Finding | Dismissal]:
        """Findings, and with ``explain`` every dismissal too, in the order of the text.

        ``readings`` is the fragment as it lies there, and then with more and more of what is encoded in it decoded.
        ``unread`` gets the reason where time runs out; what was found until then stands.
        """
        deadline = time.monotonic() + SECONDS + SECONDS_PER_MB * len(fragment.data) / 1e6
        here = Context(fragment, self._vocabulary)
        kept: list[Verdict] = []
        dismissed: list[Finding | Dismissal] = []
        for reading in readings:
            read = fragment._replace(data=reading.data)
            context = here if reading.data is here.data else Context(read, self._vocabulary)
            verdicts: list[Verdict] = []
            for match in reading.matches:
                if time.monotonic() > deadline:
                    unread.append(TOO_LONG)
                    break
                for outcome in self._outcomes(match, context):
                    if isinstance(outcome, Verdict):
                        verdicts.append(outcome)
                    elif explain:
                        place = here.place(reading.lies(match.span).span)
                        dismissed.append(self._teller.dismissal(outcome, match, context, place))
            standing = self._standing(verdicts, context)
            dismissed += self._left_alone(verdicts, standing, reading, context, here) if explain else ()
            kept = joined(kept, [lying(verdict, reading) for verdict in standing])
        dismissed += self._published(kept, here) if explain else ()
        told = [verdict for verdict in kept if not verdict.idle]
        return [*self._teller.findings(told, here, fragment), *dismissed]

    def _standing(self, verdicts: list[Verdict], context: Context) -> list[Verdict]:
        """What is left of the verdicts on one text, each a piece of a whole credential, in the order of the text."""
        standing = without_overlaps([verdict for verdict in verdicts if not verdict.faint])
        faint = (verdict for verdict in verdicts if verdict.faint)
        return self._whole(within_reach(faint, standing, context), context)

    def _left_alone(
        self, verdicts: list[Verdict], standing: list[Verdict], reading: Reading, context: Context, here: Context
    ) -> Iterator[Dismissal]:
        """What was too faint to stand alone, and is a piece of nothing."""
        spans = {verdict.span for verdict in standing}
        for each in verdicts:
            if each.faint and each.span not in spans:
                match = Match(Form.ASSIGNED, (each.rule.id,), each.span)
                yield self._teller.dismissal(NOTHING_BESIDE, match, context, here.place(reading.lies(each.span).span))

    def _published(self, kept: list[Verdict], here: Context) -> Iterator[Dismissal]:
        """The published samples of which nothing is told."""
        for each in kept:
            if each.idle:
                match = Match(Form.ASSIGNED, (each.rule.id,), each.span)
                yield self._teller.dismissal(f"published sample: {each.example}", match, here, here.place(each.span))

    def _outcomes(self, match: Match, context: Context) -> Iterator[Verdict | str]:
        value = context.data[match.span.start : match.span.end].decode("utf-8", "surrogateescape")
        if match.form is Form.REGEX:
            yield from self._by_form.verdicts(match, value, context)
        else:
            yield self._by_shape.verdict(match, value, context)

    def _whole(self, verdicts: list[Verdict], context: Context) -> list[Verdict]:
        """The verdicts under the names of their providers, and numbered by the account that they are pieces of."""
        whole: list[Verdict] = []
        for pieces in accounts(piece_of(verdict, context) for verdict in verdicts):
            for account in self._namer.named(pieces):
                self._complete(account, context)
                if any(not verdict.faint for verdict in account):
                    number = next(self._accounts) if len(account) > 1 else 0
                    whole += [replace(verdict, account=number) for verdict in account]
        return sorted(whole, key=lambda verdict: verdict.span.start)

    def _complete(self, account: list[Verdict], context: Context) -> None:
        """Add the passphrase that has no name, where the provider has one and what it stands behind has none."""
        rule = self._namer.passphrase_of(account[0].provider)
        last = max(account, key=start_of)
        slots = {SLOTS.get(verdict.rule.kind) for verdict in account}
        if rule is None or last.name or not {"key", "secret"} <= slots or "passphrase" in slots:
            return
        span = passphrase_behind(last.span, context)
        if span:
            value = context.data[span.start : span.end].decode("utf-8", "surrogateescape")
            words = ("it stands behind the secret", *last.evidence.words)
            evidence = replace(last.evidence, words=words)
            account.append(Verdict(rule, span, Secret(value), evidence, rule.provider, firm=True))
