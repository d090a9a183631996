"""The provider's calls: host, name, method, path and handler. Faults refer to the names."""

from typing import Final

from simulator.call_handler import HostProfile
from simulator.domain.stages import ACTIONS
from simulator.routes.api_auth import API_HOST
from simulator.routes.blob_host import BLOB_HOST, put_blob
from simulator.routes.media_routes import get_media, patch_media, post_media, remove_media
from simulator.routes.post_list_routes import list_posts
from simulator.routes.post_routes import (
    create_post,
    delete_post,
    get_post,
    update_post,
    validate_post,
)
from simulator.routes.profile_routes import get_profiles
from simulator.routes.stage_routes import make_transition_handler, unknown_action
from simulator.state import CallHandler

Route = tuple[HostProfile, str, str, str, CallHandler]

# An id's `/` arrives as %2F, and the router decodes a segment only after it matched.
ROUTES: Final[tuple[Route, ...]] = (
    (API_HOST, "list_profiles", "GET", "/v2/profiles", get_profiles),
    (API_HOST, "initiate_media", "POST", "/v2/media", post_media),
    (BLOB_HOST, "put_blob", "PUT", "/blob/{blob:.+}", put_blob),
    (API_HOST, "confirm_media", "PATCH", "/v2/media/{id}", patch_media),
    (API_HOST, "get_media", "GET", "/v2/media/{id}", get_media),
    (API_HOST, "delete_media", "DELETE", "/v2/media/{id}", remove_media),
    (API_HOST, "create_post", "POST", "/v2/posts", create_post),
    (API_HOST, "get_post", "GET", "/v2/posts/{id}", get_post),
    (API_HOST, "list_posts", "GET", "/v2/posts", list_posts),
    (API_HOST, "update_post", "PUT", "/v2/posts/{id}", update_post),
    (API_HOST, "delete_post", "DELETE", "/v2/posts/{id}", delete_post),
    (API_HOST, "validate_post", "GET", "/v2/posts/{id}/validate", validate_post),
    *(
        (
            API_HOST,
            action,
            "PATCH",
            f"/v2/posts/{{id}}/stage/{action}",
            make_transition_handler(action),
        )
        for action in ACTIONS
    ),
    (API_HOST, "unknown_action", "PATCH", "/v2/posts/{id}/stage/{action}", unknown_action),
)

CALL_NAMES: Final = tuple(name for _, name, _, _, _ in ROUTES)
