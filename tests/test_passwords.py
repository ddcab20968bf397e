"""What a person chose is a password only where it could be one."""

from __future__ import annotations

import pytest

from secretguard.checks.samples import fill
from secretguard.judge.passwords import weak


@pytest.mark.parametrize("template", ["<password:12>", "<base62:20>", "<alnum-lower:14>"])
@pytest.mark.parametrize("seed", range(20))
def test_what_is_random_stands(template: str, seed: int) -> None:
    assert weak(fill(template, f"password {seed}")) is None


@pytest.mark.parametrize("value", ["Tiger4033!shadow", "quartz-Rocket-0797", "Ledger0028!moon", "Latin1Dancer"])
def test_what_people_choose_stands(value: str) -> None:
    assert weak(value) is None


@pytest.mark.parametrize(
    "value",
    [
        "hunter2", "hunter42", "Passw0rd!", "T0pS3cr3t", "MyP4ssw0rd#", "newUserPassword123", "test1@secret",
        "Zresetuj Hasło", "पासवर्ड रीसेट", "Parolayı Sıfırla", "Cancel·la",
        "@VMWARE_PASSWORD", "DB_PASSWORD", "*LOCKED*", "CLIENT_1_AUTH_KEY=", "13.0.0-next-8.29",
        "),e.stripHash&&(a.hash=", "r.url.user:r.url.user=r.user", ",A.walletAddress=", ".$connection[",
        "!clearingSmtp",
        "cGFzc3dvcmQ=", "ZGVtbw==", "pass%40host", "latin1", "ISO-8859-15", "utf-16-le", "cp1252",
    ],
)  # fmt: skip
def test_what_is_none_falls(value: str) -> None:
    assert weak(value)


def test_a_name_can_say_that_it_is_made_up() -> None:
    assert weak("accountsCRUD1!", "_TEST_WALLET_PASSPHRASE")
    assert weak(fill("<base62:20>", "test"), "TEST_WALLET_PASSPHRASE") is None
