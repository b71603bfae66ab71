"""The sandbox's web page: a Slack to act in, an Intercom inbox beside it, and the clock above both."""
