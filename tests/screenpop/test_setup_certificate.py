"""The connection check's words on the certificate, the address and the browsers' policies."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.utils import timezone

from screenpop import setup_certificate
from screenpop.setup_certificate import certificate_findings
from screenpop.setup_check import address_findings
from screenpop.views.setup import browser_policies
from tests.screenpop.setup_site import surroundings  # noqa: F401 - a fixture

NOW = timezone.now()


def states(findings):
    return {finding.key: finding.state for finding in findings}


# --- the certificate ----------------------------------------------------------------------------------------------


def make_cert(subject, issuer=None, *, names=(), days=90, authority=False):
    """A certificate and its key; `issuer` is such a pair, None for self-signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    end = datetime.now(UTC) + timedelta(days=days, hours=1)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer[0].subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(datetime.now(UTC), end) - timedelta(days=1))
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if names:
        san = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        builder = builder.add_extension(san, critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256()), key


@pytest.fixture
def chain(monkeypatch):
    """Root, intermediate, leaf; the root is the only one that browsers know."""
    root = make_cert("Root", authority=True)
    between = make_cert("Between", root, authority=True)
    leaf = make_cert("leaf", between, names=["crm.example", "*.wild.example"])
    roots = {root[0].subject.public_bytes(): [root[0]]}
    monkeypatch.setattr(setup_certificate, "public_roots", lambda: roots)
    return [pair[0] for pair in (leaf, between, root)]


def check_certificate(tmp_path, settings, certs, host="crm.example", now=None):
    path = tmp_path / "cert.pem"
    path.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certs))
    settings.TLS_CERT = str(path)
    return states(certificate_findings(host, now or timezone.now()))


GOOD = {"certificate-trust": "ok", "certificate-name": "ok", "certificate-days": "ok"}


@pytest.mark.parametrize("host", ["crm.example", "CRM.example:8443", "a.wild.example"])
def test_a_good_certificate(chain, tmp_path, settings, host):
    assert check_certificate(tmp_path, settings, chain[:2], host) == GOOD
    assert check_certificate(tmp_path, settings, chain, host) == GOOD


def test_an_incomplete_chain(chain, tmp_path, settings):
    found = check_certificate(tmp_path, settings, chain[:1])
    assert found == GOOD | {"certificate-trust": "fail"}


@pytest.mark.parametrize("host", ["other.example", "wild.example", "a.b.wild.example", "8.8.8.8"])
def test_another_name(chain, tmp_path, settings, host):
    found = check_certificate(tmp_path, settings, chain[:2], host)
    assert found == GOOD | {"certificate-name": "fail"}


@pytest.mark.parametrize(("later", "state"), [(0, "ok"), (70, "warn"), (91, "fail"), (-9, "fail")])
def test_days_left(chain, tmp_path, settings, later, state):
    now = timezone.now() + timedelta(days=later)
    found = check_certificate(tmp_path, settings, chain[:2], now=now)
    assert found == GOOD | {"certificate-days": state}


def test_self_signed_and_a_ca_of_ones_own(chain, tmp_path, settings):
    own = make_cert("self", names=["crm.example"])
    assert check_certificate(tmp_path, settings, [own[0]])["certificate-trust"] == "warn"
    assert "CACertificates" not in browser_policies()[1]["text"]
    house = make_cert("House", authority=True)
    leaf = make_cert("leaf", house, names=["crm.example"])
    found = check_certificate(tmp_path, settings, [leaf[0], house[0]])
    assert found["certificate-trust"] == "warn"
    assert '"CACertificates"' in browser_policies()[1]["text"]
    assert r"Google\Chrome\CACertificates]" in browser_policies()[0]["text"]


def test_no_file_and_an_unreadable_one(tmp_path, settings):
    settings.TLS_CERT = ""
    assert states(certificate_findings("crm.example", NOW)) == {"certificate": "warn"}
    settings.TLS_CERT = str(tmp_path / "missing.pem")
    assert states(certificate_findings("crm.example", NOW)) == {"certificate": "fail"}


def test_the_list_of_public_cas_is_there():
    assert len(setup_certificate.public_roots()) > 50


# --- address and policies -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "state"),
    [
        ("crm.example", "ok"),
        ("inside.example:8443", "warn"),
        ("nowhere.example", "warn"),
        ("localhost:8443", "fail"),
        ("127.0.0.1", "fail"),
        ("[::1]:8443", "fail"),
    ],
)
def test_the_address(host, state):
    assert states(address_findings(host)) == {"address": state}


def test_policies_name_the_workbench(settings):
    settings.TCCC_FRAME_ANCESTORS = ["https://tccc.qcloud.com", "https://b.example"]
    registry, listed = (one["text"] for one in browser_policies())
    assert '"1"="https://tccc.qcloud.com"\r\n"2"="https://b.example"' in registry
    assert registry.count("LocalNetworkAccessAllowedForUrls]") == 2
    assert '"LocalNetworkAccessAllowedForUrls": [' in listed
