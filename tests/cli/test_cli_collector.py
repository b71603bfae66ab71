"""What stays is set aside from the collector of garbage, what comes later is collected as before, and threads
share their heaps.
"""

from __future__ import annotations

import ctypes
import subprocess
import sys
from pathlib import Path

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


HEAPS = """
import ctypes, sys, threading
from bot.collector import keep_to_few_heaps

libc = ctypes.CDLL(None)
libc.fopen.restype = ctypes.c_void_p
if sys.argv[2] == "few":
    keep_to_few_heaps()
together = threading.Barrier(7)

def busy():
    together.wait()
    kept = [bytes(10_000) for _ in range(100)]
    together.wait()

threads = [threading.Thread(target=busy) for _ in range(6)]
for each in threads:
    each.start()
together.wait()
together.wait()
told = ctypes.c_void_p(libc.fopen(sys.argv[1].encode(), b"w"))
libc.malloc_info(0, told)
libc.fclose(told)
"""


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="glibc tells of its heaps")
@pytest.mark.parametrize(("heaps", "few"), [("few", True), ("as they come", False)])
def test_threads_share_their_heaps(tmp_path: Path, heaps: str, few: bool):
    told = tmp_path / "heaps.xml"
    subprocess.run([sys.executable, "-c", HEAPS, str(told), heaps], check=True, timeout=60)
    assert (told.read_text().count("<heap nr=") <= 2) == few
