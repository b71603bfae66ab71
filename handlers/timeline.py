"""What was said in a conversation or at an account: a page at a time, or all of it in a file."""

from __future__ import annotations

from dataclasses import replace

import structlog

from bot import talk
from bot.cards import notices
from bot.cards import timeline as card
from bot.cards.timeline import ACCOUNT, Shown, TimelineCard
from bot.desk.rep import note_down
from bot.slack import text
from bot.slack.errors import SlackError
from bot.store import exports
from handlers.front import Act, Front
from handlers.routes import Answer, Routes

_NOT_TAKEN = "The file was not written: Slack did not take it. Press Export again in a moment."
_DOUBTFUL = (
    "Slack did not say whether it has the file. Look into your direct conversation with Watchbell; "
    "press Export again if it is not there."
)

log = structlog.get_logger("watchbell.handlers")


def register(routes: Routes) -> None:
    routes.verbs["timeline"] = of_conversation
    routes.verbs["timeline_account"] = of_account
    routes.verbs["timeline_older"] = turn
    routes.verbs["timeline_newer"] = turn
    routes.verbs["export_account"] = export


async def of_conversation(front: Front, act: Act) -> Answer:
    shown = await front.store.read(talk.of_conversation, front.office, act.pressed.id, front.at().now)
    await front.show(act, card.render(shown))
    return None


async def of_account(front: Front, act: Act) -> Answer:
    shown = await front.store.read(talk.of_account, front.office, act.pressed.id, front.at().now)
    await front.show(act, card.render(shown))
    return None


async def turn(front: Front, act: Act) -> Answer:
    """Older or newer: the same window, another page."""
    shown = card.read(act.view)
    step = 1 if act.pressed.verb == "timeline_older" else -1
    wanted = await _page(front, replace(shown, page=shown.page + step))
    await front.slack.update_view(str(act.view["id"]), card.render(wanted), hash=act.view.get("hash"))
    return None


async def export(front: Front, act: Act) -> Answer:
    """Write the whole timeline into a file, in the direct conversation of the one who asks with the bot."""
    rep = await front.rep(act)
    shown, view_id = card.read(act.view), str(act.view["id"])
    file = await front.store.read(talk.file_of_account, front.office, shown.about_id, front.at().now)
    # Before anything leaves: who took customers' words along is known whatever happens then.
    await front.store.write(
        note_down, front.office, rep, "export_timeline", "asked", front.at(), detail=shown.about_id
    )
    await _tell(front, view_id, shown, "Writing the file…")

    async def hand_over() -> None:
        try:
            channel = await front.slack.open_dm(act.user_id)
            said = f"Timeline of {text.inline(file.account)}: {file.count}."
            words = file.words.encode()
            file_id, address = await front.slack.new_file(file.name, words)
            # Before it holds anything: erasing somebody at this account must find it.
            await front.store.write(
                exports.note, front.office.workspace, file_id, shown.about_id, front.at().now
            )
            await front.slack.share(file_id, address, channel, file.name, words, said)
        except SlackError as error:
            log.warning("export_not_shared", method=error.method, code=error.code)
            told = _DOUBTFUL if error.kind == "unknown" else _NOT_TAKEN
            if not await _tell(front, view_id, shown, told):
                # Nobody looks at the window any more, and no file says by being there what became of it.
                direct = await front.slack.open_dm(act.user_id)
                message = notices.info(f"Timeline of {file.account}. {told}")
                await front.slack.post(direct, message.text, message.blocks)
            return
        told = f"{file.name} is in your direct conversation with Watchbell: {file.count}."
        await _tell(front, view_id, shown, told)

    front.spawn(hand_over())
    return None


async def _tell(front: Front, view_id: str, shown: Shown, notice: str) -> bool:
    """Say it in the window; False where that is closed by now."""
    page = await _page(front, shown)
    try:
        await front.slack.update_view(view_id, card.render(replace(page, notice=notice)))
    except SlackError as error:
        log.warning("answer_not_shown", code=error.code)
        return False
    return True


async def _page(front: Front, shown: Shown) -> TimelineCard:
    whose = talk.of_account if shown.about == ACCOUNT else talk.of_conversation
    return await front.store.read(whose, front.office, shown.about_id, front.at().now, shown.page)
