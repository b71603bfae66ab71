"""docs/architecture.md names the arrows that are proven, and every room; watchbell.toml shows every key."""

from __future__ import annotations

import ast
import re
import tomllib
from typing import Any

from shared_files import ROOT
from test_readme_names_everything import cells

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def layers(lines: list[str]) -> list[set[str]]:
    return [{part.strip().removeprefix("bot.") for part in line.split("|")} for line in lines]


def test_the_arrows_are_those_of_the_contract() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (each for each in settings["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    _, _, rest = ARCHITECTURE.partition("\n## The arrows\n")
    drawn = rest.split("```")[1].strip().splitlines()
    assert layers(drawn) == layers(contract["layers"])


def test_what_calls_itself_pure_is_held_to_it() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {each["name"]: each for each in settings["tool"]["importlinter"]["contracts"]}
    held = {*contracts["Judgement is pure"]["source_modules"]}
    said = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "bot").rglob("*.py")
        if re.search(r"\b[Pp]ure\b", ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "")
    }
    assert len(said) > 10
    assert said - held == set()


def test_every_room_and_every_module_beside_them_has_its_row() -> None:
    _, _, rest = ARCHITECTURE.partition("\n## The rooms\n")
    rows = [line.split("|")[1] for line in rest.split("\n## ")[0].splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([^`]+)`", row)}
    there = {
        f"bot/{path.name}/" if path.is_dir() else f"bot/{path.name}"
        for path in (ROOT / "bot").iterdir()
        if not path.name.startswith("__") and (path.is_dir() or path.suffix == ".py")
    }
    assert len(there) > 30
    assert there - named == set()
    assert {name for name in named if name.startswith("bot/")} - there == set()


def keys_shown(table: dict[str, Any], path: str = "") -> set[str]:
    found: set[str] = set()
    for key, value in table.items():
        here = f"{path}.{key}" if path else key
        found.add(here)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict):
                found |= keys_shown(each, here)
    return found


def test_the_file_of_settings_shows_every_key() -> None:
    text = (ROOT / "watchbell.toml").read_text(encoding="utf-8")
    missing = {
        key
        for key in cells("watchbell.toml")
        if not re.search(rf"\b{re.escape(key.rpartition('.')[2])}\b", text)
    }
    assert missing == set()
    assert "accounts.new_message_every" in keys_shown(tomllib.loads(text))
