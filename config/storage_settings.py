"""The settings of the storage for uploaded files, as arguments of the function that opens it."""

from typing import Any

from config.settings import PREFIX, BadSettings, Settings


def storage_settings(settings: Settings) -> dict[str, Any]:
    """The keyword arguments of `media.open_storage.open_object_storage`."""
    id_, secret = settings.media_s3_access_key_id, settings.media_s3_secret_access_key
    return {
        "location": settings.media_storage,
        "endpoint": settings.media_s3_endpoint,
        "region": settings.media_s3_region,
        "key_id": id_.get_secret_value() if id_ else "",
        "secret": secret.get_secret_value() if secret else "",
    }


def storage_error(reason: Exception) -> BadSettings:
    """The error for a storage that cannot be opened; it names the setting."""
    return BadSettings(f"{PREFIX}MEDIA_STORAGE: {reason}")
