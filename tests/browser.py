"""Chromium for tests of the page: one rule for when it may be missing, one way to start it.

One browser serves the whole run, so its tests and their servers share the session's event loop:

    from browser import chromium, opened  # noqa: F401

    pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

    async def test_something(chromium, server):  # server: @pytest_asyncio.fixture(loop_scope="session")
        async with opened(chromium, server.url) as page: ...

Without Chromium the test is skipped with the reason; with CI=true that is a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

ROOT = Path(__file__).resolve().parent.parent
ARTEFACTS = ROOT / "artefacts"
WIDE = {"width": 1280, "height": 800}
NARROW = {"width": 400, "height": 800}
PATIENCE = 30_000
"""Milliseconds that a test waits for what must appear: a machine that does much else at once is slow."""
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium_path() -> str:
    """Where Chromium lies. Skips the test where it is missing, fails it where CI=true."""
    named = os.environ.get("CHROMIUM")
    candidates = [named] if named else ["/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"]
    found = next((path for path in map(shutil.which, candidates) if path), None)
    if found is None:
        reason = "Chromium is not installed (apt-get install chromium, or set CHROMIUM to its path)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def launched() -> AsyncIterator[Browser]:
    """A headless Chromium, closed at the end."""
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def opened(
    browser: Browser, url: str, *, size: dict[str, int] = WIDE, dark: bool = False
) -> AsyncIterator[Page]:
    """The sandbox's page, ready to be used. Fails at the end if the page threw an error or broke its CSP."""
    context = await browser.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        has_touch=size["width"] < 500,
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "console",
        lambda line: errors.append(line.text) if "Content Security Policy" in line.text else None,
    )
    try:
        await page.goto(url)
        await page.wait_for_selector('body[data-ready="yes"][data-live="yes"]')
        yield page
        assert not errors, f"the page reported errors: {errors}"
    finally:
        await context.close()


async def picture(page: Page, name: str) -> Path:
    """A screenshot in artefacts/, which git ignores."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    await page.screenshot(path=str(path))
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The run's browser; each test opens a context of its own in it."""
    async with launched() as browser:
        yield browser
