"""A local, stateful Intercom: REST as in the published description 2.14, webhooks as they really look."""

from __future__ import annotations

from sandbox.intercom.rest import routes
from sandbox.intercom.world import IntercomWorld

__all__ = ["IntercomWorld", "routes"]
