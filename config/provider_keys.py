"""Checks the environment's provider keys, in the processes that use them: worker and commands."""

from config.settings import PREFIX, BadSettings, Settings


def check_provider_keys(settings: Settings) -> None:
    """BadSettings where the provider needs credentials and the settings have none."""
    has_keys = settings.swonkie_api_id and settings.swonkie_api_key
    if settings.provider == "swonkie" and not has_keys:
        raise BadSettings(
            f"{PREFIX}SWONKIE_API_ID and {PREFIX}SWONKIE_API_KEY: must be set "
            f"with {PREFIX}PROVIDER=swonkie"
        )
