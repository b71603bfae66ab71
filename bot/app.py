"""The composition root: settings in, running bot out. The one module that knows every part."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp

from bot import checks, delivered, entrance, watcher
from bot.accounts.engines import Engines
from bot.clock import Clock, SteadyClock
from bot.desk.drafting import Drafts
from bot.desk.saved import Macros
from bot.desk.suggestions import Suggestions
from bot.edits import Edits
from bot.errors import ConfigError
from bot.intake.details import refresh
from bot.intake.sweep import Progress
from bot.intercom import client as intercom_client
from bot.intercom.client import IntercomClient
from bot.intercom.lists import Lists
from bot.intercom.writes import IntercomWrites, build_writes
from bot.llm import chat as llm
from bot.logs import looking_for_channels
from bot.mail.door import Mailbox
from bot.meters import Meters
from bot.office import Channels, Office
from bot.outbox import kinds
from bot.outbox.delivery import Delivery
from bot.outbox.intercom_sender import IntercomActs, IntercomStarts, IntercomTickets, IntercomWords, Refresh
from bot.outbox.outcome import Sender
from bot.outbox.slack_sender import SlackDeletes, SlackEdits, SlackFileDeletes, SlackPosts
from bot.outbox.timings import Timings
from bot.passing import Passing, unseen
from bot.running import Bot
from bot.settings import places
from bot.settings.alerting import called_by
from bot.settings.file import version
from bot.settings.model import Config
from bot.settings.secrets import Secrets
from bot.sla.promises import Promises
from bot.slack import client as slack_client
from bot.slack.client import Slack
from bot.slack.files import SlackFiles
from bot.slack.identity import Identity
from bot.slack.pacing import Pacing
from bot.store.engine import Store, open_store
from bot.store.migrate import migrate
from handlers import (
    account,
    alert,
    answer,
    answer_issue,
    atrisk,
    audit_log,
    channels,
    claim,
    comparisons,
    filing,
    handover,
    home,
    inbox,
    links,
    replay,
    replies,
    shortcuts,
    sorting,
    spreading,
    timeline,
    watchbell,
)
from handlers.front import Front
from handlers.receipts import Receipts, TimedApp
from handlers.routes import Routes, attach
from jobs.schedule import Pump
from jobs.works import Works

HANDLERS = (
    claim,
    handover,
    filing,
    shortcuts,
    links,
    answer,
    answer_issue,
    replies,
    alert,
    inbox,
    account,
    timeline,
    atrisk,
    watchbell,
    sorting,
    spreading,
    comparisons,
    replay,
    audit_log,
    channels,
    home,
)


async def build(
    secrets: Secrets,
    config: Config,
    clock: Clock,
    *,
    timings: Timings | None = None,
    undo: timedelta | None = None,
    pacing: Pacing | None = None,
    progress: Callable[[Progress], None] | None = None,
    passing: Passing = unseen,
) -> Bot:
    """Open the store, check both tokens and the channels, put every part together.

    `undo` is how long an answer can be taken back, ten seconds unless given. `passing` is told of the points
    at which a crash would matter (`bot/passing.py`).

    Raises ConfigError naming the setting that keeps the bot from running.
    """
    timings = timings or Timings()
    meters = Meters()
    store = open_store(secrets.database_url, passing=passing)
    session = slack_client.connections()
    reads: IntercomClient | None = None
    try:
        migrate(store.engine)
        client = slack_client.build(secrets.slack_bot_token, secrets.slack_api_url, session)
        slack = Slack(
            client,
            pacing,
            timeout=timings.attempt,
            passing=passing,
            waited=meters.waited_for_slack,
            heard=clock.hear if isinstance(clock, SteadyClock) else None,
        )
        me = await checks.slack_me(slack)
        if secrets.slack_app_token is not None:
            await checks.slack_socket(slack, secrets.slack_app_token)
        identity = Identity(slack, me.team_id, looking=looking_for_channels)
        reads = intercom_client.build(
            token=secrets.intercom_token,
            base_url=secrets.intercom_api_url,
            clock=clock,
            waited=meters.waited_for_intercom,
        )
        checks.intercom_app(await checks.intercom_me(reads), config.workspace.intercom_app)
        url = me.url if me.url.endswith("/") else me.url + "/"
        office = await _office(config, me.team_id, url, identity)
        identity.started()
        engines = Engines(secrets.model)
        chosen = await engines.first(store, office.workspace, clock.now())
    except BaseException:
        if reads is not None:
            await reads.aclose()
        await session.close()
        store.close()
        raise
    undo = office.undo if undo is None else undo
    office = replace(office, engine=chosen.engine, engine_why=chosen.why, undo=undo)
    office = replace(office, mailbox=secrets.mailbox is not None)
    writes = build_writes(
        reads,
        token=secrets.intercom_token,
        base_url=secrets.intercom_api_url,
        clock=clock,
        timeout=timings.attempt,
        passing=passing,
    )
    bot = _assemble(
        secrets, office, clock, store, slack, identity, reads, writes, session, timings, meters, progress
    )
    bot.works.engines = engines
    return bot


def _assemble(
    secrets: Secrets,
    office: Office,
    clock: Clock,
    store: Store,
    slack: Slack,
    identity: Identity,
    reads: IntercomClient,
    writes: IntercomWrites,
    session: aiohttp.ClientSession,
    timings: Timings,
    meters: Meters,
    progress: Callable[[Progress], None] | None,
) -> Bot:
    woken = asyncio.Event()

    def after_delivery(*told: Any) -> None:
        # The office may have been replaced by then.
        delivered.after_delivery(told[0], works.office, *told[1:])

    refreshed = partial(refresh, store, office.workspace, reads, clock)
    delivery = Delivery(
        store,
        office.workspace,
        clock,
        _senders(
            store,
            slack,
            identity,
            writes,
            SlackFiles(session, secrets.slack_bot_token, secrets.slack_api_url, timings.attempt),
            refreshed,
        ),
        hook=after_delivery,
        wake=woken.set,
        counted=meters.sent,
        timings=timings,
    )
    ping = partial(watcher.ping, session, secrets.heartbeat_url) if secrets.heartbeat_url else None
    works = Works(
        store, office, Promises(office.config), delivery, reads, slack, identity, clock, progress, ping
    )
    if isinstance(clock, SteadyClock):
        clock.listen(works.put_on)
    front = Front(
        store,
        office,
        slack,
        identity,
        clock,
        refreshed,
        woken.set,
        Lists(reads),
        Suggestions(store),
        Macros(reads.macros),
        Drafts(llm.configured(secrets.llm_url, secrets.llm_key, secrets.llm_model)),
    )
    front.redraw_home = partial(home.publish, front)
    works.mailbox = Mailbox(secrets.mailbox) if secrets.mailbox is not None else None
    works.takes_webhooks = secrets.intercom_client_secret is not None and secrets.port is not None
    works.redraw = partial(home.refresh, front)
    works.edits = _edits(secrets, office, identity, works, front)
    made = routes()
    bolt = TimedApp(
        meters.acknowledged,
        client=slack_client.build(secrets.slack_bot_token, secrets.slack_api_url, session),
        signing_secret=secrets.slack_signing_secret,
        process_before_response=True,
        # Watchbell is no step of a workflow.
        attaching_function_token_enabled=False,
    )
    bolt.use(Receipts(front, made.at_once))
    attach(bolt, made, front)
    return Bot(
        store,
        works,
        front,
        Pump(works, woken.set),
        bolt,
        entrance.build(secrets, bolt, works, meters, woken),
        secrets,
        reads,
        writes,
        session,
        woken,
    )


def _edits(secrets: Secrets, office: Office, identity: Identity, works: Works, front: Front) -> Edits:
    async def furnish(config: Config) -> Office:
        if config.workspace.intercom_app != office.intercom_app:
            raise ConfigError(
                "workspace.intercom_app", "was changed.", "Restart the bot for another Intercom workspace."
            )
        made = await _office(config, office.workspace, office.slack_url, identity)
        now = works.office
        return replace(
            made,
            undo=now.undo,
            engine=now.engine,
            engine_why=now.engine_why,
            mailbox=now.mailbox,
        )

    def moved_in(new: Office, promises: Promises) -> None:
        works.office, works.promises, front.office = new, promises, new

    return Edits(secrets.config, furnish, moved_in)


def routes() -> Routes:
    """Everything a person can do, by its name in Slack."""
    made = Routes()
    for module in HANDLERS:
        module.register(made)
    return made


def _senders(
    store: Store,
    slack: Slack,
    identity: Identity,
    writes: IntercomWrites,
    files: SlackFiles,
    refreshed: Refresh,
) -> dict[str, Sender]:
    words, acts = IntercomWords(store, writes, files, refreshed), IntercomActs(store, writes)
    return {
        kinds.SLACK_POST: SlackPosts(store, slack, identity),
        kinds.SLACK_EDIT: SlackEdits(store, slack, identity),
        kinds.SLACK_DELETE: SlackDeletes(store, slack),
        kinds.SLACK_FILE_DELETE: SlackFileDeletes(slack),
        kinds.INTERCOM_REPLY: words,
        kinds.INTERCOM_NOTE: words,
        kinds.INTERCOM_ASSIGN: acts,
        kinds.INTERCOM_SNOOZE: acts,
        kinds.INTERCOM_CLOSE: acts,
        kinds.INTERCOM_OPEN: acts,
        kinds.INTERCOM_TAG: acts,
        kinds.INTERCOM_UNTAG: acts,
        kinds.INTERCOM_TEAM: acts,
        kinds.INTERCOM_TICKET: IntercomTickets(writes),
        kinds.INTERCOM_START: IntercomStarts(store, writes),
    }


async def _office(config: Config, workspace: str, slack_url: str, identity: Identity) -> Office:
    named = (*places.team_channels(config).items(), *places.further_channels(config))
    identity.expect(places.all_channels(config))
    ids = {name: (await checks.channel(identity, setting, name)).id for setting, name in named}
    leads = [(await checks.lead(identity, each)).id for each in config.people.leads]
    return Office(
        workspace=workspace,
        config=config,
        version=version(config),
        channels=Channels(
            alerts=ids[config.channels.alerts],
            accounts=ids[config.channels.accounts],
            monday=ids[config.channels.monday],
            spreading=ids[config.spreading.channel] if config.spreading.channel else None,
        ),
        leads=tuple(leads),
        hours=Promises(config).calendars,
        intercom_app=config.workspace.intercom_app,
        slack_url=slack_url,
        routes=tuple((each, ids[each.channel]) for each in config.routes if each.channel),
        account_routes=tuple((each, ids[each.accounts]) for each in config.routes if each.accounts),
        digests=tuple((each, ids.get(each.to)) for each in config.digests),
        targets={name: await checks.called(identity, setting, name) for setting, name in called_by(config)},
    )
