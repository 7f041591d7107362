"""`make run`: what the application is told of the server around it."""

from datetime import UTC, datetime

from deploy.certificate import make_pair
from deploy.run_local import told_of, welcome
from screenpop.setup_certificate import certificate_findings


def test_the_connection_check_sees_the_certificate_that_is_served(tmp_path, settings):
    make_pair(tmp_path / "cert.pem", tmp_path / "key.pem")
    environment = {"PORT": "8443", "SIMULATOR": "on"}
    settings.TLS_CERT = told_of(environment, tmp_path / "cert.pem")["TLS_CERT"]
    found = {one.key: one.state for one in certificate_findings("localhost", datetime.now(UTC))}
    assert found == {
        "certificate-trust": "warn",
        "certificate-name": "ok",
        "certificate-days": "ok",
    }
    # One of our own making still has to be accepted first.
    assert "accept the certificate" in welcome(8443, environment)
