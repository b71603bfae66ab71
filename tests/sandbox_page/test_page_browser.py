"""The page in Chromium: what a person does with mouse and keyboard, and what they see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from browser import NARROW, WIDE, opened, picture
from playwright.async_api import Browser, Page, expect
from served_page import Served, serving
from small_world import ACCOUNTS, ALERTS, JONAS, MAYA

pytestmark = [pytest.mark.thorough, pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest_asyncio.fixture(loop_scope="session")
async def served() -> AsyncIterator[Served]:
    """The workspace in the browser's event loop."""
    async with serving() as workspace:
        yield workspace


def alerts(served: Served, person: str = JONAS, **more: str) -> str:
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"{served.url}/?as={person}&channel={ALERTS}{query}"


def alert(page: Page, served: Served) -> str:
    return f'#messages [data-ts="{served.alert_ts}"]'


async def test_claiming_answering_and_reading_it_in_the_thread(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        message = page.locator(alert(page, served))
        await message.get_by_role("button", name="Claim").click()
        await expect(message).to_contain_text("Claimed by @Jonas Weber")
        await expect(message.get_by_role("button", name="Claim")).to_have_count(0)

        await message.get_by_role("button", name="Answer").click()
        modal = page.get_by_test_id("modal")
        await expect(modal.get_by_test_id("modal-title")).to_have_text("Answer Ana Ruiz")
        text = modal.locator('[data-action-id="text"]')
        await expect(text).to_be_focused()
        await text.fill("short")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal.get_by_test_id("field-error")).to_have_text("Write at least ten characters.")
        await expect(text).to_have_value("short")
        await expect(text).to_be_focused()
        await picture(page, "modal-error")

        await text.fill("We are *on it*, Ana.")
        await modal.locator('[role="combobox"]').press_sequentially("reset")
        await expect(modal.locator(".listbox [role=option]")).to_have_count(2)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(modal.locator('[role="combobox"]')).to_have_value("Reset a password")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_be_hidden()

        await message.get_by_test_id("thread-summary").click()
        thread = page.get_by_test_id("thread")
        await expect(thread).to_contain_text("We are on it, Ana.")
        await thread.get_by_test_id("thread-text").fill("Thanks")
        await page.keyboard.press("Enter")
        await expect(thread.get_by_test_id("message").last).to_contain_text("Thanks")
        await page.keyboard.press("Escape")
        await expect(thread).to_be_hidden()
        await picture(page, "answered")


