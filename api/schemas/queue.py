"""The bodies of what concerns the queue as a whole."""

from api.schemas.base import Body


class ReplanBody(Body):
    """POST queue/replan."""

    dryRun: bool = False
