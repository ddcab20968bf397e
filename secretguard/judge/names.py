"""What a name says: the role of the value under it, or that the value is public."""

from __future__ import annotations

import functools
import re
from enum import StrEnum


class Role(StrEnum):
    """What a value is for, as far as its name tells."""

    SECRET = "secret"
    KEY = "key"
    PASSPHRASE = "passphrase"
    TOKEN = "token"
    WALLET = "wallet"
    UID = "uid"
    NONE = "none"


# Which kinds of rule a role speaks for; a kind that stands nowhere in a row speaks against it.
KINDS_OF_ROLE: dict[Role, tuple[frozenset[str], frozenset[str]]] = {
    Role.SECRET: (
        frozenset({"api_secret", "private_key", "wallet_key", "password"}),
        frozenset({"token", "read_token", "webhook"}),
    ),
    Role.KEY: (frozenset({"api_key", "read_token", "token"}), frozenset({"uid", "api_secret", "private_key"})),
    Role.PASSPHRASE: (frozenset({"passphrase", "password"}), frozenset({"api_secret", "mnemonic"})),
    Role.TOKEN: (frozenset({"token", "read_token", "api_key"}), frozenset({"api_secret", "webhook", "url"})),
    Role.WALLET: (frozenset({"wallet_key", "private_key", "mnemonic", "keystore"}), frozenset({"api_secret"})),
    Role.UID: (frozenset({"uid", "passphrase"}), frozenset({"api_key"})),
}

_WORD = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+|[^\W\d_]+")
_SECRET = frozenset(
    """secret secrets sec apisecret secretkey appsecret clientsecret sk signing hmac clave segredo geheim
    密钥 秘钥 私密""".split()
)
_WALLET = frozenset(
    "private priv privkey privatekey pk deployer signer wallet mnemonic seed phrase keypair 私钥 秘密鍵".split()
)
_PASSPHRASE = frozenset(
    "memo pass passphrase password passwd passwort pwd passcode pw senha contrasena contraseña parol 密码 口令".split()
)
_KEY = frozenset("key apikey accesskey keys access api chave ключ 비밀키".split())
_TOKEN = frozenset("token bearer auth authorization jwt credential credentials cred creds webhook".split())
_UID = frozenset("uid userid account accountid subaccount client".split())
WALLETS = frozenset("pk deployer signer wallet mnemonic seed phrase keypair".split())  # no exchange's word for a secret
# What says no more than a value's role, in whose stead an account's own name is looked for.
ROLE_WORDS = (
    _SECRET | _WALLET | _PASSPHRASE | _KEY | _TOKEN | _UID | frozenset("id value app consumer x my l1 l2 l".split())
)
# Names of what may be published. "secret" or "private" in the same name wins over them.
_PUBLIC = frozenset(
    """oid listen clientoid hash hashes txhash txid tx digest checksum sha sha1 sha256 sha512 md5 integrity revision
    commit rev address addr addresses signature sig sign signed pub public pubkey publickey nonce cid etag
    fingerprint contract topic topics merkle orderid order uuid guid trace condition ref reference head sha3
    keccak traceid requestid bytecode calldata abi image img thumbnail icon version thumbprint certificate cert
    block blockhash parent ipfs token0 token1 asset denom symbol idempotency correlation session salt iv
    ciphertext hmacsha256 proof selector""".split()
)

# Names about a password, which is another thing than the password: its field, its file, the policy for it.
_ABOUT = frozenset(
    """action button class component confirmation correct dialog dir enabled error event expiry field file filename
    form hint icon invalid label length link manager menu message mgr mode name page path pattern placeholder policy
    prompt protection regex required reset rule rules strength template text title type url uri validator visible
    visibility wrong""".split()
)
_FORGERY = frozenset("csrf xsrf authenticity csrfmiddlewaretoken csrftoken".split())  # tokens of a page's forms
_CREDENTIAL_IDS = frozenset("api key client access app application account user customer project merchant".split())


@functools.lru_cache(maxsize=8192)
def words_of(name: str) -> tuple[str, ...]:
    """The words of an identifier, in lower case: ``binanceAPI_secretKey`` -> binance, api, secret, key."""
    return tuple(word.lower() for word in _WORD.findall(name))


_ROLES = (
    (Role.SECRET, _SECRET),
    (Role.PASSPHRASE, _PASSPHRASE),
    (Role.WALLET, _WALLET),
    (Role.KEY, _KEY),
    (Role.TOKEN, _TOKEN),
    (Role.UID, _UID),
)


@functools.lru_cache(maxsize=8192)
def role_of(name: str) -> Role:
    """The role that a name claims for its value; the graver one where it claims two."""
    words, lower = frozenset(words_of(name)), name.lower()
    if "secret" in lower:
        return Role.SECRET
    found = next((role for role, telling in _ROLES if words & telling), None)
    if found:
        return found
    if lower.endswith(("password", "passphrase", "passwd")):
        return Role.PASSPHRASE
    return Role.KEY if lower.endswith("key") else Role.NONE


@functools.lru_cache(maxsize=8192)
def names_public(name: str, known: frozenset[str] = frozenset()) -> str | None:
    """The word that says the value is public (``tx_hash``, ``public_key``), unless another says it is not.

    ``known``: words that a rule expects in the name of its credential, as in Telegram's ``api_hash``.
    """
    words = words_of(name.replace("NEXT_PUBLIC_", ""))  # a framework's word for what its pages may hold
    role, ending = role_of(name), words[-1:]
    if len(words) > 1 and words[0] in ("is", "has"):
        return f"{words[0]} ..."  # isPrivateKey("...") asks, it does not tell
    about = _ABOUT.intersection(ending) if role is Role.PASSPHRASE else frozenset()
    told = about | (_FORGERY.intersection(words) if role is Role.TOKEN else frozenset())
    if told:
        return min(told)
    if words[-2:] == ("secrets", "id"):
        return "id"  # .NET's UserSecretsId names a file outside the repository
    if role in (Role.SECRET, Role.PASSPHRASE) or "private" in words or "priv" in words:
        hashed = "hashed" in words or {"hash", "txhash"}.intersection(ending) - known
        return "hash" if hashed else None  # detect-secrets' baseline is full of "hashed_secret"
    if ending == ("id",) and not _CREDENTIAL_IDS.intersection(words) and "id" not in known:
        return "id"
    return next((word for word in words if word in _PUBLIC and word not in known), None)
