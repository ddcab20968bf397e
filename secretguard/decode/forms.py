"""How encoded text looks: the expressions by which the matcher notices it in passing, and decoding finds each run.

Text in base64 has a shape that nothing else has. A byte below 128 has a leading zero bit, so of each four letters the
first is one of 26, the second and the third are of 32 each; ten such groups in a row come about by chance less than
once in 10^10 tokens. Images, hashes and bytecode never match: of 230 MB of hummingbot's history 19 files of 8,847 do.
"""

from __future__ import annotations

from secretguard.model import Encoding

LETTER = "[A-Za-z0-9+/_-]"
# Four letters that are three bytes of printable ASCII (tab, LF and CR among them).
GROUP = f"[CDI-Za-f][A-HQ-Xg-nw-z0-3][ABEFIJMNQRUVYZcdghklopstwx014589]{LETTER}"
# The same for UTF-16 (PowerShell's -EncodedCommand), where every second byte is zero.
_WIDE_GROUPS = "[CDI-Za-f][AQgw][AB][A-Za-z0-9+/]A[C-H][AEIMQUYcgkosw048]A"
# What gzip, zip, bzip2, xz and, at the start of a token, zlib begin with.
_COMPRESSED = f"(?:H4sIA|UEsDB|QlpoO|/Td6WF|[\"'` :=\\n]eJ[w-z]){LETTER}{{40}}"
# What tells of a mnemonic, whose words may be joined by anything.
TELLING_WORDS = tuple(word.encode() for word in ("mnemonic", "seed", "phrase", "recovery", "助记", "助記"))
ASCII_WORDS = sum(map(bytes.isascii, TELLING_WORDS))  # that stand first
FIRST_WORD = "word[_ -]?0?1"
_TELLING = f"(?i:{'|'.join(word.decode() for word in TELLING_WORDS)}|{FIRST_WORD})"
# What a column is called that holds a secret.
COLUMN_WORDS = (
    *(
        "secret",
        "key",
        "token",
        "pass",
        "priv",
        r"\bpk\b",
        "seed",
        "mnemonic",
        "phrase",
        "memo",
        r"\buid\b",
        "credential",
    ),
    *("密钥", "秘钥", "私钥", "密码", "口令", "助记词"),
)
_AROUND = r"[a-zA-Z_. \x80-\xff-]{0,24}"
_COLUMN = rf"[\"' ]{{0,2}}{_AROUND}(?i:{'|'.join(COLUMN_WORDS)}){_AROUND}[\"' ]{{0,2}}"

# "gate => expression": the expression is tried where the gate, a run of one class, occurs.
FORMS: dict[Encoding, tuple[str, ...]] = {
    Encoding.BASE64: (
        f"[A-Za-z0-9]{{40}} => (?:{GROUP}){{10}}",
        f"[A-Za-z0-9]{{40}} => (?:{_WIDE_GROUPS}){{5}}",
        _COMPRESSED,
    ),
    Encoding.HEX: ("[A-Za-z0-9]{40} => (?:[2-7][0-9a-fA-F]|0[9aAdD]){20}",),
    Encoding.PERCENT: ("%(?:2[0-9A-Fa-f]|3[A-Fa-f]|7[Bb])",),
    Encoding.ESCAPE: (r"\\(?:u00[2-7][0-9a-fA-F]|x[2-7][0-9a-fA-F]|/)",),
    Encoding.ENTITY: ("&(?:quot|apos|amp|#x?[0-9a-fA-F]{2,4});",),
    Encoding.QUOTED_PRINTABLE: ("=3D",),
    Encoding.WORDS: (_TELLING,),
    Encoding.TABLE: (
        r"[|+][ :]?--|--[ ]?[|+]",
        r"(?i:\)\s{0,8}values\s{0,8}\(|from stdin;)",
        rf"^(?:[^\n]{{0,160}}[,;\t])?{_COLUMN}[,;\t\r\n]",
    ),
}


def split(form: str) -> tuple[str, str]:
    """The gate (or ``""``) and the expression."""
    gate, _, expression = form.rpartition(" => ")
    return gate, expression
