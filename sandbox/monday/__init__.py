"""The Monday scenario: who is in Slack and Intercom, what happens until noon, and what must come out."""
