"""Files where the answer to the bytes names them."""

from secrets import token_bytes

import pytest

from provider.errors import GiveUp, RestartUpload
from provider.protocol import DraftMedia, MediaState
from tests.provider.direct.sandbox import DirectSandbox, DirectTester
from tests.provider.uploads import spec_of
from tests.sample_files import JPEG


class FileContract:
    """Uploads, and posts with files."""

    def test_a_post_with_a_file(self, direct: DirectSandbox) -> None:
        """The id of `finish_upload` is that of a file which is ready, also for another process."""

        async def upload_one(tester: DirectTester) -> str:
            media_id = await tester.upload(JPEG)
            assert (await tester.provider.readiness(media_id)).state is MediaState.READY
            return media_id

        media = DraftMedia(direct.use(upload_one), "image/jpeg", "a photo", 8, 8)
        direct.use(lambda one: one.publish(one.draft("photo", post_type="photo", media=(media,))))
        assert direct.account.published() == ["photo"]

    def test_a_file_that_is_refused(self, direct: DirectSandbox) -> None:
        """One that is larger than the server takes, or no photo: no repetition helps."""

        async def upload_large(tester: DirectTester) -> None:
            with pytest.raises(GiveUp):
                await tester.upload(token_bytes(direct.file_limit + 1))

        direct.use(upload_large)

    def test_a_file_that_is_gone_is_uploaded_again(self, direct: DirectSandbox) -> None:
        """The publication says so, and nothing of the post is public."""
        media = DraftMedia(direct.gone_media_id, "image/jpeg")

        async def publish(tester: DirectTester) -> None:
            with pytest.raises(RestartUpload):
                await tester.publish(tester.draft("gone", post_type="photo", media=(media,)))

        direct.use(publish)
        assert direct.account.published() == []


class ContentIdContract:
    """Where the answer to a file shows which bytes have arrived."""

    def test_a_file_that_did_not_arrive_whole(self, direct: DirectSandbox) -> None:
        """The file is sent again, where the answer shows that other bytes arrived."""

        async def upload_other_bytes(tester: DirectTester) -> None:
            with pytest.raises(RestartUpload):
                await tester.upload(JPEG[:-1] + b"?", spec_of(JPEG))

        direct.use(upload_other_bytes)
