"""Private keys in PEM, real ones made by the cryptography library at run time."""

from __future__ import annotations

import base64
import functools

import pytest
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from secretguard.checks import CHECKS
from secretguard.checks.samples import fill

PLAIN = s.NoEncryption()
LOCKED = s.BestAvailableEncryption(b"nobody")


@functools.cache
def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def pem(key: object, form: s.PrivateFormat, lock: s.KeySerializationEncryption = PLAIN) -> str:
    assert isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey)
    return key.private_bytes(s.Encoding.PEM, form, lock).decode()


def cases() -> list[tuple[str, str]]:
    edwards, curve = ed25519.Ed25519PrivateKey.generate(), ec.generate_private_key(ec.SECP256R1())
    koblitz = ec.generate_private_key(ec.SECP256K1())
    pkcs8, old, ssh = s.PrivateFormat.PKCS8, s.PrivateFormat.TraditionalOpenSSL, s.PrivateFormat.OpenSSH
    return [
        (pem(edwards, pkcs8), "Ed25519 private key in PEM"),
        (pem(edwards, ssh), "OpenSSH private key in PEM"),
        (pem(curve, pkcs8), "P-256 private key in PEM"),
        (pem(curve, old), "P-256 private key in PEM"),
        (pem(koblitz, old), "secp256k1 private key in PEM"),
        (pem(rsa_key(), pkcs8), "RSA private key in PEM"),
        (pem(rsa_key(), old), "RSA private key in PEM"),
        (pem(rsa_key(), old, LOCKED), "traditional private key in PEM, encrypted"),
    ]


def test_real_keys_in_every_form_and_layout() -> None:
    for text, detail in cases():
        for layout in (text, text.replace("\n", "\\n"), text.replace("\n", "\r\n"), "  " + text.replace("\n", "\n  ")):
            proof = CHECKS["pem"](layout)
            assert proof.proven
            assert proof.detail == detail


def test_a_key_that_is_joined_from_a_literal_for_each_line() -> None:
    lines = cases()[2][0].strip().split("\n")
    for joint in ('\\n" +\n  "', "\\n' \\\n '", '",\n"', '\\n" .\r\n"', '\\n"\n"'):
        assert CHECKS["pem"](joint.join(lines)).detail == "P-256 private key in PEM"
        assert not CHECKS["pem"](joint.join([*lines[:2], *lines[3:]])).ok
    for joint in ('" + key + "', '"; "', '", key, "'):
        assert not CHECKS["pem"](joint.join(lines)).ok


def test_encrypted_pkcs8() -> None:
    text = pem(rsa_key(), s.PrivateFormat.PKCS8, LOCKED)
    assert CHECKS["pem"](text).detail.endswith(", encrypted")


def test_openpgp() -> None:
    packet = base64.b64encode(b"\x95" + bytes(100)).decode()
    text = f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{packet}\n=abcd\n-----END PGP PRIVATE KEY BLOCK-----"
    assert CHECKS["pem"](text).proven
    assert not CHECKS["pem"](text.replace(packet, base64.b64encode(bytes(100)).decode())).ok


@pytest.mark.parametrize("kind", ["pem", "pem-ec", "pem-ed25519", "pem-rsa", "pem-rsa-pkcs8"])
def test_made_up_keys_pass_and_cut_ones_fail(kind: str) -> None:
    for parameter in ("", ":escaped"):
        text = fill(f"<{kind}{parameter}>", "x")
        assert CHECKS["pem"](text).proven
        assert ("\n" in text) is not bool(parameter)
        middle = len(text) // 2
        assert not CHECKS["pem"](text[: middle - 4] + text[middle:]).ok
        assert not CHECKS["pem"](text[:middle]).ok


@pytest.mark.parametrize("body", ["", "...", "<your key>", "MIIE", "AAAA" * 20])
@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "OPENSSH PRIVATE KEY", "PGP PRIVATE KEY BLOCK"])
def test_stubs_fail(label: str, body: str) -> None:
    assert not CHECKS["pem"](f"-----BEGIN {label}-----\n{body}\n-----END {label}-----").ok


def test_public_keys_fail() -> None:
    public = rsa_key().public_key().public_bytes(s.Encoding.PEM, s.PublicFormat.SubjectPublicKeyInfo)
    assert not CHECKS["pem"](public.decode()).ok


def test_pkcs8_without_armour() -> None:
    der = rsa_key().private_bytes(s.Encoding.DER, s.PrivateFormat.PKCS8, PLAIN)
    assert CHECKS["pkcs8-base64"](base64.b64encode(der).decode()).detail == "RSA private key in PKCS #8"
    public = rsa_key().public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
    assert not CHECKS["pkcs8-base64"](base64.b64encode(public).decode()).ok
    assert len(fill("<pkcs8-ec-base64>", "x")) == 184
