"""The posts of the model of a provider, and how they look through the protocol."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from provider.errors import GiveUp, OutcomeUnknown
from provider.protocol import RemotePost, RemoteStage

PUBLISHING_TIME = timedelta(seconds=3)


@dataclass
class ModelPost:
    """A post in the model."""

    id: str
    marker: str
    publish_at: datetime | None
    caption: str = ""
    media_ids: tuple[str, ...] = ()
    stage: RemoteStage = RemoteStage.DRAFT
    since: datetime | None = None

    def advance(self, now: datetime, ledger: list[str]) -> None:
        """Publish it if it is due; the ledger then gets the marker."""
        if self.stage is RemoteStage.SCHEDULED and self.publish_at and self.publish_at <= now:
            self.stage, self.since = RemoteStage.PUBLISHING, self.publish_at
        if (
            self.stage is RemoteStage.PUBLISHING
            and self.since
            and self.since + PUBLISHING_TIME <= now
        ):
            self.stage = RemoteStage.PUBLISHED
            ledger.append(f"{self.words}|{self.marker}")

    @property
    def words(self) -> str:
        """What it shows: its caption and its files."""
        return "|".join([self.caption, *self.media_ids])

    def set_content(
        self, publish_at: datetime | None, caption: str, media_ids: tuple[str, ...]
    ) -> RemotePost:
        """New content, if it is still a draft; a missing time stays unchanged."""
        if self.stage is not RemoteStage.DRAFT:
            raise OutcomeUnknown(f"not in stage {self.stage}", 409)
        self.publish_at, self.caption = publish_at or self.publish_at, caption
        self.media_ids = media_ids
        return to_remote_post(self)

    def set_timer(self, legal: set[RemoteStage], now: datetime) -> RemotePost:
        """Set the timer to a time in the future."""
        if self.stage is RemoteStage.DRAFT and (self.publish_at is None or self.publish_at < now):
            raise GiveUp("publishAt must not be in the past", 400)
        return self.set_stage(RemoteStage.SCHEDULED, legal, now)

    def set_stage(self, stage: RemoteStage, legal: set[RemoteStage], now: datetime) -> RemotePost:
        """A new stage, if the change is legal."""
        if self.stage not in legal:
            raise OutcomeUnknown(f"not in stage {self.stage}", 409)
        self.stage, self.since = stage, now
        return to_remote_post(self)


def to_remote_post(row: ModelPost) -> RemotePost:
    """The row in the protocol's form."""
    return RemotePost(row.id, row.stage, row.stage.upper(), row.publish_at)
