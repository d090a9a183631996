"""Security headers of every page: Content-Security-Policy and others."""


def content_security_policy(*, allow_http_media: bool) -> str:
    """The Content-Security-Policy: our own scripts and styles, images from https, nothing else."""
    images = "'self' https:" + (" http:" if allow_http_media else "")
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src {images}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def security_headers(*, allow_http_media: bool) -> dict[str, str]:
    """The headers, added to a response that does not set them itself.

    The referrer policy is not `no-referrer`: browsers would then send `Origin: null` with our own
    forms, and over plain HTTP nothing else tells our forms from another site's.
    """
    return {
        "Content-Security-Policy": content_security_policy(allow_http_media=allow_http_media),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
