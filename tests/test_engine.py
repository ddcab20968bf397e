"""The engine: what is found under which form, and that Vectorscan and regex alone find the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secretguard.cache import Cache
from secretguard.checks.samples import fill
from secretguard.config import built_in_rules
from secretguard.engine.engine import Engine
from secretguard.engine.expressions import candidate_of
from secretguard.engine.vectorscan import AVAILABLE
from secretguard.model import Match
from secretguard.rules import RuleSet, load


@pytest.fixture(scope="module")
def rules() -> RuleSet:
    return load([built_in_rules()])


@pytest.fixture(scope="module")
def fast(rules: RuleSet) -> Engine:
    return Engine(rules)


@pytest.fixture(scope="module")
def plain(rules: RuleSet) -> Engine:
    return Engine(rules, accelerate=False)


def spans(matches: list[Match], data: bytes) -> set[tuple[str, bytes]]:
    return {(str(m.form), data[m.span.start : m.span.end]) for m in matches}


NAMED = [
    "api_secret = '{}'",
    "API_SECRET={}",
    'export API_SECRET="{}"',
    "apiSecret: {}",
    '"apiSecret": "{}",',
    "'secret' => '{}',",
    'api_secret: str = "{}"',
    'const apiSecret: string = "{}";',
    'String apiSecret = "{}";',
    'secret := "{}"',
    'os.environ.get("API_SECRET", "{}")',
    'setSecret("{}")',
    'secret = (\n    "{}"\n)',
    '- name: API_SECRET\n  value: "{}"',
    "- name: API_SECRET\n  value: {}",
    '{{"name": "API_SECRET", "value": "{}"}}',
    '<add key="ApiSecret" value="{}"/>',
    "<key>ApiSecret</key>\n<string>{}</string>",
    "<secret>{}</secret>",
    'const apiSecret = process.env.API_SECRET ?? "{}"',
    "apiSecret = process.env.API_SECRET || '{}'",
    'val apiSecret = System.getenv("API_SECRET") ?: "{}"',
    'secret = os.getenv("API_SECRET") or "{}"',
    'SECRET="${{API_SECRET:-{}}}"',
    "ENV API_SECRET {}",
    "setenv API_SECRET {}",
    "set -gx API_SECRET {}",
    "--api-secret {}",
    "--api-secret={}",
    "X-MBX-APIKEY: {}",
    "GET /v3?apiKey={}&recvWindow=5000",
    '{{"source": ["secret = \\"{}\\"\\n"]}}',
    '密钥 = "{}"',
    'clave_secreta = "{}"',
]


@pytest.mark.parametrize("line", NAMED)
def test_a_value_under_a_telling_name_is_found_however_it_is_written(line: str, fast: Engine) -> None:
    value = fill("<hex:64>", line)
    data = line.format(value).encode()

    assert ("assigned", value.encode()) in spans(fast.matches(data, []), data)


@pytest.mark.parametrize("line", ["client = Client('{}')", "auth(`{}`)", 'x("{}",'])
def test_a_quoted_token_is_found_without_a_name(line: str, fast: Engine) -> None:
    value = fill("<base62:64>", line)
    data = line.format(value).encode()

    assert ("quoted", value.encode()) in spans(fast.matches(data, []), data)


def _documents() -> st.SearchStrategy[bytes]:
    """Lines of examples of all rules, of named values and of noise, in any order and with any line ends."""
    examples = [
        e for rule in load([built_in_rules()]).rules.values() for e in (*rule.examples, *rule.negative_examples)
    ]
    pieces = st.one_of(
        st.tuples(st.sampled_from(examples), st.integers(0, 3)).map(lambda pair: fill(pair[0], str(pair[1]))),
        st.tuples(st.sampled_from(NAMED), st.integers(0, 9)).map(lambda p: p[0].format(fill("<base62:40>", str(p[1])))),
        st.text(max_size=40),
        st.sampled_from(["key=", 'secret"', "'", '\\"', "password: ", "token", "(", "  " * 20, "a" * 700]),
    )
    glue = st.sampled_from(["\n", "\r\n", " ", "\n\n", ", "])
    return st.tuples(st.lists(pieces, max_size=8), glue).map(
        lambda pair: pair[1].join(pair[0]).encode("utf-8", "surrogatepass")
    )


@pytest.mark.skipif(not AVAILABLE, reason="Vectorscan has no wheel here")
@settings(max_examples=150)
@given(data=_documents())
def test_vectorscan_and_regex_alone_find_the_same(data: bytes, fast: Engine, plain: Engine) -> None:
    assert spans(fast.matches(data, []), data) == spans(plain.matches(data, []), data)


@settings(max_examples=100)
@given(data=st.binary(max_size=4000))
def test_no_bytes_make_it_raise(data: bytes, fast: Engine) -> None:
    for match in fast.matches(data, []):
        assert 0 <= match.span.start < match.span.end <= len(data)


def test_an_open_end_is_cut_for_the_matcher() -> None:
    assert candidate_of(r"abc_(?P<secret>[a-z]{20,})") == r"abc_(?:[a-z]{20})"
    assert candidate_of(r"abc_(?P<secret>[a-z]{20,40})") == r"abc_(?:[a-z]{20})"
    assert candidate_of(r"abc_(?P<secret>[a-z]{20,}={0,2})") == r"abc_(?:[a-z]{20})"
    assert candidate_of(r"abc_(?P<secret>[a-z]{20})[=\]]?") == r"abc_(?:[a-z]{20})"
    assert candidate_of(r"abc_(?P<secret>[a-z]+)") == r"abc_(?:[a-z])"
    assert candidate_of(r"abc_(?P<secret>[a-z]{20})") == r"abc_(?:[a-z]{20})"


class TestCache:
    """The compiled database: kept by content, and never trusted."""

    def test_a_second_engine_takes_what_the_first_kept(self, rules: RuleSet, tmp_path: Path) -> None:
        Engine(rules, Cache(tmp_path / "c"))
        kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "c").iterdir()}

        Engine(rules, Cache(tmp_path / "c"))

        assert kept
        assert kept == {path: path.stat().st_mtime_ns for path in (tmp_path / "c").iterdir()}

    @pytest.mark.parametrize("damage", ["cut", "flip", "swap", "empty"])
    def test_damage_is_noticed_and_built_anew(self, damage: str, rules: RuleSet, tmp_path: Path, fast: Engine) -> None:
        folder = tmp_path / "c"
        Engine(rules, Cache(folder))
        files = sorted(folder.iterdir())
        contents = [file.read_bytes() for file in files]
        for file, content, other in zip(files, contents, contents[1:] + contents[:1], strict=True):
            position = random.Random(damage).randrange(len(content))
            flipped = content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]
            file.write_bytes({"cut": content[:-7], "flip": flipped, "swap": other, "empty": b""}[damage])
        data = ("secret = '" + fill("<hex:64>", "x") + "'").encode()

        found = Engine(rules, Cache(folder)).matches(data, [])

        assert found == fast.matches(data, [])

    def test_a_folder_that_others_can_write_to_is_not_read(self, tmp_path: Path) -> None:
        cache = Cache(tmp_path / "c")
        cache.put("k", b"data")
        assert cache.get("k") == b"data"

        (tmp_path / "c").chmod(0o777)

        assert cache.get("k") is None

    def test_a_folder_that_cannot_be_made_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        cache = Cache(tmp_path / "file" / "c")

        cache.put("k", b"data")

        assert cache.get("k") is None
