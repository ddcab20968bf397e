"""What is encoded in a text is found where it lies, and nothing that can be read makes decoding fail."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import json
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from secretguard.checks.samples import fill
from secretguard.config import Config
from secretguard.decode import DEPTH, LAYERS, Budget, decoded, encodings
from secretguard.decode.containers import BOMB, DAMAGED, LOCKED, NESTED
from secretguard.decode.runs import FINDERS
from secretguard.model import Encoding, Finding, Form, Fragment, Match, Origin, OriginKind, Receipt, Span
from secretguard.scan import Scanner

Encode = Callable[[str], str]
SECRET = 'kraken_api_secret = "<base64:64>"'
slow = settings(max_examples=60)


def b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def wrapped(text: str) -> str:
    lines = b64(text)
    return "\n  ".join(lines[at : at + 76] for at in range(0, len(lines), 76))


WHOLE: dict[str, Encode] = {
    "base64": b64,
    "url-safe": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "wrapped": wrapped,
    "hex": lambda text: text.encode().hex(),
    "percent": lambda text: quote(text, safe=""),
    "unicode": lambda text: "".join(f"\\u{ord(each):04x}" if each in "\"'=+/" else each for each in text),
    "entities": lambda text: text.replace("&", "&amp;").replace('"', "&quot;").replace("=", "&#61;"),
    "quoted-printable": lambda text: "a=3Db " + text.replace("=", "=3D").replace("secret", "sec=\nret"),
}
PLAIN = st.text(st.sampled_from("abc xyz.,;()\n\té京"), max_size=30)


def scan(config: Config, data: bytes, *, screened: bool = False) -> tuple[list[Finding], list[str]]:
    unread: list[str] = []
    fragment = Fragment(data, Origin(OriginKind.FILE, b"a"))
    outcomes = Scanner(config, screened=screened).scan(fragment, unread)
    return [each for each in outcomes if isinstance(each, Finding)], unread


@slow
@given(PLAIN, PLAIN, st.lists(st.sampled_from(sorted(WHOLE)), min_size=1, max_size=2), st.integers(0, 9))
@example("", "a", ["percent", "url-safe"], 0)
def test_a_secret_is_found_where_its_encoded_run_lies(
    few_rules: Config, before: str, after: str, names: list[str], seed: int
) -> None:
    plain = fill(SECRET, str(seed))
    run = plain
    for name in names:
        run = WHOLE[name](run)
    text = f"{before}\n{run}\n{after}"

    found, unread = scan(few_rules, text.encode())

    assert (
        [finding.rule for finding in found] == ["kraken-api-secret"] == [f.rule for f in scan_plain(few_rules, plain)]
    )
    place, first = found[0].occurrences[0].place, before.count("\n") + 2
    assert first <= place.line <= place.end_line <= first + run.count("\n")
    assert found[0].secret.fingerprint == scan_plain(few_rules, plain)[0].secret.fingerprint
    assert not unread


def scan_plain(config: Config, text: str) -> list[Finding]:
    return scan(config, text.encode())[0]


def test_columns_are_those_of_the_encoded_run(few_rules: Config) -> None:
    line = "config: " + b64("x = 1\n" + fill(SECRET, "c"))
    found, _ = scan(few_rules, line.encode())

    place = found[0].occurrences[0].place
    again = base64.b64decode(line[place.column - 1 : place.end_column - 1] + "==").decode()
    assert fill(SECRET, "c").split('"')[1] in again
    assert line[place.column - 1 : place.end_column - 1] not in found[0].occurrences[0].excerpt
    assert found[0].occurrences[0].excerpt.startswith("config: ")


def test_the_value_of_a_kubernetes_secret_is_judged_by_its_name(few_rules: Config) -> None:
    value = fill("<base64:64>", "k8s")

    found, _ = scan(few_rules, f"data:\n  KRAKEN_API_SECRET: {b64(value)}\n".encode())

    assert [(each.rule, each.occurrences[0].place.line) for each in found] == [("kraken-api-secret", 2)]


def test_base64_inside_json_inside_base64(few_rules: Config) -> None:
    inner = json.dumps({"auth": b64(fill(SECRET, "json"))})

    assert [each.rule for each in scan_plain(few_rules, f"config={b64(inner)}")] == ["kraken-api-secret"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_among_other_bytes(few_rules: Config, encoding: str) -> None:
    data = bytes(range(256)) * 16 + fill(SECRET, "wide").encode(encoding) + b"\xff\x00\x00" * 40

    assert [each.rule for each in scan(few_rules, data)[0]] == ["kraken-api-secret"]


def test_utf_16_in_base64(few_rules: Config) -> None:
    command = base64.b64encode(fill(SECRET, "ps").encode("utf-16-le")).decode()

    assert [each.rule for each in scan_plain(few_rules, f"powershell -EncodedCommand {command}")]


def test_what_is_encoded_too_deep_is_told(few_rules: Config) -> None:
    text = fill(SECRET, "deep")
    for _ in range(LAYERS + 1):
        text = b64(text)

    assert scan(few_rules, text.encode()) == ([], [f"encoded more than {LAYERS} times over"])


def test_images_hashes_and_code_are_not_taken_for_text(few_rules: Config) -> None:
    noise = fill("<base64:400>", "n") + " " + fill("<hex:64>", "n") + " test_that_some_long_name_of_a_function_is_left"
    matches = [Match(Form.ENCODED, (each,), Span(0, 1)) for each in Encoding]

    assert decoded(noise.encode(), matches, [Span(0, len(noise))], Budget([]), lambda _: b"") is None


@slow
@given(st.lists(st.sampled_from([*(WHOLE[n](SECRET) for n in WHOLE), "\\", "%", "&#", "=\n", "\0", "é"]), max_size=8))
def test_the_matcher_notices_whatever_can_be_decoded(few_rules: Config, parts: list[str]) -> None:
    data = "".join(parts).encode()
    plain = replace(few_rules, accelerate=False)

    assert scan(few_rules, data) == scan(plain, data) == scan(few_rules, data, screened=True)


ENCODED = st.sampled_from([encode("x=1 é\n" * 12) for encode in WHOLE.values()])
ANY = st.one_of(st.binary(max_size=400), st.lists(ENCODED).map(lambda each: "".join(each).encode()[3:]))


@slow
@given(ANY)
def test_decoding_never_raises_and_leads_back_into_the_text(data: bytes) -> None:
    matches = [Match(Form.ENCODED, (each,), Span(0, 1)) for each in FINDERS]

    view = decoded(data, matches, [Span(0, len(data))], Budget([]), lambda _: b"")

    for start in range(len(view.data) if view else 0):
        span, run = view.lies(Span(start, min(start + 5, len(view.data))))  # type: ignore[union-attr]
        assert 0 <= run.start <= span.start <= span.end <= run.end <= len(data)


def test_a_hook_finds_it_as_well(few_rules: Config, tmp_path: Path) -> None:
    config = replace(few_rules, cache=tmp_path / "kept")
    Scanner(config)
    data = f"x = 1\nblob = '{b64(fill(SECRET, 'hook'))}'\n".encode()

    assert [each.rule for each in scan(config, data, screened=True)[0]] == ["kraken-api-secret"]


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def tarred(files: dict[str, bytes], mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


FILES = {"readme": b"nothing\n", "app/.env": b"# \n" + fill(SECRET, "archive").encode()}
ARCHIVES = {
    "zip": (zipped(FILES), "!app/.env"),
    "tar.gz": (tarred(FILES, "w:gz"), "!app/.env"),
    "tar.xz": (tarred(FILES, "w:xz"), "!app/.env"),
    "tar.bz2": (tarred(FILES, "w:bz2"), "!app/.env"),
    "gz": (gzip.compress(FILES["app/.env"]), "!content"),
    "zlib": (zlib.compress(FILES["app/.env"]), "!content"),
    "zip in zip": (zipped({"inner.zip": zipped(FILES)}), "!inner.zip!app/.env"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_a_member_of_an_archive_is_named_and_its_lines_counted(few_rules: Config, kind: str) -> None:
    data, member = ARCHIVES[kind]

    found, unread = scan(few_rules, data + b"\n")

    assert [(f.rule, f.occurrences[0].origin.member.decode()) for f in found] == [("kraken-api-secret", member)]
    assert found[0].occurrences[0].place.line == 2
    assert not unread


def test_compressed_text_in_base64(few_rules: Config) -> None:
    release = base64.b64encode(base64.b64encode(gzip.compress(FILES["app/.env"]))).decode()

    found, _ = scan(few_rules, f"kind: Secret\ndata:\n  release: {release}\n".encode())

    assert [(each.rule, each.occurrences[0].place.line) for each in found] == [("kraken-api-secret", 3)]


def test_three_compressed_tars_within_one_another_are_read(few_rules: Config) -> None:
    data = FILES["app/.env"]
    for _ in range(3):
        data = tarred({"a": data}, "w:gz")

    assert [each.rule for each in scan(few_rules, data)[0]] == ["kraken-api-secret"]
    assert scan(few_rules, data)[1] == []
    assert scan(few_rules, tarred({"a": data}, "w:gz")) == ([], [NESTED])


def test_archives_too_deep_are_told(few_rules: Config) -> None:
    data = FILES["app/.env"]
    for _ in range(DEPTH + 1):
        data = zipped({"a": data})

    assert scan(few_rules, data) == ([], [NESTED])


def test_what_unpacks_to_too_much_is_told(few_rules: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secretguard.decode.budget.FREE", 1 << 16)
    bomb = bytes(50 << 20)

    for data in (zipped({"a": bomb}), gzip.compress(bomb), bz2.compress(bomb), zlib.compress(bomb)):
        assert scan(few_rules, data) == ([], [BOMB])


def test_a_path_in_a_report_leads_into_the_archive(few_rules: Config) -> None:
    receipt, scanner = Receipt(), Scanner(few_rules)
    fragment = Fragment(ARCHIVES["zip"][0], Origin(OriginKind.FILE, b"b.zip"))

    report = scanner.report(scanner.findings([fragment], receipt), receipt, 0)

    assert [each.occurrences[0].origin.path for each in report.findings] == [b"b.zip!app/.env"]


@slow
@given(st.sampled_from([data for data, _ in ARCHIVES.values()]), st.integers(0, 500), st.binary(max_size=8))
def test_a_damaged_archive_is_no_crash(few_rules: Config, data: bytes, at: int, damage: bytes) -> None:
    _, unread = scan(few_rules, data[:at] + damage + data[at + len(damage) :])

    assert all(each in {BOMB, NESTED} for each in unread)


def test_what_nobody_can_read_is_told(few_rules: Config) -> None:
    locked = bytearray(zipped({"a.env": b"A=1\n"}))
    for header in (b"PK\x03\x04", b"PK\x01\x02"):
        locked[locked.index(header) + (6 if header[2] == 3 else 8)] |= 1
    cut = gzip.compress(b"some text, and more of it")[:-12]
    receipt = Receipt()
    fragments = [
        Fragment(bytes(data), Origin(OriginKind.FILE, b"x")) for data in (locked, cut + b"\0" * 12, b"x^2 = 4")
    ]

    list(Scanner(few_rules).findings(fragments, receipt))

    assert [each.reason for each in receipt.skipped] == [LOCKED, DAMAGED]


def test_an_encoding_that_many_windows_tell_of_is_looked_for_once() -> None:
    told = [Match(Form.ENCODED, (Encoding.HEX,), Span(at, at + 1)) for at in range(3)]

    assert encodings(b"text", told) == [Encoding.HEX]


def test_what_is_not_decoded_for_want_of_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    data = b"c2VjcmV0" * 40
    matches, unread = [Match(Form.ENCODED, (Encoding.BASE64,), Span(0, len(data)))], list[str]()
    budget = Budget(unread)
    later = time.monotonic() + 3600
    monkeypatch.setattr(time, "monotonic", lambda: later)

    assert decoded(data, matches, [Span(0, len(data))], budget, lambda _: b"") is None
    assert unread == ["decoding took too long"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_text_of_any_script_is_read_where_an_editor_shows_it(few_rules: Config, encoding: str) -> None:
    text = fill('# 설정 파일\nключ = "привет"\nkraken_api_secret = "<base64:64>"\n', encoding)

    (finding,), unread = scan(few_rules, text.encode(encoding) + b"\n")

    place = finding.occurrences[0].place
    assert (place.line, place.column, unread) == (3, 22, [])
