from __future__ import annotations

import re
from dataclasses import replace

import pytest

from secretguard.model import (
    Confidence,
    Exposure,
    OriginKind,
    Part,
    Place,
    Reach,
    Receipt,
    Severity,
    Skipped,
)
from secretguard.reports import REPORTS, Advice, RuleNote, Style
from secretguard.reports.text import cells


def human(make, report, **style):
    return REPORTS["human"](report, make.advice, Style(**style))


def test_one_finding_says_what_where_why_and_what_to_do_on_one_screen(make):
    finding = make.finding()

    text = human(make, make.report(finding))

    assert text.startswith("CRITICAL  Binance API secret  (binance-api-secret)\n  src/config.py:3:9\n")
    assert "high confidence: the name KEY; a partner beside it" in text
    assert "https://binance.example/api-keys" in text
    assert "`secretguard: allow binance-api-secret - why`." in text
    assert text.endswith("1 secret in 1 place (1 critical); 12 files, 34 kB read in 0.2 s\n")


def test_the_comment_that_accepts_names_the_rule_only_if_there_is_one(make):
    text = human(make, make.report(make.finding(), make.finding(rule="binance-api-key")))
    assert "`secretguard: allow RULE - why`." in text


@pytest.mark.parametrize("pushed", [False, True])
@pytest.mark.parametrize("kind", [OriginKind.INDEX, OriginKind.BLOB])
def test_one_finding_fits_on_a_terminal_of_24_lines_and_80_columns(make, kind, pushed):
    reach = make.exposure(refs=("refs/heads/main", *(["refs/remotes/origin/main"] if pushed else [])))
    exposure = reach if kind is OriginKind.BLOB else Exposure(reach=Reach.INDEX)
    sealed = make.sealed()
    occurrence = make.occurrence(excerpt=f'KEY = "{sealed.mask}"', exposure=exposure, kind=kind)
    words = ("Binance is named by the variable", "the name binance_secret tells its use", "64 letters and digits")
    text = human(make, make.report(make.finding(secret=sealed, occurrences=(occurrence,), evidence=words)), width=80)

    assert len(text.splitlines()) < 24  # and a line for the prompt


def test_several_findings_are_counted_first(make):
    report = make.report(make.finding(), make.finding(severity=Severity.LOW), suppressed={"comment": 2, "baseline": 0})

    first, blank, *_ = human(make, report).splitlines()

    assert (first, blank) == ("2 secrets in 2 places (1 critical, 1 low), not shown: 2 by comment", "")


def test_what_a_commit_holds_is_cleaned_from_history_last(make):
    committed = make.finding(occurrences=(make.occurrence(exposure=make.exposure()),))

    steps = re.findall(r"^  \d\. (.*)", human(make, make.report(committed)), re.MULTILINE)
    assert "Not pushed: `git commit --amend`" in steps[-1]
    assert "filter-repo" not in human(make, make.report(make.finding()))
    pushed = make.finding(occurrences=(make.occurrence(exposure=make.exposure(reach=Reach.REMOTE)),))
    assert "filter-repo" in (said := human(make, make.report(pushed))) and "--amend" not in said


def test_each_step_is_told_once_with_those_it_is_for(make):
    findings = [make.finding(rule=rule, provider=rule) for rule in ("eth", "kraken", "wif")]
    wallet = "No one can revoke a wallet."
    page = "https://example.org/kraken"
    notes = {
        "eth": RuleNote("key", "Ethereum", revoke=wallet),
        "kraken": RuleNote("key", "Kraken", revoke=page),
        "wif": RuleNote("key", "Bitcoin", revoke=wallet),
    }

    text = REPORTS["human"](make.report(*findings), Advice(notes), Style())

    told = text[text.index("What to do now") : text.index("No secret after all")].split("\n")
    headings = [line.strip() for line in told if line.startswith("  ") and line[2] not in " -"]
    assert headings == ["First, for each of them", "Ethereum, Bitcoin", "Kraken", "For each of them"]
    assert "Take it out" in told[2] and text.count(wallet) == text.count(page) == text.count("Take it out") == 1
    wallets = REPORTS["human"](make.report(findings[0], findings[2]), Advice(notes), Style())
    assert "  1. Take it out" in wallets and "  2. " + wallet in wallets


def test_marks_stand_under_the_mask_even_behind_wide_characters(make):
    sealed = make.sealed()
    occurrence = make.occurrence(excerpt=f"\t名前 = '{sealed.mask}' # 漢", column=8)

    lines = human(make, make.report(make.finding(secret=sealed, occurrences=(occurrence,)))).split("\n")

    marks = lines[3].index("^")
    assert cells(lines[2][: lines[2].index(sealed.mask)]) == marks
    assert cells(sealed.mask) == lines[3].count("^")


