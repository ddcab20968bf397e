"""Keccak-256 with the padding of the original submission, as Ethereum uses it (not FIPS 202's SHA3-256)."""

from __future__ import annotations

import functools

_MASK = (1 << 64) - 1
_RATE = 136


def keccak256(data: bytes) -> bytes:
    """Bytes to their 32-byte Keccak-256 hash (Keccak reference, version 3.0)."""
    padded = bytearray(data) + bytes(_RATE - len(data) % _RATE)
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for start in range(0, len(padded), _RATE):
        for i in range(_RATE // 8):
            lanes[i] ^= int.from_bytes(padded[start + 8 * i : start + 8 * i + 8], "little")
        lanes = _permute(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _permute(lanes: list[int]) -> list[int]:
    """Keccak-f[1600]; lane (x, y) stands at index x + 5 y."""
    turns, targets = _rho_pi()
    for constant in _round_constants():
        column = [lanes[x] ^ lanes[x + 5] ^ lanes[x + 10] ^ lanes[x + 15] ^ lanes[x + 20] for x in range(5)]
        theta = [column[x - 1] ^ _rotate(column[(x + 1) % 5], 1) for x in range(5)]
        moved = [0] * 25
        for i, lane in enumerate(lanes):
            moved[targets[i]] = _rotate(lane ^ theta[i % 5], turns[i])
        lanes = [moved[i] ^ (~moved[i - i % 5 + (i + 1) % 5] & moved[i - i % 5 + (i + 2) % 5]) for i in range(25)]
        lanes[0] ^= constant
    return lanes


def _rotate(lane: int, by: int) -> int:
    return (lane << by | lane >> (64 - by)) & _MASK


@functools.cache
def _rho_pi() -> tuple[list[int], list[int]]:
    """How far each lane turns (rho), and where it goes (pi)."""
    turns = [0] * 25
    x, y = 1, 0
    for step in range(24):
        turns[x + 5 * y] = (step + 1) * (step + 2) // 2 % 64
        x, y = y, (2 * x + 3 * y) % 5
    targets = [i // 5 + 5 * ((2 * (i % 5) + 3 * (i // 5)) % 5) for i in range(25)]
    return turns, targets


@functools.cache
def _round_constants() -> list[int]:
    """The constants of iota, out of the linear feedback shift register that defines them."""
    constants = []
    register = 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            if register & 1:
                constant |= 1 << (1 << j) - 1
            register = register << 1 ^ (0x171 if register & 0x80 else 0)
        constants.append(constant)
    return constants
