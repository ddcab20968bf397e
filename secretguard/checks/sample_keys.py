"""Made-up wallet keys, keystores, PEM blocks and tokens, for ``samples``."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import textwrap
import uuid
from collections.abc import Callable

from secretguard.checks import base58, bech32, bip32, ed25519, secp256k1, stellar, tezos, wif, xrpl

Maker = Callable[[random.Random, str], str]


def _scalar(rng: random.Random) -> int:
    return rng.randrange(1, secp256k1.ORDER)


def _pair(rng: random.Random) -> bytes:
    seed = rng.randbytes(32)
    return seed + ed25519.public_key(seed)


def _wif(compressed: bool) -> Maker:
    return lambda rng, _: wif.encode_wif(_scalar(rng), compressed=compressed)


def _extended(name: str) -> Maker:
    return lambda rng, _: bip32.encode_master(_scalar(rng), rng.randbytes(32), name)


def _bip38(rng: random.Random, _: str) -> str:
    return base58.encode_check(b"\x01\x42\xe0" + rng.randbytes(36))


def _minikey(rng: random.Random, _: str) -> str:
    while True:
        text = "S" + "".join(rng.choices(base58.BITCOIN, k=29))
        if not hashlib.sha256(text.encode() + b"?").digest()[0]:
            return text


def _eth_pair(rng: random.Random, _: str) -> str:
    scalar = _scalar(rng)
    return f"{secp256k1.ethereum_address(scalar)}:{scalar:064x}"


def _tron_pair(rng: random.Random, _: str) -> str:
    scalar = _scalar(rng)
    return f"{secp256k1.tron_address(scalar)}:{scalar:064x}"


def _keystore(rng: random.Random, _: str) -> str:
    """A keystore as geth writes it, on one line."""
    crypto = {
        "cipher": "aes-128-ctr",
        "ciphertext": rng.randbytes(32).hex(),
        "cipherparams": {"iv": rng.randbytes(16).hex()},
        "kdf": "scrypt",
        "kdfparams": {"dklen": 32, "n": 262144, "p": 1, "r": 8, "salt": rng.randbytes(32).hex()},
        "mac": rng.randbytes(32).hex(),
    }
    name = str(uuid.UUID(bytes=rng.randbytes(16), version=4))
    return json.dumps({"address": rng.randbytes(20).hex(), "crypto": crypto, "id": name, "version": 3})


def _solana_id_json(rng: random.Random, _: str) -> str:
    return json.dumps(list(_pair(rng)), separators=(",", ":"))


def _solana_base58(rng: random.Random, _: str) -> str:
    return base58.encode(_pair(rng))


def _pair_base64(rng: random.Random, _: str) -> str:
    return base64.b64encode(_pair(rng)).decode()


def _eth_key(rng: random.Random, _: str) -> str:
    return f"0x{_scalar(rng):064x}"


def _stellar(rng: random.Random, _: str) -> str:
    return stellar.encode_strkey(stellar.SEED_VERSION, rng.randbytes(32))


def _xrpl(ed: bool) -> Maker:
    return lambda rng, _: xrpl.encode_seed(rng.randbytes(16), ed=ed)


def _bech32(prefix: str, head: bytes = b"", size: int = 32) -> Maker:
    return lambda rng, _: bech32.encode(prefix, head + rng.randbytes(size))


def _age(prefix: str) -> Maker:
    return lambda rng, _: bech32.encode(prefix, rng.randbytes(32)).upper()


def _tezos(rng: random.Random, _: str) -> str:
    return base58.encode_check(next(iter(tezos.PREFIXES)) + rng.randbytes(32))


def _jwt(rng: random.Random, _: str) -> str:
    header = {"alg": "HS256", "typ": "JWT"}
    claims = {"sub": str(rng.randrange(10**9)), "iat": 1_700_000_000 + rng.randrange(10**7)}
    parts = [json.dumps(part, separators=(",", ":")).encode() for part in (header, claims)]
    encoded = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (*parts, rng.randbytes(32))]
    return ".".join(encoded)


def _address(rng: random.Random, _: str) -> str:
    return secp256k1.eip55(rng.randbytes(20))


def _btc_address(rng: random.Random, _: str) -> str:
    return bech32.encode_words("bc", [0, *bech32.regroup(rng.randbytes(20), 8, 5)])


def _txhash(rng: random.Random, _: str) -> str:
    return "0x" + rng.randbytes(32).hex()


def _pubkey(rng: random.Random, _: str) -> str:
    """The compressed public key of a private key that nobody sees, in hexadecimal."""
    return secp256k1.public_key(_scalar(rng)).hex()


def _element(tag: int, content: bytes) -> bytes:
    """One DER element (X.690) of at most 65535 bytes."""
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes(1 if size < 0x100 else 2, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def _integer(number: int) -> bytes:
    return _element(2, number.to_bytes(number.bit_length() // 8 + 1, "big"))


_OID_ED25519 = bytes.fromhex("06032b6570")
_OID_RSA = bytes.fromhex("06092a864886f70d010101")
_OID_EC = bytes.fromhex("06072a8648ce3d0201")
_OID_P256 = bytes.fromhex("06082a8648ce3d030107")


def _pkcs8(algorithm: bytes, key: bytes) -> bytes:
    """PrivateKeyInfo of RFC 5208."""
    return _element(0x30, _integer(0) + _element(0x30, algorithm) + _element(4, key))


def _der_ed25519(rng: random.Random) -> bytes:
    return _pkcs8(_OID_ED25519, _element(4, rng.randbytes(32)))


def _ec_key(rng: random.Random, parameters: bytes) -> bytes:
    """ECPrivateKey of RFC 5915 for P-256; the public point is made up, since nobody here computes with it."""
    point = _element(0xA1, _element(3, b"\0\x04" + rng.randbytes(64)))
    return _element(0x30, _integer(1) + _element(4, rng.randbytes(32)) + parameters + point)


def _der_ec(rng: random.Random) -> bytes:
    return _ec_key(rng, _element(0xA0, _OID_P256))


def _der_ec_pkcs8(rng: random.Random) -> bytes:
    return _pkcs8(_OID_EC + _OID_P256, _ec_key(rng, b""))


def _der_rsa(rng: random.Random) -> bytes:
    """RSAPrivateKey of RFC 8017 with numbers of the right size and no meaning: real primes are slow to find."""
    sizes = (2048, 0, 2048, 1024, 1024, 1024, 1024, 1024)
    numbers = [rng.getrandbits(size) | 1 << size - 1 | 1 if size else 65537 for size in sizes]
    return _element(0x30, _integer(0) + b"".join(_integer(number) for number in numbers))


def _der_rsa_pkcs8(rng: random.Random) -> bytes:
    return _pkcs8(_OID_RSA + b"\x05\0", _der_rsa(rng))


_BREAKS = {"": "\n", "escaped": "\\n", "joined": '\\n" +\n    "', "listed": '",\n    "'}


def _pem(label: str, der: Callable[[random.Random], bytes]) -> Maker:
    """A PEM block; the parameter ``escaped`` puts it on one line with a literal ``\\n`` for each line break, ``joined``
    and ``listed`` each line into a literal of its own."""

    def maker(rng: random.Random, parameter: str) -> str:
        lines = textwrap.wrap(base64.b64encode(der(rng)).decode(), 64)
        whole = [f"-----BEGIN {label}-----", *lines, f"-----END {label}-----"]
        return _BREAKS[parameter].join([*whole, ""] if parameter == "escaped" else whole)

    return maker


def _armourless(der: Callable[[random.Random], bytes]) -> Maker:
    return lambda rng, _: base64.b64encode(der(rng)).decode()


KINDS: dict[str, Maker] = {
    "wif": _wif(True),
    "wif-uncompressed": _wif(False),
    **{name: _extended(name) for name in bip32.VERSIONS},
    "bip38": _bip38,
    "minikey": _minikey,
    "keystore": _keystore,
    "solana-id-json": _solana_id_json,
    "solana-base58": _solana_base58,
    "ed25519-pair-base64": _pair_base64,
    "eth-key": _eth_key,
    "eth-pair": _eth_pair,
    "tron-pair": _tron_pair,
    "stellar-seed": _stellar,
    "xrpl-seed": _xrpl(False),
    "xrpl-ed25519-seed": _xrpl(True),
    "age-key": _age("age-secret-key-"),
    "age-pq-key": _age("age-secret-key-pq-"),
    "nostr-nsec": _bech32("nsec"),
    "sui-key": _bech32("suiprivkey", b"\0"),
    "cardano-sk": _bech32("addr_sk"),
    "cardano-xsk": _bech32("addr_xsk", size=96),
    "tezos-edsk": _tezos,
    "jwt": _jwt,
    "address": _address,
    "btc-address": _btc_address,
    "txhash": _txhash,
    "pubkey": _pubkey,
    "pem": _pem("PRIVATE KEY", _der_ec_pkcs8),
    "pem-ec": _pem("EC PRIVATE KEY", _der_ec),
    "pem-ed25519": _pem("PRIVATE KEY", _der_ed25519),
    "pem-rsa": _pem("RSA PRIVATE KEY", _der_rsa),
    "pem-rsa-pkcs8": _pem("PRIVATE KEY", _der_rsa_pkcs8),
    "pkcs8-ec-base64": _armourless(_der_ec_pkcs8),
    "pkcs8-rsa-base64": _armourless(_der_rsa_pkcs8),
}
