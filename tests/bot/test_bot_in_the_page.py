"""A rep's day in the page, with a browser: note, undo, conflict, file, an issue answered at once."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from browser import chromium, opened, picture  # noqa: F401
from harness import House, open_house
from many_firms import FIRMS, PEOPLE, firms, outage, spreads
from on_the_screen import words
from playwright.async_api import Browser, Locator, Page, expect
from small_office import scenario

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("bot-page"),
    pytest.mark.timeout(120),
]

WORDS = "We have found it: the redirect address lacks a slash."


@asynccontextmanager
async def desk(
    folder: Path,
    browser: Browser,
    place: str = "alerts",
    *,
    data: dict[str, Any] | None = None,
    undo: timedelta = timedelta(0),
) -> AsyncIterator[tuple[House, Page]]:
    """Ana at her desk at five past nine, with a channel open."""
    async with open_house(folder, data=data or scenario("1001"), undo=undo) as house:
        await house.at("09:05")
        # Seconds of business time pass only where a test says so.
        house.clock.set_speed(0.0)
        channel = house.posts(place)[0].channel
        address = f"{house.server.url}/?as={house.ana.id}&channel={channel}"
        async with opened(browser, address) as page:
            yield house, page


async def opens(house: House, page: Page, button: Locator) -> Locator:
    """Press what opens the answer window, and wait until it is filled."""
    await button.click()
    modal = page.get_by_test_id("modal")
    await expect(modal.get_by_test_id("modal-submit")).to_be_visible()
    await house.bot.front.finish()
    return modal


async def submitted(house: House, modal: Locator) -> None:
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal).to_be_hidden()
    await house.settle()


def answer_button(page: Page) -> Locator:
    return page.get_by_test_id("messages").get_by_role("button", name="Answer").first


async def test_a_note_is_kept_inside_and_the_window_says_so_before(tmp_path: Path, chromium: Browser):  # noqa: F811
    async with desk(tmp_path, chromium) as (house, page):
        modal = await opens(house, page, answer_button(page))
        await expect(modal.get_by_test_id("modal-submit")).to_contain_text("Send to Dana")
        await modal.get_by_text("Internal note").click()
        await expect(modal.get_by_test_id("modal-submit")).to_contain_text("Save note")
        await modal.get_by_role("textbox").first.fill("Ask the identity team first.")
        await picture(page, "page-note")
        await submitted(house, modal)
        assert house.sent() == []
        (note,) = [part for part in house.parts("1001") if part["part_type"] == "note"]
        assert "Ask the identity team first." in note["body"]


async def test_what_was_sent_too_early_is_taken_back_within_ten_seconds(tmp_path: Path, chromium: Browser):  # noqa: F811
    async with desk(tmp_path, chromium, undo=timedelta(seconds=60)) as (house, page):
        modal = await opens(house, page, answer_button(page))
        await modal.get_by_role("textbox").first.fill("Too early.")
        await submitted(house, modal)
        alert = house.alert("1001")
        await page.goto(f"{house.server.url}/?as={house.ana.id}&channel={alert.channel}&thread={alert.ts}")
        await expect(page.locator("body")).to_contain_text(
            re.compile(r"Sending in \d+ s: answer to Dana Reyes")
        )
        await picture(page, "page-undo")
        await page.get_by_role("button", name="Undo").last.click()
        await expect(page.locator("body")).to_contain_text("Taken back")
        await house.settle()
        assert house.sent() == []
        await picture(page, "page-undone")


async def test_what_came_meanwhile_is_shown_and_asked_about_before_anything_leaves(
    tmp_path: Path,
    chromium: Browser,  # noqa: F811
):
    async with desk(tmp_path, chromium) as (house, page):
        modal = await opens(house, page, answer_button(page))
        await modal.get_by_role("textbox").first.fill(WORDS)
        house.intercom.customer_writes("1001", "Never mind, it was our own proxy.")
        await modal.get_by_test_id("modal-submit").click()
        await expect(modal).to_contain_text("Never mind, it was our own proxy.")
        await expect(modal).to_contain_text("Nothing was sent")
        assert house.sent() == []
        await picture(page, "page-conflict")
        await submitted(house, modal)
        assert [(number, words) for number, _, words in house.sent()] == [("1001", WORDS)]


async def test_a_file_goes_out_with_the_answer(tmp_path: Path, chromium: Browser):  # noqa: F811
    file = tmp_path / "steps.txt"
    file.write_text("1. Open Settings", "utf-8")
    async with desk(tmp_path, chromium) as (house, page):
        modal = await opens(house, page, answer_button(page))
        await modal.get_by_role("textbox").first.fill(WORDS)
        await modal.locator("input[type=file]").set_input_files(file)
        await picture(page, "page-file")
        await submitted(house, modal)
        (part,) = [part for part in house.parts("1001") if WORDS in (part["body"] or "")]
        assert [each["name"] for each in part["attachments"]] == ["steps.txt"]


async def test_an_issue_is_answered_once_and_each_person_hears_it(tmp_path: Path, chromium: Browser):  # noqa: F811
    data = scenario("1001", "1002")
    data["conversations"][1]["parts"][0]["text"] = data["conversations"][0]["parts"][0]["text"]
    async with desk(tmp_path, chromium, "accounts", data=data) as (house, page):
        anchor = house.post("accounts", "post:account:c1:")
        await page.goto(f"{house.server.url}/?as={house.ana.id}&channel={anchor.channel}&thread={anchor.ts}")
        modal = await opens(house, page, page.get_by_role("button", name="Answer issue…"))
        for person in ("Dana Reyes", "Omar Haddad"):
            await modal.get_by_text(person, exact=False).first.click()
        await modal.get_by_role("textbox").first.fill(WORDS)
        await picture(page, "page-issue-answer")
        await submitted(house, modal)
        sent = house.sent()
        assert sorted(number for number, _, _ in sent) == ["1001", "1002"]
        assert all(WORDS in words for _, _, words in sent)


async def test_several_accounts_are_answered_at_once_and_each_reads_their_own_name(
    tmp_path: Path,
    chromium: Browser,  # noqa: F811
):
    async with open_house(tmp_path, data=firms()) as house:
        ids = await outage(house, 4)
        (message,) = spreads(house)
        house.clock.set_speed(0.0)
        address = f"{house.server.url}/?as={house.ana.id}&channel={message.channel}"
        async with opened(chromium, address) as page:
            await expect(page.get_by_test_id("messages")).to_contain_text("4 accounts tell one new problem")
            await picture(page, "page-spreading")
            modal = await opens(house, page, page.get_by_role("button", name="Answer all…"))
            for person in PEOPLE[:3]:
                await modal.get_by_text(person, exact=False).first.click()
            await modal.get_by_role("textbox").first.fill("The export of {account} works again.")
            await picture(page, "page-spreading-answer")
            await submitted(house, modal)
        assert sorted(house.sent()) == sorted(
            (number, house.ana.admin, f"Hi {who.split()[0]},\nThe export of {firm} works again.")
            for number, who, firm in zip(ids, PEOPLE[:3], FIRMS, strict=False)
        )


def two_tell_one_problem() -> dict[str, Any]:
    office = scenario("1001", "1002")
    for each in office["conversations"]:
        each["parts"][0]["text"] = "Single sign-on sends everyone back to the login page."
    return office


async def test_a_rep_takes_one_out_of_an_issue_and_puts_it_back(tmp_path: Path, chromium: Browser):  # noqa: F811
    async with desk(tmp_path, chromium, "accounts", data=two_tell_one_problem()) as (house, page):

        def issues() -> list[str]:
            """The problems that the thread tells, by whose conversations they hold."""
            told = [words(each.blocks) for each in house.posts("accounts", "post:issue:c1:")]
            people = ("Dana Reyes", "Omar Haddad")
            return sorted(found for said in told if (found := "+".join(who for who in people if who in said)))

        assert issues() == ["Dana Reyes+Omar Haddad"]
        anchor = house.post("accounts", "post:account:c1:")
        await page.goto(f"{house.server.url}/?as={house.ana.id}&channel={anchor.channel}&thread={anchor.ts}")
        await page.locator(".bk-overflow").last.click()
        await page.get_by_text("Not the same problem…").last.click()
        modal = page.get_by_test_id("modal")
        await modal.get_by_text("Omar Haddad", exact=False).first.click()
        await picture(page, "page-split")
        await submitted(house, modal)
        assert issues() == ["Dana Reyes", "Omar Haddad"]
        # The anchor's in channel and thread, and one for each problem, as soon as the page has heard of both.
        await expect(page.locator(".bk-overflow")).to_have_count(4)
        await page.locator(".bk-overflow").last.click()
        await page.get_by_text("Same as another…").last.click()
        await expect(modal.get_by_test_id("modal-submit")).to_be_visible()
        await modal.get_by_role("combobox").first.select_option(index=1)
        await picture(page, "page-join")
        await submitted(house, modal)
        assert issues() == ["Dana Reyes+Omar Haddad"]
