"""The settings of a test site that, like one in production, forgets a mail as soon as it has gone."""

from wijk.settings import *  # noqa: F403

SHOW_OUTBOX = False
