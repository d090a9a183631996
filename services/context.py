"""What every use case works with: database, cipher, file storage and the limits of the settings."""

import time
from dataclasses import dataclass, field
from datetime import timedelta

from media.disk_space import room_in
from media.object_storage import ObjectStorage
from media.open_storage import in_memory_storage
from models.database import Database
from models.encryption import Cipher
from scheduler.seating.scheduling_config import SchedulingConfig
from services.connecting.connector import Connector
from services.quotas import Quotas


@dataclass(frozen=True, slots=True)
class AppContext:
    """Made once by the entry point (web process or command), from the settings."""

    database: Database
    cipher: Cipher
    provider: str
    scheduling: SchedulingConfig
    admin_token: str | None
    allow_private_media: bool
    # A post that the provider has scheduled is not changed when it is due within this time.
    cancel_cutoff: timedelta = timedelta(seconds=30)
    # The provider's page for linking accounts, opened in a person's browser.
    connect_url: str = "https://app.swonkie.com"
    # How long after its instant a post may still be published.
    missed_grace: timedelta = timedelta(minutes=15)
    # The address at which browsers reach the API; without it, links are relative.
    public_url: str | None = None
    # How long browsers are to reach it by https alone (s); 0: they are not told.
    hsts_seconds: int = 0
    # Requests a minute for each organization (0: no limit), and the Redis that counts them.
    # Without a Redis, this process counts its own requests.
    rate_limit: int = 0
    rate_limit_url: str | None = None
    # The largest file that a caller may upload, in bytes.
    media_max_bytes: int = 4 << 30
    # What one organization may keep, and what stays free on the disk of uploaded files (bytes).
    quotas: Quotas = field(default_factory=Quotas)
    disk_reserve: int = 0
    # Where uploaded files are stored; in memory for tests and tools.
    storage: ObjectStorage = field(default_factory=in_memory_storage)
    # Tries what people enter to connect accounts.
    connector: Connector = field(default_factory=Connector)
    # When this process started, on its own monotonic clock (s).
    started_at: float = field(default_factory=time.monotonic)

    def room_for_files(self) -> int | None:
        """How many bytes of files may still be written; None where they are in a bucket."""
        folder = self.storage.folder
        return room_in(folder, self.disk_reserve) if folder is not None else None
