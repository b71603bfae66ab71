"""What stays is set aside from the collector of garbage, and what comes later is collected as before."""

from __future__ import annotations

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, gc, sys, weakref
from bot.collector import spare_what_stays

class Ring: pass

def ring():
    made = Ring()
    made.itself = made
    return weakref.ref(made)

stays = [[] for _ in range(100_000)]
before = ring()
asyncio.run(spare_what_stays([float(each) for each in sys.argv[1:]]))
after = ring()
walked = len(gc.get_objects())
gc.collect()
print(before() is None, after() is None, walked < 50_000)
"""


@pytest.mark.parametrize(
    ("times", "spared"),
    [pytest.param(["0", "0.1"], True, id="spared"), pytest.param([], False, id="control")],
)
def test_what_stays_is_not_walked_through_again(times: list[str], spared: bool):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *times], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["True", "True", str(spared)]
