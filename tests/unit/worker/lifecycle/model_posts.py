"""The posts of the model of a provider, and how they look to who asks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from provider.errors import GiveUp, OutcomeUnknown
from provider.protocol import RemotePost, RemoteStage

PUBLISHING_TIME = timedelta(seconds=3)


@dataclass
class ModelPost:
    """A post as the model has it."""

    id: str
    marker: str
    publish_at: datetime | None
    caption: str = ""
    stage: RemoteStage = RemoteStage.DRAFT
    since: datetime | None = None

    def advance(self, now: datetime, ledger: list[str]) -> None:
        """Go out when it is due; the ledger gets the marker once it is out."""
        if self.stage is RemoteStage.SCHEDULED and self.publish_at and self.publish_at <= now:
            self.stage, self.since = RemoteStage.PUBLISHING, self.publish_at
        if (
            self.stage is RemoteStage.PUBLISHING
            and self.since
            and self.since + PUBLISHING_TIME <= now
        ):
            self.stage = RemoteStage.PUBLISHED
            ledger.append(f"{self.caption}|{self.marker}")

    def set_content(self, publish_at: datetime | None, caption: str) -> RemotePost:
        """Another content, where it is a draft still; an instant that is left out stays."""
        if self.stage is not RemoteStage.DRAFT:
            raise OutcomeUnknown(f"not in stage {self.stage}", 409)
        self.publish_at, self.caption = publish_at or self.publish_at, caption
        return to_remote_post(self)

    def set_timer(self, legal: set[RemoteStage], now: datetime) -> RemotePost:
        """Go out at an instant that lies ahead."""
        if self.stage is RemoteStage.DRAFT and (self.publish_at is None or self.publish_at < now):
            raise GiveUp("publishAt must not be in the past", 400)
        return self.set_stage(RemoteStage.SCHEDULED, legal, now)

    def set_stage(self, stage: RemoteStage, legal: set[RemoteStage], now: datetime) -> RemotePost:
        """Another stage, where that is legal."""
        if self.stage not in legal:
            raise OutcomeUnknown(f"not in stage {self.stage}", 409)
        self.stage, self.since = stage, now
        return to_remote_post(self)


def to_remote_post(row: ModelPost) -> RemotePost:
    """The row as the protocol has it."""
    return RemotePost(row.id, row.stage, row.stage.upper(), row.publish_at)
