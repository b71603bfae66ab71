"""A week in hours as a picture: when the promises began that were missed. Values in, PNG out.

The scale is one blue from light to dark, which reads without colours and for every kind of colour vision;
the number stands in each cell. An hour in which no promise began is left empty with a dot, for that is
something else than an hour in which none was missed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
CELL, GAP = 52, 4
LEFT, TOP, BOTTOM, RIGHT = 96, 92, 84, 24
_WHITE, _INK, _SOFT, _EMPTY = (255, 255, 255), (29, 28, 29), (97, 96, 97), (216, 216, 220)
_LOW, _HIGH = (222, 235, 247), (8, 48, 107)
"""The two ends of the scale, after ColorBrewer's sequential blues."""

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class HeatMap:
    """Seven rows (Monday first) of 24 counts. `promises` are all that began in an hour, `missed` of them."""

    title: str
    zone: str
    missed: Sequence[Sequence[int]]
    promises: Sequence[Sequence[int]]


def size() -> tuple[int, int]:
    """Width and height in pixels: on a phone of 400 points each cell is still seven of them wide."""
    return LEFT + 24 * (CELL + GAP) + RIGHT, TOP + 7 * (CELL + GAP) + BOTTOM


def cell(day: int, hour: int) -> tuple[int, int, int, int]:
    """The pixels of a cell: left, top, right, bottom."""
    left, top = LEFT + hour * (CELL + GAP), TOP + day * (CELL + GAP)
    return left, top, left + CELL - 1, top + CELL - 1


def png(heat: HeatMap) -> bytes:
    """The picture."""
    image = Image.new("RGB", size(), _WHITE)
    draw = ImageDraw.Draw(image)
    most = max((count for row in heat.missed for count in row), default=0)
    draw.text((LEFT, 14), heat.title, fill=_INK, font=_font(30))
    for hour in range(0, 24, 2):
        left, top, right, _ = cell(0, hour)
        draw.text(((left + right) / 2, top - 22), f"{hour:02}", fill=_SOFT, font=_font(22), anchor="mm")
    for day, name in enumerate(DAYS):
        _, top, _, bottom = cell(day, 0)
        draw.text((LEFT - 16, (top + bottom) / 2), name, fill=_INK, font=_font(24), anchor="rm")
        for hour in range(24):
            _draw_cell(draw, cell(day, hour), heat.missed[day][hour], heat.promises[day][hour], most)
    _legend(draw, most, heat.zone)
    stored = io.BytesIO()
    image.save(stored, "PNG", optimize=True)
    return stored.getvalue()


def colour(count: int, most: int) -> Colour:
    """The scale from none missed to the most of any hour."""
    share = count / most if most else 0.0
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(_LOW, _HIGH, strict=True))
    return red, green, blue


def _draw_cell(
    draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], missed: int, promises: int, most: int
) -> None:
    left, top, right, bottom = box
    middle = ((left + right) / 2, (top + bottom) / 2)
    if not promises:
        x, y = middle
        draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=_EMPTY)
        return
    shade = colour(missed, most)
    draw.rounded_rectangle(box, radius=6, fill=shade)
    if missed:
        ink = _WHITE if sum(shade) < 380 else _INK
        draw.text(middle, str(missed) if missed < 1000 else "999+", fill=ink, font=_font(22), anchor="mm")


def _legend(draw: ImageDraw.ImageDraw, most: int, zone: str) -> None:
    top = TOP + 7 * (CELL + GAP) + 22
    draw.ellipse((LEFT + 4, top + 11, LEFT + 10, top + 17), fill=_EMPTY)
    draw.text((LEFT + 22, top + 14), "no promise", fill=_SOFT, font=_font(22), anchor="lm")
    left = LEFT + 170
    for step in range(5):
        box = (left + step * 40, top, left + step * 40 + 35, top + 28)
        draw.rounded_rectangle(box, radius=5, fill=colour(step, 4))
    words = "none to " + (f"{most} missed" if most else "none missed")
    draw.text((left + 212, top + 14), words, fill=_SOFT, font=_font(22), anchor="lm")
    width, _ = size()
    told = f"hours in which they began, {zone}"
    draw.text((width - RIGHT, top + 14), told, fill=_SOFT, font=_font(22), anchor="rm")


def _font(pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(pixels)