async def test_a_command_is_completed_with_the_keyboard(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        box = page.get_by_test_id("composer-text")
        await box.press_sequentially("/")
        options = page.locator('#completion [role="option"]:visible')
        await expect(options).to_have_count(5)
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowUp")
        await box.press_sequentially("cl")
        await expect(options).to_have_count(1)
        await page.keyboard.press("Tab")
        await expect(box).to_have_value("/claim ")
        await box.press_sequentially("next")
        await page.keyboard.press("Enter")
        last = page.get_by_test_id("message").last
        await expect(last).to_contain_text("Only visible to you")
        await expect(last).to_contain_text("Claimed Northwind for @Jonas Weber. next")
        await expect(box).to_have_value("")


async def test_a_failed_command_gives_the_text_back_and_says_why(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        box = page.get_by_test_id("composer-text")
        await box.fill("/slow")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("toast")).to_contain_text("operation_timeout")
        await expect(box).to_have_value("/slow")


async def test_writing_as_the_customer_and_as_a_teammate(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        row = page.get_by_test_id("intercom-conversation-5004")
        await expect(row.locator(".waiting")).to_have_text("44 min")
        await row.click()
        form = page.get_by_test_id("intercom-form")
        await form.get_by_text("As the customer").click()
        await form.get_by_test_id("intercom-text").fill("Is <b>anyone</b> there?")
        await form.get_by_test_id("intercom-send").click()
        parts = page.get_by_test_id("intercom-part")
        await expect(parts.last).to_contain_text("Is <b>anyone</b> there?")
        await form.get_by_text("Reply", exact=True).click()
        await form.get_by_test_id("intercom-text").fill("Settings, then People.")
        await form.get_by_test_id("intercom-send").click()
        await expect(parts.last).to_contain_text("Settings, then People.")
        await expect(row.locator(".waiting")).to_have_count(0)
        assert served.page.intercom.sent_to_customers() == [("5004", "902", "Settings, then People.")]


async def test_what_is_being_typed_survives_news_from_elsewhere(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served, conversation="5004")) as page:
        box = page.get_by_test_id("composer-text")
        inbox = page.get_by_test_id("intercom-text")
        await inbox.fill("half an ans")
        await page.get_by_text("As the customer").click()
        await box.fill("half a thought")
        await box.focus()
        served.page.slack.post(ALERTS, user=MAYA, text="News", silent=True)
        served.page.intercom.customer_writes("5004", "More news")
        await expect(page.get_by_test_id("message").last).to_contain_text("News")
        await expect(page.get_by_test_id("intercom-part").last).to_contain_text("More news")
        await expect(box).to_be_focused()
        await expect(box).to_have_value("half a thought")
        await expect(inbox).to_have_value("half an ans")
        await expect(page.get_by_test_id("mode-customer")).to_be_checked()


async def test_reading_back_is_not_disturbed_by_a_new_message(served: Served, chromium: Browser) -> None:
    for n in range(40):
        served.page.slack.post(ALERTS, user=MAYA, text=f"line {n}", silent=True)
    async with opened(chromium, alerts(served)) as page:
        where = "document.getElementById('messages')"
        atend = await page.evaluate(f"{where}.scrollHeight - {where}.scrollTop - {where}.clientHeight")
        assert atend < 5
        await page.evaluate(f"{where}.scrollTop = 120")
        served.page.slack.post(ALERTS, user=MAYA, text="the newest", silent=True)
        await expect(page.get_by_test_id("message").last).to_contain_text("the newest")
        assert await page.evaluate(f"{where}.scrollTop") == 120


async def test_what_is_pressed_stays_until_it_is_released(served: Served, chromium: Browser) -> None:
    slack = served.page.slack
    message = slack.message(ALERTS, served.alert_ts)
    assert message is not None
    slack.post(ALERTS, user=MAYA, text="In its thread.", thread_ts=message.ts, silent=True)
    async with opened(chromium, alerts(served)) as page:
        summary = page.locator(alert(page, served)).get_by_test_id("thread-summary")
        await summary.hover()
        await page.mouse.down()
        async with page.expect_response(lambda answer: "/page/messages" in answer.url):
            slack.edit(message, text="Something else by now", blocks=[])
        await asyncio.sleep(0.2)
        await page.mouse.up()
        await expect(page.get_by_test_id("thread")).to_contain_text("In its thread.")
        await expect(page.locator(alert(page, served))).to_contain_text("Something else by now")


async def test_a_burst_of_messages_costs_few_requests(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for n in range(100):
            served.page.slack.post(ALERTS, user=MAYA, text=f"burst {n}", silent=True)
            if n % 10 == 9:
                await asyncio.sleep(0.02)
        await expect(page.get_by_test_id("message").last).to_contain_text("burst 99")
        await asyncio.sleep(0.3)
        assert sum("/page/messages" in url for url in asked) <= 8


async def test_confirm_dialog_asks_first(served: Served, chromium: Browser) -> None:
    async with opened(chromium, f"{served.url}/?as={MAYA}&channel={ACCOUNTS}") as page:
        button = page.get_by_role("button", name="Close all")
        await button.click()
        dialog = page.get_by_test_id("confirm")
        await expect(dialog).to_contain_text("The people at Northwind are told.")
        await dialog.get_by_test_id("confirm-no").click()
        await expect(dialog).to_be_hidden()
        await button.click()
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        assert "Closed three" not in await page.inner_text("#messages")
        await button.click()
        await dialog.get_by_test_id("confirm-yes").click()
        await expect(page.locator("#messages")).to_contain_text("Closed three conversations.")


async def test_overflow_and_message_shortcuts_by_keyboard(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        message = page.locator(alert(page, served))
        await message.locator(".bk-overflow").focus()
        await page.keyboard.press("Enter")
        await expect(message.get_by_role("button", name="Snooze 30 min")).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("message").last).to_contain_text("You chose Why?")
        await message.hover()
        await message.get_by_test_id("message-more").click()
        await page.get_by_test_id("message-menu").get_by_text("Why this alert?").click()
        await expect(page.get_by_test_id("message").last).to_contain_text("Because it waits.")


async def test_escape_closes_a_modal_and_gives_the_focus_back(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        button = page.locator(alert(page, served)).get_by_role("button", name="Answer")
        await button.click()
        await expect(page.get_by_test_id("modal")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("modal")).to_be_hidden()
        await expect(button).to_be_focused()
        assert served.page.slack.people.open_views(JONAS) == []


async def test_home_channels_and_the_jump_box(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served, MAYA)) as page:
        await page.get_by_test_id("app-home").click()
        await expect(page.get_by_test_id("home")).to_contain_text("All well. Last sweep 12 s ago.")
        await page.keyboard.press("Control+k")
        await page.keyboard.type("accounts")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("channel-title")).to_have_text("support-accounts")
        await page.go_back()
        await expect(page.get_by_test_id("home")).to_be_visible()
        await page.get_by_test_id("act-as").select_option(JONAS)
        await expect(page.locator(".act-name")).to_have_text("Jonas Weber")


async def test_the_clock_bar(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served)) as page:
        await expect(page.get_by_test_id("clock-time")).to_have_text("08:25:00")
        await page.get_by_test_id("clock-next").click()
        await expect(page.get_by_test_id("clock-time")).to_have_text("08:30:00")
        await expect(page.get_by_test_id("clock-next")).to_contain_text("Monday summary")
        waiting = page.get_by_test_id("intercom-conversation-5004").locator(".waiting")
        await expect(waiting).to_have_text("49 min")
        await page.get_by_test_id("clock-x60").click()
        await expect(page.get_by_test_id("clock-x60")).to_have_attribute("aria-pressed", "true")
        await expect(waiting).not_to_have_text("49 min")
        await page.get_by_test_id("faults").click()
        await page.get_by_text("Intercom answers 500").click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("faults")).to_contain_text("1 on")


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1280", "400"])
async def test_nothing_is_wider_than_the_screen(
    served: Served, chromium: Browser, size: dict[str, int]
) -> None:
    name = f"page-{size['width']}"
    async with opened(chromium, alerts(served, MAYA, conversation="5003"), size=size) as page:
        for show in ("show-intercom", "show-slack"):
            await page.get_by_test_id(show).click()
            for selector in ("body", ".window:visible", ".scroll:visible", ".bar"):
                for part in await page.locator(selector).all():
                    wider = await part.evaluate("node => node.scrollWidth - node.clientWidth")
                    assert wider <= 0, f"{selector} is {wider} px wider than its place"
            await picture(page, f"{name}-{show}")
        await page.locator(alert(page, served)).get_by_role("button", name="Answer").click()
        body = page.locator("#modal .modal-body")
        await expect(body).to_be_visible()
        assert await body.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
        box = await page.get_by_test_id("modal-submit").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= size["width"]
        assert box["y"] + box["height"] <= size["height"]
        await picture(page, f"{name}-modal")


async def test_every_button_has_a_name(served: Served, chromium: Browser) -> None:
    async with opened(chromium, alerts(served, MAYA, conversation="5003")) as page:
        nameless = await page.evaluate(
            """() => [...document.querySelectorAll('button, select, textarea, input:not([type=hidden]), a')]
            .filter(node => node.checkVisibility() && !(node.textContent.trim() || node.title
                || node.getAttribute('aria-label') || node.labels?.length))
            .map(node => node.outerHTML.slice(0, 120))"""
        )
        assert nameless == []


async def test_the_check_for_errors_of_the_page_can_fail(served: Served, chromium: Browser) -> None:
    foreign = "Object.assign(document.createElement('script'), {src: 'https://evil.example/x.js'})"

    async def load_something_foreign() -> None:
        async with opened(chromium, alerts(served)) as page:
            await page.evaluate(f"document.body.append({foreign})")
            await asyncio.sleep(0.2)

    with pytest.raises(AssertionError, match="reported errors"):
        await load_something_foreign()
