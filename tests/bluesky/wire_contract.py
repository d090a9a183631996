"""What a PDS answers: the same tests run against the sandbox and against Bluesky's own server.

A test that passes on the real one and fails on the sandbox shows a fault of the sandbox. Whoever
inherits a class gives its tests the fixtures `pds`, `plc_url`, `account` and `writer`.
"""

from tests.bluesky.blob_contract import BlobContract
from tests.bluesky.record_contract import RecordContract
from tests.bluesky.session_contract import SessionContract
from tests.bluesky.standing_contract import StandingContract
from tests.bluesky.write_contract import WriteContract

__all__ = [
    "BlobContract",
    "RecordContract",
    "SessionContract",
    "StandingContract",
    "WriteContract",
]
