"""What a post and its network require of a media file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileRequirements:
    """The file must be of this type of post, of this organization.

    `min_seconds`: the minimum duration of a video; 0: any. `max_photo_bytes`: the most that the
    network takes of a photo; with it a photo is measured, and made smaller where it has more. None:
    any size.
    """

    organization_id: str
    post_type: str
    min_seconds: int = 0
    max_photo_bytes: int | None = None

    @property
    def checks_duration(self) -> bool:
        """Whether the file is a video that must last a minimum."""
        return self.min_seconds > 0 and self.post_type == "video"
