"""The certificate a local run serves: the one that was given, or a development one made here."""

import datetime
import ipaddress
import os
import ssl
from collections.abc import Mapping
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from deploy.problem import Problem

# Browsers refuse certificates that are valid for more than 398 days.
LIFETIME = datetime.timedelta(days=397)
RENEW_BEFORE = datetime.timedelta(days=7)
# A machine whose clock is a little behind must not find the certificate "not valid yet".
BACKDATED = datetime.timedelta(hours=1)


def certificate_and_key(environment: Mapping[str, str], folder: Path) -> tuple[Path, Path]:
    """TLS_CERT and TLS_KEY when they are set, else the development pair in `folder`."""
    cert, key = environment.get("TLS_CERT", ""), environment.get("TLS_KEY", "")
    if bool(cert) != bool(key):
        raise Problem("TLS_CERT and TLS_KEY go together: set both, or neither.")
    if cert:
        given = Path(cert).resolve(), Path(key).resolve()
        problem = fault_of(*given)
        if problem:
            raise Problem(f"TLS_CERT and TLS_KEY cannot be used: {problem}")
        return given
    pair = folder / "cert.pem", folder / "key.pem"
    if fault_of(*pair) or expires_soon(pair[0]):
        make_pair(*pair)
    return pair


def fault_of(cert: Path, key: Path) -> str:
    """Why a server could not use the pair; empty when it could."""
    for path in (cert, key):
        try:
            path.read_bytes()
        except OSError as error:
            return f"{path}: {error.strerror}."
    try:
        # The empty password makes a protected key an error here, where OpenSSL would ask at the
        # terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, password="")
    except (ssl.SSLError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        return f"{cert} and {key} are no matching PEM pair without a password ({reason})."
    return ""


def expires_soon(cert: Path) -> bool:
    """True within a week of its end, so that it does not end under a running server."""
    end = x509.load_pem_x509_certificate(cert.read_bytes()).not_valid_after_utc
    return datetime.datetime.now(datetime.UTC) > end - RENEW_BEFORE


def make_pair(cert: Path, key: Path) -> None:
    """A self-signed leaf (never a CA: trusting it must not mean trusting what it could sign)."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Screen-pop CRM on this machine")])
    start = datetime.datetime.now(datetime.UTC) - BACKDATED
    names = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        x509.IPAddress(ipaddress.ip_address("::1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    cert.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_private(
        key,
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,  # the form every server and proxy reads
            serialization.NoEncryption(),
        ),
    )
    write_private(cert, certificate.public_bytes(serialization.Encoding.PEM))


def write_private(path: Path, content: bytes) -> None:
    """Mode 600 from the first byte on, and never half a file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    draft.replace(path)