def test_marks_choose_the_right_one_of_two_equal_masks(make):
    sealed = make.sealed(make.value(12))
    excerpt = f"a = '{sealed.mask}', b = '{sealed.mask}'"
    place = excerpt.rindex(sealed.mask) + 1
    occurrence = make.occurrence(excerpt=excerpt, column=place)

    lines = human(make, make.report(make.finding(secret=sealed, occurrences=(occurrence,)))).split("\n")

    assert lines[2].rindex(sealed.mask) == lines[3].index("^")


def test_a_long_line_is_cut_around_the_mask(make):
    sealed = make.sealed()
    occurrence = make.occurrence(excerpt=f"{'x' * 500}{sealed.mask}{'y' * 500}", column=501)

    text = human(make, make.report(make.finding(secret=sealed, occurrences=(occurrence,))), width=60)

    line = text.split("\n")[2]
    assert sealed.mask in line
    assert cells(line) <= 60


def test_worst_comes_first_then_surest(make):
    findings = [
        make.finding(severity=Severity.LOW, provider="a"),
        make.finding(severity=Severity.HIGH, confidence=Confidence.LOW),
        make.finding(severity=Severity.HIGH, confidence=Confidence.HIGH),
        make.finding(severity=Severity.CRITICAL, confidence=Confidence.LOW),
    ]

    text = human(make, make.report(*findings))

    words = re.findall(r"^(?:CRITICAL|HIGH|LOW)|(?:high|low) confidence", text, re.MULTILINE)
    assert words[::2] == ["CRITICAL", "HIGH", "HIGH", "LOW"]
    assert words[1:6:2] == ["low confidence", "high confidence", "low confidence"]


def test_sweep_tells_who_when_and_where(make):
    exposure = make.exposure()
    finding = make.finding(occurrences=(make.occurrence(exposure=exposure),))

    text = human(make, make.report(finding))

    assert "2023-04-01, commit 1a1a1a1a1a by Alice <alice@example.org>" in text
    assert "7 commits, the last is 2b2b2b2b2b, not in HEAD any more" in text
    assert "main; on no remote that this repository knows" in text
    assert "git show 1a1a1a1a1a:src/config.py" in text
    assert "secretguard: allow" not in text


def test_a_pushed_secret_is_said_so_and_revoked_first(make):
    exposure = make.exposure(refs=("refs/heads/main", "refs/remotes/origin/main"))
    quiet = make.occurrence(exposure=make.exposure())
    finding = make.finding(occurrences=(quiet, make.occurrence(exposure=exposure)))

    text = human(make, make.report(finding))

    assert "PUSHED to origin/main; here in main" in text
    assert "1. It has been pushed" in text


@pytest.mark.parametrize(
    ("reach", "words"),
    [
        (Reach.STASH, "only a stash reaches it"),
        (Reach.REFLOG, "only a reflog reaches it"),
        (Reach.NOTHING, "nothing reaches it any more"),
    ],
)
def test_what_no_branch_reaches_is_called_not_pushed_with_care(make, reach, words):
    exposure = make.exposure(refs=(), reach=reach)

    text = human(make, make.report(make.finding(occurrences=(make.occurrence(exposure=exposure),))))

    assert f"{words}: not pushed from here as far as this repository knows" in " ".join(text.split())


def test_a_path_a_shell_could_misread_is_never_in_a_command(make):
    exposure = make.exposure()
    finding = make.finding(occurrences=(make.occurrence(b"a;rm -rf .py", exposure=exposure),))

    text = human(make, make.report(finding))

    assert "git show" not in text
    assert "git cat-file -p ababababab" in text


def test_address_and_parts_of_the_credential_are_shown(make):
    part = Part("binance-api-key", "api_key", Place(2, 7, 2, 71), make.sealed())
    finding = make.finding(address="Ethereum 0xabc", parts=(part,))

    text = human(make, make.report(finding))

    assert re.search(r"wallet +Ethereum 0xabc", text)
    assert f"api key at 2:7: {part.secret.mask}" in text


def test_five_other_places_then_a_count(make):
    places = tuple(make.occurrence(line=line) for line in range(1, 11))

    text = human(make, make.report(make.finding(occurrences=places)))

    assert "src/config.py:6:9\n    + 4 more places\n" in text
    assert "src/config.py:7:9" not in text


def test_ten_findings_stay_compact_and_each_provider_is_told_once(make):
    findings = [
        make.finding(rule=rule, occurrences=(make.occurrence(line=n, excerpt="x"),))
        for n in range(5)
        for rule in ("binance-api-secret", "kraken-private-key")
    ]

    text = human(make, make.report(*findings))

    assert text.count("https://binance.example/api-keys") == 1
    assert text.count("https://kraken.example/api") == 1
    assert text.count("Take it out of the code") == 1
    assert len(text.splitlines()) <= 70


@pytest.mark.parametrize("terminal", [True, False])
def test_the_evidence_of_many_findings_is_cut_on_a_terminal_only(make, terminal):
    words = ("the name binance_secret tells its use", "checksum holds (english)", "64 letters and digits")
    findings = [make.finding(evidence=words, secret=make.sealed()) for _ in range(6)]

    text = " ".join(human(make, make.report(*findings), terminal=terminal).split())

    assert ("; ".join(words) in text) is not terminal


