"""Private keys in PEM (RFC 7468, RFC 9580) or bare PKCS #8: enough of the structure to know one from a stub."""

from __future__ import annotations

import base64
import re

from secretguard.checks.base import CheckError, Proof, offline
from secretguard.checks.shapes import decode_base64

MAX_LENGTH = 65536
_BEGIN = "-----BEGIN ((?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?)-----"
_JOINT = r"""["'`][\s+,.\\]{0,200}["'`]"""  # between the literals of one text, in a language or a list
_HEADER = r"(?m)^[ \t]*[A-Za-z][A-Za-z-]*:.*$"
_ALGORITHMS = {
    bytes.fromhex("06032b6570"): "Ed25519",
    bytes.fromhex("06032b656e"): "X25519",
    bytes.fromhex("06082a8648ce3d030107"): "P-256",
    bytes.fromhex("06052b81040022"): "P-384",
    bytes.fromhex("06052b8104000a"): "secp256k1",
    bytes.fromhex("06092a864886f70d010101"): "RSA",
    bytes.fromhex("06072a8648ce3d0201"): "EC",
}


@offline(MAX_LENGTH)
def pem(value: str) -> Proof:
    """A private key between BEGIN and END, on many lines or on one with ``\\n``, in one literal or joined from many; a
    stub or a mere header fails."""
    text = value.replace("\\r", "").replace("\\n", "\n").replace("\r", "")
    text = re.sub(_JOINT, "\n", text)
    begin = re.search(_BEGIN, text)
    if not begin:
        raise CheckError("no BEGIN line of a private key")
    label = begin[1]
    end = text.find(f"-----END {label}-----", begin.end())
    if end < 0:
        raise CheckError("no END line")
    return _judge(label, text[begin.end() : end])


def _judge(label: str, inner: str) -> Proof:
    """The proof for what stands between the BEGIN and END lines."""
    body = "".join(re.sub(_HEADER, "", inner).split())
    encrypted = label.startswith("ENCRYPTED") or "ENCRYPTED" in inner
    if label == "PGP PRIVATE KEY BLOCK":
        name = _pgp(body)
    elif label == "OPENSSH PRIVATE KEY":
        name = _openssh(body)
    elif encrypted and not label.startswith("ENCRYPTED"):
        # RFC 1421 encrypts the whole DER, so nothing of its structure is left to see.
        name = _blob(body)
    else:
        name = _der(decode_base64(body))
    return Proof(True, f"{name} private key in PEM{', encrypted' if encrypted else ''}", proven=True)


def _pgp(body: str) -> str:
    """OpenPGP: the first packet is a secret key (tag 5), in the old or the new format (RFC 9580, section 4.2)."""
    armour = body.rpartition("=")[0] if re.search(r"=[A-Za-z0-9+/]{4}$", body) else body
    data = base64.b64decode(armour, validate=True)
    if len(data) < 64 or (data[0] != 0xC5 and data[0] & 0xFC != 0x94):
        raise CheckError("no OpenPGP secret key packet")
    return "OpenPGP"


def _openssh(body: str) -> str:
    data = decode_base64(body)
    if len(data) < 64 or not data.startswith(b"openssh-key-v1\0"):
        raise CheckError("no OpenSSH private key")
    return "OpenSSH"


def _blob(body: str) -> str:
    if len(decode_base64(body)) < 32:
        raise CheckError("too short for an encrypted key")
    return "traditional"


def _der(data: bytes) -> str:
    """A DER sequence of the length it claims (X.690), to the name of its algorithm."""
    if len(data) < 32 or data[0] != 0x30 or _content_end(data) != len(data):
        raise CheckError("no DER sequence of the right length")
    named = [name for tag, name in _ALGORITHMS.items() if tag in data[:64] or tag in data[-96:]]
    return named[0] if named else "RSA" if len(data) > 250 else "asymmetric"


def _content_end(data: bytes) -> int:
    """Where the outer element ends, out of its length octets."""
    if data[1] < 0x80:
        return 2 + data[1]
    octets = data[1] & 0x7F
    return 2 + octets + int.from_bytes(data[2 : 2 + octets], "big")


@offline(MAX_LENGTH)
def pkcs8_base64(value: str) -> Proof:
    """A PKCS #8 private key (RFC 5208) in base64 without armour: Coinbase's CDP wallet secret, LBank's RSA keys."""
    data = decode_base64("".join(value.split()))
    name = _der(data)
    # PrivateKeyInfo starts with its version, an INTEGER 0 (or 1 with a public key, RFC 5958).
    head = 2 if data[1] < 0x80 else 2 + (data[1] & 0x7F)
    if data[head : head + 3] not in (b"\x02\x01\0", b"\x02\x01\x01"):
        raise CheckError("a DER sequence, but no PKCS #8")
    return Proof(True, f"{name} private key in PKCS #8", proven=True)
