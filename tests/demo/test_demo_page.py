"""A newcomer's first ten minutes: the Monday on the page, used as a rep would use it."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from browser import ARTEFACTS, NARROW, chromium, opened  # noqa: F401
from demo_process import Demo, running_demo
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.monday.loader import load

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("demo-page"),
    pytest.mark.timeout(180),
]

SHOTS = ARTEFACTS / "demo"
WORDS = "We have found it: the redirect address lacks a slash. Please try once more."


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def demo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Demo]:
    began = time.monotonic()
    async with running_demo(tmp_path_factory.mktemp("demo")) as running:
        running.started_within = time.monotonic() - began
        yield running


def address(demo: Demo, name: str, channel: str = "support-alerts") -> str:
    """The page as one of the cast, with a channel open."""
    cast = load().slack
    person = next(each.id for each in cast.people if each.real_name.startswith(name))
    room = next(each.id for each in cast.channels if each.name == channel)
    return f"{demo.url}/?as={person}&channel={room}"


async def go_to(page: Page, channel: str) -> None:
    await page.locator("[data-testid^=channel-]", has_text=channel).first.click()
    await expect(page.get_by_test_id("channel-title")).to_contain_text(channel)


async def command(page: Page, text: str) -> None:
    box = page.get_by_test_id("composer-text")
    await box.fill(text)
    await box.press("Enter")
    await expect(box).to_have_value("")


async def link(page: Page) -> None:
    """Connect the person's Intercom seat the way the bot proposes it."""
    await command(page, "/watchbell link")
    await page.get_by_role("button", name="Yes, link it").last.click()
    await page.get_by_test_id("confirm").get_by_role("button", name="Link").click()
    await expect(page.get_by_test_id("messages")).to_contain_text("You now act as")


def alert_of(page: Page, account: str) -> Locator:
    return page.get_by_test_id("message").filter(has_text=account).filter(has_text="claimed by")


async def keep(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SHOTS / f"{name}.png")


async def test_the_monday_is_there_within_fifteen_seconds(chromium: Browser, demo: Demo) -> None:  # noqa: F811
    began = time.monotonic()
    async with opened(chromium, demo.url) as page:
        await go_to(page, "support-alerts")
        await expect(page.get_by_test_id("message").filter(has_text="Orbis Travel")).to_be_visible(
            timeout=15_000
        )
        waited = demo.started_within + time.monotonic() - began
        await keep(page, "monday-alerts")
    # A generous bound for a busy machine: the promise of 15 s is for one that does nothing else.
    assert waited < 40


async def test_a_rep_reads_an_alert_claims_it_answers_and_sees_the_answer_in_intercom(
    chromium: Browser,  # noqa: F811
    demo: Demo,
) -> None:
    async with opened(chromium, address(demo, "Priya")) as page:
        await link(page)
        alert = alert_of(page, "Orbis Travel").first
        await expect(alert).to_contain_text("First reply is late")
        await alert.get_by_role("button", name="Claim").click()
        await expect(page.get_by_test_id("messages")).to_contain_text("Yours now")
        await expect(alert_of(page, "Orbis Travel").first).to_contain_text("claimed by Priya")
        await alert_of(page, "Orbis Travel").first.get_by_role("button", name="Answer").click()
        modal = page.get_by_test_id("modal")
        await expect(modal).to_contain_text("To Paloma Reyes")
        await expect(modal.get_by_test_id("modal-submit")).to_contain_text("Send to Paloma")
        await modal.get_by_role("textbox").first.fill(WORDS)
        await keep(page, "answer-modal")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_be_hidden()
        await page.locator("[data-testid^=intercom-conversation-]", has_text="Paloma Reyes").first.click()
        await expect(page.get_by_test_id("intercom-parts")).to_contain_text(WORDS)
        await expect(page.get_by_test_id("message").filter(has_text="Orbis Travel").first).to_contain_text(
            "Answered by Priya"
        )
        assert await page.get_by_test_id("intercom-parts").get_by_text(WORDS).count() == 1
        await keep(page, "answered")


async def test_a_rep_types_claim_next_and_gets_the_most_urgent_one(chromium: Browser, demo: Demo) -> None:  # noqa: F811
    async with opened(chromium, address(demo, "Jonas")) as page:
        await link(page)
        await command(page, "/claim next")
        mine = page.get_by_test_id("messages").get_by_text(re.compile("Yours now")).last
        await expect(mine).to_be_visible()
        await command(page, "/inbox")
        await expect(page.get_by_test_id("messages")).to_contain_text("Next for the team")
        await keep(page, "claim-next")


