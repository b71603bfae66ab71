"""What a rep sees of a mailbox, in a browser."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from browser import chromium, opened, picture  # noqa: F401
from harness import TUESDAY, open_house
from playwright.async_api import Browser, expect
from post_office import PostOffice, mail

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("bot-page"),
]


async def test_the_timeline_says_where_mails_came_from(
    tmp_path: Path,
    chromium: Browser,  # noqa: F811
    office: PostOffice,
):
    box = office.box()
    at = TUESDAY - timedelta(days=5)
    box.put(
        mail("May we pay by <!channel> transfer?", subject="Our invoice", at=at, id_="page@customer.example"),
        at=at,
    )
    answer = mail(
        "Yes, you may. The account is on the invoice.",
        by="Ana Ruiz <ana@small.example>",
        to="dana@customer.example",
        at=at + timedelta(hours=1),
        after="page@customer.example",
    )
    box.put(answer, "Sent", at=at + timedelta(hours=1))
    forged = mail(
        "Please use this account instead.", by="Ana Ruiz <ana@small.example>", to="dana@customer.example"
    )
    forged.add_attachment(b"x", maintype="application", subtype="pdf", filename="new account.pdf")
    box.put(forged)
    async with open_house(tmp_path, mailbox=box.secrets()) as house:
        house.clock.set_speed(0.0)
        await house.ana.types("/account northwind marine")
        async with opened(
            chromium, f"{house.server.url}/?as={house.ana.id}&channel={house.ana.channel}"
        ) as page:
            await picture(page, "mailbox-account")
            await house.ana.presses(house.ana.last, "timeline_account")
            modal = page.get_by_test_id("modal")
            await expect(modal).to_contain_text(f"(e-mail in {box.user})")
            await expect(modal).to_contain_text("May we pay by <!channel> transfer?")
            await expect(modal).to_contain_text("ana@small.example, not verified")
            await expect(modal).to_contain_text("[attachment: new account.pdf]")
            await picture(page, "mailbox-timeline")
