"""Where copies of recordings are kept, as the environment says."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from crm.environment import VAR_DIR, env, secret

COPY_MODES = ("off", "expiring", "all")


def copy_mode() -> str:
    """RECORDING_COPY: "off", "expiring" (before the cloud's copy goes) or "all"."""
    mode = str(env.str("RECORDING_COPY", "off")).strip().lower()
    if mode not in COPY_MODES:
        raise ImproperlyConfigured("RECORDING_COPY must be off, expiring or all")
    return mode


def storage() -> dict[str, Any]:
    """The entry of STORAGES for the copies: a bucket of an S3-compatible store where one is named, else a folder."""
    bucket = str(env.str("RECORDING_S3_BUCKET", "")).strip()
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": env.path("RECORDING_DIR", VAR_DIR / "recordings"),
                # Read through the application alone, never by an address of their own.
                "base_url": None,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": str(env.str("RECORDING_S3_ENDPOINT", "")).strip() or None,
            "region_name": str(env.str("RECORDING_S3_REGION", "")).strip() or None,
            "access_key": secret("RECORDING_S3_KEY_ID") or None,
            "secret_key": secret("RECORDING_S3_KEY") or None,
            "location": str(env.str("RECORDING_S3_PREFIX", "")).strip().strip("/"),
            "client_config": _client_config(),
            "default_acl": None,
            "file_overwrite": False,
            "querystring_auth": True,
        },
    }


def _client_config() -> Any:
    # Imported where a bucket is named: it costs a process much memory.
    from botocore.config import Config

    return Config(
        # COS and most others name the bucket in the host. "path" is for those that do not.
        s3={"addressing_style": str(env.str("RECORDING_S3_ADDRESSING", "virtual"))},
        signature_version="s3v4",
        # The checksums that the library adds by itself are Amazon's own: other stores refuse the upload.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