def test_many_findings_do_not_repeat_what_was_said_of_the_last(make):
    exposure = make.exposure(refs=("refs/remotes/origin/main",))
    other = make.exposure(refs=("refs/remotes/fork/main",))
    findings = []
    for n in range(10):
        sealed = make.sealed()
        place = make.occurrence(line=n, excerpt=f"x = {sealed.mask}", exposure=other if n == 9 else exposure)
        findings.append(make.finding(secret=sealed, occurrences=(place,)))

    text = human(make, make.report(*findings), width=80)

    assert text.count("PUSHED to origin/main") == 1
    assert text.count("PUSHED to fork/main") == 1
    assert len(text.splitlines()) <= 2 * 30


def test_not_blocking_is_listed_after_and_does_not_fail(make):
    finding = make.finding(blocking=False, evidence=("a published sample",))

    text = human(make, make.report(finding))

    assert "Not blocking\n  - src/config.py:3:9: critical Binance API secret" in text
    assert "no blocking secret, 1 not blocking; 12 files" in text
    assert "What to do now" not in text


def test_a_page_tells_what_the_terminal_tells(make):
    sealed = make.sealed()
    place = make.occurrence(b"a&b.py", excerpt=f"<KEY> = {sealed.mask}", exposure=make.exposure())
    report = make.report(make.finding(secret=sealed, occurrences=(place,)), suppressed={"comment": 2})

    text = REPORTS["html"](report, make.advice, Style())

    for told in (
        "a&amp;b.py:3:9",
        f"&lt;KEY&gt; = {sealed.mask}",
        "1a1a1a1a1a by Alice",
        "git filter-repo",
        "2 accepted by",
    ):
        assert told in text
    assert "<h1>secretguard: 1 secret</h1>" in text
    assert "no blocking secret" in REPORTS["html"](make.report(), make.advice, Style())
    assert "could not read everything" in REPORTS["html"](make.report(errors=["a.py"]), make.advice, Style())


def test_clean_is_one_line_with_what_was_read(make):
    assert human(make, make.report()) == "clean: 12 files, 34 kB read in 0.2 s\n"


def test_nothing_to_read_is_said(make):
    assert human(make, make.report(receipt=Receipt(), seconds=0.0)) == "clean: there was nothing to read\n"


@pytest.mark.parametrize("found", [0, 1])
def test_an_incomplete_scan_is_loud_and_never_clean(make, found):
    report = make.report(*[make.finding() for _ in range(found)], errors=["a.py: permission denied"])

    text = human(make, report)

    assert "INCOMPLETE: 1 error" in text
    assert "a.py: permission denied" in text
    assert "clean" not in text


def test_receipt_tells_skipped_notes_and_suppressed(make):
    receipt = Receipt(2, 10, {"file": 2}, notes=["shallow clone"])
    receipt.skipped += [Skipped("a", "lock file"), Skipped("b", "lock file"), Skipped("c", "too big")]

    text = human(make, make.report(receipt=receipt, suppressed={"baseline": 3, "comment": 0}))

    assert "left out: lock file (2), too big (1)" in text
    assert "note: shallow clone" in text
    assert "not shown: 3 by baseline" in text
    assert "comment" not in text


def test_show_secrets_shows_them_and_says_so(make):
    value = make.value()
    finding = make.finding(secret=make.sealed(value, show=True))

    text = human(make, make.report(finding))

    assert text.startswith("--show-secrets: ")
    assert value in text


def test_color_and_links_only_if_wanted(make):
    report = make.report(make.finding())

    assert "\x1b" not in human(make, report)
    assert "\x1b[" in human(make, report, color=True)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", human(make, report, color=True))
    assert human(make, report) == plain
    assert "\x1b]8;;https://binance.example/api-keys\x1b\\" in human(make, report, links=True)


@pytest.mark.parametrize("width", [-1, 0, 1, 20, 40, 59, 60, 200])
def test_any_width_is_readable_and_only_paths_and_urls_overflow(make, width):
    sealed = make.sealed()
    occurrence = make.occurrence(
        b"src/a/rather/long/path/to/a/file.py",
        excerpt=f"名前 = {sealed.mask} 漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字",
        exposure=make.exposure(refs=("refs/remotes/origin/a-long-branch-name",)),
    )
    finding = make.finding(secret=sealed, occurrences=(occurrence,))
    text = human(make, make.report(finding, replace(finding, blocking=False)), width=width)

    for line in text.splitlines():
        free = "https://" in line or re.search(r"\.py:\d+:\d+$", line)
        assert free or cells(line) <= max(width, 20), line


def test_places_outside_files_have_words(make):
    kinds = (OriginKind.COMMIT, OriginKind.TAG, OriginKind.STDIN, OriginKind.MESSAGE)
    places = tuple(make.occurrence(None, kind=kind) for kind in kinds)

    text = human(make, make.report(make.finding(occurrences=places)))

    assert "text of commit ababababab, line 3, column 9" in text
    assert "text of tag ababababab" in text
