"""A very small HTML builder: everything that is not already markup is escaped."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

Child = str | Markup | None
Attribute = str | int | bool | None

_VOID = frozenset({"br", "hr", "img", "input"})


def join(children: Iterable[Child]) -> Markup:
    """The children one after another, plain strings escaped, None left out."""
    return Markup("").join(child for child in children if child is not None)


def el(name: str, /, *children: Child, **attributes: Attribute) -> Markup:
    """One element. `class_` and `for_` lose their underscore, `data_action_id` becomes `data-action-id`.

    True writes the bare attribute, False and None leave it out. `name` and the attribute names are ours,
    never anybody's text.
    """
    parts = [f"<{name}"]
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        written = key.rstrip("_").replace("_", "-")
        parts.append(f" {written}" if value is True else f' {written}="{escape(str(value))}"')
    parts.append(">")
    opening = Markup("".join(parts))  # noqa: S704 - names are ours, values were escaped above
    if name in _VOID:
        return opening
    return opening + join(children) + Markup("</{}>").format(name)