async def test_the_monday_summary_and_a_thread_read_well_on_a_narrow_screen(
    chromium: Browser,  # noqa: F811
    demo: Demo,
) -> None:
    async with opened(chromium, demo.url) as page:
        for _ in range(6):
            if await page.get_by_test_id("clock-time").inner_text() >= "08:30":
                break
            await page.get_by_test_id("clock-next").click()
            await page.wait_for_timeout(400)
        await go_to(page, "support-accounts")
        await go_to(page, "support")
        await expect(page.get_by_test_id("messages")).to_contain_text("Handle first")
        await expect(page.get_by_test_id("messages")).to_contain_text("Trial day 3")
        await keep(page, "monday-summary")
    async with opened(chromium, demo.url, size=NARROW) as page:
        await page.wait_for_timeout(500)
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW["width"]
        await keep(page, "narrow")


async def test_a_lead_takes_over_tags_hands_over_with_a_line_and_keeps_her_home(
    chromium: Browser,  # noqa: F811
    demo: Demo,
) -> None:
    async with opened(chromium, address(demo, "Mara")) as page:
        await link(page)
        messages, modal = page.get_by_test_id("messages"), page.get_by_test_id("modal")
        await command(page, "/claim 215470003183")
        await expect(messages).to_contain_text("Jonas Weidner was first")
        await page.get_by_role("button", name="Take over…").last.click()
        await expect(modal).to_contain_text("They are told that you took it over, and why.")
        await modal.get_by_role("textbox").first.fill("Jonas is at the dentist.")
        await keep(page, "take-over")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_contain_text("Yours now.")
        await page.keyboard.press("Escape")
        await expect(modal).to_be_hidden()
        await command(page, "https://app.intercom.com/a/apps/lg4r7x2k/conversations/215470003183")
        posted = page.get_by_test_id("message").filter(has_text="/conversations/215470003183")
        await expect(posted).to_contain_text("claimed by Mara")
        await posted.scroll_into_view_if_needed()
        await keep(page, "unfurl")
        await posted.hover()
        await posted.get_by_test_id("message-more").click()
        await page.get_by_test_id("message-menu").get_by_text("More…").click()
        await expect(modal).to_contain_text("What is to be done?")
        await keep(page, "more")
        await modal.get_by_text("Hand over…").click()
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_contain_text("What should they know?")
        await keep(page, "hand-over")
        await page.keyboard.press("Escape")
        await expect(modal).to_be_hidden()
        await command(page, "/watchbell audit log")
        await expect(modal).to_contain_text("take-over: done")
        await keep(page, "audit-log")
        await page.keyboard.press("Escape")
        await expect(modal).to_be_hidden()
        await page.get_by_test_id("app-home").click()
        await expect(page.get_by_test_id("home")).to_contain_text("Mine: 1")
        await keep(page, "home")


async def test_a_person_without_a_seat_can_read_and_not_claim(chromium: Browser, demo: Demo) -> None:  # noqa: F811
    async with opened(chromium, address(demo, "Lena")) as page:
        await command(page, "/claim next")
        await expect(page.get_by_test_id("messages")).to_contain_text("not linked to an Intercom seat")


async def test_a_taken_port_is_one_clear_sentence(demo: Demo, tmp_path: Path) -> None:
    from demo_process import run

    port = demo.url.rpartition(":")[2]
    code, told = await run(tmp_path, "demo", "--port", port)
    assert code == 2
    assert f"{port} is taken" in told
    assert "Traceback" not in told


async def test_a_kept_demo_goes_on_where_it_stopped(chromium: Browser, tmp_path: Path) -> None:  # noqa: F811
    async with running_demo(tmp_path) as first, opened(chromium, address(first, "Priya")) as page:
        await link(page)
        # As long as the bot still reads, what is most urgent changes with each conversation.
        await expect(alert_of(page, "Orbis Travel")).to_have_count(1)
        await command(page, "/claim next")
        await expect(alert_of(page, "Orbis Travel").first).to_contain_text("claimed by Priya")
    async with (
        running_demo(tmp_path, "--keep") as second,
        opened(chromium, address(second, "Priya")) as page,
    ):
        await expect(alert_of(page, "Orbis Travel")).to_have_count(1)
        await expect(alert_of(page, "Orbis Travel").first).to_contain_text("claimed by Priya")
        await command(page, "/inbox")
        await expect(page.get_by_test_id("messages")).to_contain_text("Yours: 1")


async def test_a_demo_leaves_a_bot_that_runs_in_the_same_folder_what_it_has(tmp_path: Path) -> None:
    own = tmp_path / ".watchbell"
    (own / "model").mkdir(parents=True)
    kept = {own / "watchbell.db": "a year of promises", own / "model" / "model.safetensors": "numbers"}
    for file, words in kept.items():
        file.write_text(words)
    for _ in range(2):
        async with running_demo(tmp_path):
            pass
        assert {file: file.read_text() for file in kept} == kept
