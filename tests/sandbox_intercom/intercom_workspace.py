"""The small workspace that the tests of the local Intercom use, and its application."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount

from sandbox.intercom import IntercomWorld, routes

TOKEN = "tok-7"
MONDAY = datetime(2026, 11, 23, 8, 25, tzinfo=UTC)
HEADERS = {"Authorization": f"Bearer {TOKEN}", "Intercom-Version": "2.14"}

SCENARIO: dict[str, Any] = {
    "app": {"name": "Copperleaf", "timezone": "Europe/Lisbon"},
    "admins": [
        {"id": "8412056", "name": "Mara Lindqvist", "email": "mara@copperleaf.example"},
        {"id": "8412057", "name": "Jonas Ito", "email": "jonas@copperleaf.example"},
    ],
    "teams": [{"id": "5017691", "name": "Support", "admin_ids": ["8412056", "8412057"]}],
    "tags": [{"id": "9001", "name": "billing"}, {"id": "9002", "name": "bug"}],
    "segments": [{"id": "seg1", "name": "Enterprise", "created_at": "2026-01-01T00:00:00+00:00"}],
    "companies": [
        {
            "id": "c0",
            "company_id": "acct-0",
            "name": "Alder Foods",
            "plan": "Enterprise",
            "monthly_spend": 4200,
            "user_count": 12,
            "created_at": "2025-01-01T00:00:00+00:00",
            "last_request_at": "2026-11-20T10:00:00+00:00",
            "segment_ids": ["seg1"],
            "custom_attributes": {"renewal_on": "2026-12-14"},
        },
        {"id": "c1", "company_id": "acct-1", "name": "Bare", "created_at": "2025-02-01T00:00:00+00:00"},
    ],
    "contacts": [
        {
            "id": "u0",
            "external_id": "ext-0",
            "role": "user",
            "name": "Ines Okafor",
            "email": "ines@alder.example",
            "company_ids": ["c0"],
            "created_at": "2026-03-01T09:00:00+00:00",
            "last_seen_at": "2026-11-22T22:00:00+00:00",
            "custom_attributes": {"seat": "owner"},
        },
        {"id": "u1", "role": "lead", "name": None, "email": "", "created_at": "2026-11-21T09:10:00+00:00"},
    ],
    "articles": [
        {"id": "301", "title": "Reset your password", "body": "Open <b>Settings</b> and choose reset."},
        {"id": "302", "title": "Billing dates", "body": "You can reset the billing date once a year."},
    ],
    "conversations": [
        {
            "id": "1001",
            "contact_id": "u0",
            "channel": "email",
            "subject": "Export stops",
            "parts": [
                {
                    "by": "contact",
                    "who": "u0",
                    "at": "2026-11-21T09:10:00+00:00",
                    "text": "Export stops at 80 %",
                }
            ],
        },
        {
            "id": "1002",
            "contact_id": "u1",
            "channel": "conversation",
            "tags": ["9002"],
            "priority": True,
            "parts": [
                {"by": "contact", "who": "u1", "at": "2026-11-20T09:00:00+00:00", "text": "How do I reset?"},
                {"by": "fin", "at": "2026-11-20T09:00:05+00:00", "text": "Have you seen our article?"},
                {"by": "admin", "who": "8412056", "at": "2026-11-20T09:03:31+00:00", "text": "On it"},
                {"by": "contact", "who": "u1", "at": "2026-11-20T09:10:00+00:00", "text": "Thanks"},
                {"by": "admin", "who": "8412056", "at": "2026-11-20T09:10:23+00:00", "text": "Gladly"},
                {"by": "admin", "who": "8412056", "at": "2026-11-20T09:11:00+00:00", "kind": "close"},
            ],
            "rating": {"score": 4, "remark": "quick", "at": "2026-11-20T10:00:00+00:00"},
        },
        {
            "id": "1003",
            "contact_id": "u0",
            "channel": "whatsapp",
            "team_id": "5017691",
            "state": "snoozed",
            "snoozed_until": "2026-11-23T09:00:00+00:00",
            "assignee_id": "8412057",
            "parts": [{"by": "contact", "who": "u0", "at": "2026-11-22T18:00:00+00:00", "text": "Any news?"}],
        },
    ],
    "office_hours": [
        {
            "id": "123",
            "name": "Support",
            "time_zone_name": "Europe/Berlin",
            "twenty_four_seven": False,
            "time_intervals": [{"start_minute": 540, "end_minute": 1020, "day_of_week": 0}],
            "created_at": 1717200000,
            "updated_at": 1717200000,
            "exceptions": [
                {
                    "id": "456",
                    "exception_date": "2026-12-25",
                    "exception_type": "closed",
                    "name": None,
                    "recurring_annually": True,
                    "time_intervals": None,
                    "created_at": 1717200000,
                    "updated_at": 1717200000,
                }
            ],
        }
    ],
    "activity_logs": [
        {
            "id": f"log-{hour}",
            "at": f"2026-11-20T{hour:02d}:00:00+00:00",
            "admin_id": "8412056",
            "activity_type": "series_status_change",
            "metadata": {"previous_state": "live", "new_state": "paused"},
        }
        for hour in range(1, 24)
    ],
}


def app_of(world: IntercomWorld) -> Starlette:
    return Starlette(routes=[Mount("/intercom", routes=routes(world))])
