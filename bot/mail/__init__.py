"""The only door to a mailbox outside Intercom: opened, read, never written to."""
