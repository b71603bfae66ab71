"""Every attack that the bot must stand, and the tests that show it. The test here: none of them is missing.

What the bot does not have cannot be attacked: it fetches no attachment and proxies none, it keeps tokens in
the environment and none in its database, and its scheduler stores no jobs.
"""

from __future__ import annotations

import ast
from functools import lru_cache

import pytest
from shared_files import ROOT

SLACK = "bot/test_bot_attacks_slack.py"
INTAKE = "bot/test_bot_intake.py"
INTERCOM = "bot/test_bot_attacks_intercom.py"
ELSEWHERE = "bot/test_bot_attacks_elsewhere.py"
WORDS = "bot/test_bot_attacks_words.py"
SUPPLY = "supply_chain/test_supply_chain.py"
SECRETS = "bot/test_bot_secrets.py"
ANSWERS = "bot/test_bot_answers.py"

FORGED = f"{SLACK}::test_a_request_that_slack_did_not_sign_just_now_is_refused_and_does_nothing"
UNSIGNED = f"{INTERCOM}::test_a_notification_that_intercom_did_not_sign_is_refused_and_does_nothing"
AS_WORDS = f"{WORDS}::test_what_a_customer_writes_is_shown_as_words_and_does_nothing"

CASES: dict[str, tuple[str, ...]] = {
    # Slack's signature
    "wrong, absent, truncated, of another secret": (FORGED,),
    "body altered by one byte": (FORGED,),
    "timestamp 301 s old or ahead, or no number": (FORGED,),
    "replay within five minutes": (f"{SLACK}::test_a_signed_request_that_is_replayed_has_one_effect",),
    # Intercom's signature
    "hash, prefix, secret, constant time": (
        UNSIGNED,
        "intercom_door/test_webhook_signature.py::test_a_forged_signature_is_refused",
    ),
    "the same JSON written anew": (
        UNSIGNED,
        "intercom_door/test_webhook_signature.py::test_the_same_json_written_again_is_refused",
    ),
    "empty secret": (
        "intercom_door/test_webhook_signature.py::test_without_a_secret_nothing_is_checked_and_the_setting_is_named",
        f"{INTERCOM}::test_without_a_client_secret_there_is_no_entrance",
    ),
    "HEAD, body cap": (
        "bot/test_bot_intake.py::test_what_is_too_large_or_no_object_is_refused_and_leaves_nothing",
    ),
    "deep JSON, gzip bomb": (
        f"{INTERCOM}::test_what_is_packed_or_nested_without_end_is_refused_within_a_blink",
    ),
    "replay": (
        f"{INTERCOM}::test_a_replayed_notification_is_acknowledged_and_changes_nothing_any_more",
        "privacy/test_retention.py::test_a_webhook_that_is_replayed_when_its_body_is_gone_does_nothing",
    ),
    "replay older than the receipts": (
        f"{INTERCOM}::test_a_replay_after_its_receipt_has_gone_is_refused_by_its_age",
        f"{INTERCOM}::test_a_notification_for_another_workspace_or_of_last_month_is_not_applied",
    ),
    # what customers write
    "channel, here, person, group, masked link, double escape, RTL, zero width, 3001 characters, fences": (
        AS_WORDS,
        "cards/test_cards_fit_slack.py::test_a_message_fits_and_parses_nothing_of_a_customers",
        "slack_door/test_slack_text.py::test_escaped_text_holds_no_token_and_no_invisible_character",
    ),
    "no unfurling, no names made mentions": (
        "slack_door/test_slack_door.py::test_a_post_unfurls_nothing_and_turns_no_name_into_a_mention",
    ),
    "button values hold an id and are checked again": (
        f"{SLACK}::test_a_button_with_a_forged_value_does_nothing_and_says_so",
        "bot/test_bot_claims.py::test_a_stale_button_answers_with_the_present_state",
    ),
    "HTML that a rep writes to a customer": (
        f"{ANSWERS}::test_formatting_arrives_and_markup_in_the_text_stays_text",
    ),
    # calls to somewhere else
    "addresses that a customer wrote": (f"{ELSEWHERE}::test_no_address_that_a_customer_wrote_is_ever_asked",),
    "a redirect takes no token and no words along": (
        f"{ELSEWHERE}::test_no_call_to_slack_follows_a_redirect",
        f"{ELSEWHERE}::test_no_call_to_intercom_follows_a_redirect",
    ),
    "response_url": (f"{ELSEWHERE}::test_response_urls_are_never_asked",),
    # who may act
    "unmapped": (f"{SLACK}::test_a_colleague_without_a_seat_reads_and_does_not_act",),
    "deactivated": (f"{SLACK}::test_a_deactivated_person_is_told_and_does_nothing",),
    "guest": (f"{SLACK}::test_a_guest_is_told_and_does_nothing",),
    "Slack Connect": (f"{SLACK}::test_somebody_of_another_company_is_told_and_does_nothing",),
    "another team_id": (f"{SLACK}::test_a_rep_whose_request_names_another_workspace_does_nothing",),
    "forged private_metadata": (
        f"{SLACK}::test_an_answer_modal_with_garbage_inside_sends_nothing_and_says_so",
        f"{SLACK}::test_an_answer_modal_turned_to_another_conversation_asks_again_and_names_the_reader",
    ),
    "a conversation that somebody else claimed": (
        f"{ANSWERS}::test_a_colleagues_answer_claim_or_closing_meanwhile_is_shown_too",
        "bot/test_bot_claims.py::test_a_colleagues_conversation_is_handed_over_by_its_holder_or_a_lead_only",
    ),
    "a submit that is replayed": (f"{ANSWERS}::test_a_submission_that_arrives_twice_sends_once",),
    "admin_id out of the payload": (
        f"{SLACK}::test_whose_name_an_answer_goes_out_in_is_not_the_windows_to_say",
    ),
    "a stolen seat": (f"{SLACK}::test_a_stolen_seat_is_not_linked",),
    # secrets
    "tokens in logs, tables, metrics, messages": (
        f"{SECRETS}::test_no_secret_is_logged_stored_counted_or_shown",
    ),
    "tokens in errors": (
        f"{SECRETS}::test_errors_of_both_doors_hold_no_token",
        f"{SECRETS}::test_a_wrong_token_is_refused_without_being_repeated",
    ),
    "tokens in what commands print": ("privacy/test_secrets_in_commands.py::test_no_command_prints_a_token",),
    "words in logs and metrics": (f"{SECRETS}::test_customers_and_reps_words_are_in_no_log_and_no_number",),
    # persons
    "erasure": ("privacy/test_erase.py::test_no_trace_of_an_erased_person_is_left_anywhere",),
    "erased, and coming back": ("privacy/test_erase.py::test_an_erased_person_does_not_come_back",),
    # supply chain
    "a tampered wheel": (
        "supply_chain/test_supply_chain.py::test_a_wheel_with_another_hash_is_not_installed",
    ),
    "a known vulnerability": (
        f"{SUPPLY}::test_a_known_vulnerability_fails_and_a_database_out_of_reach_does_not",
    ),
}


@lru_cache
def names_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / "tests" / file).read_text("utf-8"))
    functions = (each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(each.name for each in functions)


@pytest.mark.parametrize("case", CASES)
def test_every_attack_has_its_tests(case: str) -> None:
    assert CASES[case]
    for named in CASES[case]:
        file, _, name = named.partition("::")
        assert name in names_in(file), named
