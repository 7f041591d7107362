"""The certificate file that is served: who vouches for it, for which names, how long."""

import ipaddress
import warnings
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from screenpop.self_test import host_name
from screenpop.setup_check import Finding

_SOON = 21
_LONGEST_CHAIN = 6
_PEM_END = "-----END CERTIFICATE-----"


def certificate_findings(host: str, now: datetime) -> list[Finding]:
    """For the file that TLS_CERT names; without one, where to look instead."""
    path = str(settings.TLS_CERT or "")
    if not path:
        return [
            Finding(
                "certificate",
                "warn",
                _("证书由前面的代理（如 nginx）提供，本页看不到"),
                _("请在服务器上运行下面的命令，核对签发者、域名和到期日。"),
            )
        ]
    chain = read_chain(path)
    if not chain:
        return [
            Finding(
                "certificate",
                "fail",
                _("读不出 TLS_CERT 指定的证书文件"),
                _("请确认文件存在、运行服务的用户可以读、内容是 PEM 格式，然后重启服务。"),
            )
        ]
    return [_trust(chain), _name(chain[0], host_name(host)), _days(chain[0], now)]


def read_chain(path: str) -> list[x509.Certificate]:
    """The certificates of a PEM file, the server's own first; empty when it cannot be read."""
    try:
        return x509.load_pem_x509_certificates(Path(path).read_bytes())[:20]
    except (OSError, ValueError):
        return []


def own_authority(chain: list[x509.Certificate]) -> x509.Certificate | None:
    """The self-signed CA at the end of the file, when it is one that browsers do not know."""
    top = _top(chain)
    return top if top.issuer == top.subject and _is_authority(top) and not _public(top) else None


def _trust(chain: list[x509.Certificate]) -> Finding:
    key, top = "certificate-trust", _top(chain)
    issuer = top.issuer.rfc4514_string()[:120]
    if _public(top):
        return Finding(key, "ok", _("由公共 CA 签发，证书链完整"))
    if chain[0].issuer == chain[0].subject:
        return Finding(
            key,
            "warn",
            _("证书是自己签发的：没有接受过它的电脑，弹屏空白且没有任何提示"),
            _("请换成公共 CA 的证书；试用时，在每台电脑的新标签页里打开一次弹屏地址并继续。"),
        )
    if top.issuer == top.subject:
        return Finding(
            key,
            "warn",
            _("由自己的 CA 签发（%(issuer)s），浏览器不认识它") % {"issuer": issuer},
            _("请在每台坐席电脑上安装这个 CA，或设置下面的浏览器策略 CACertificates。"),
        )
    return Finding(
        key,
        "fail",
        _("证书链不完整：文件里缺少签发者 %(issuer)s 的证书") % {"issuer": issuer},
        _("请用含中间证书的完整文件（如 fullchain.pem）。如果是自己的 CA，请安装到每台坐席电脑。"),
    )


def _top(chain: list[x509.Certificate]) -> x509.Certificate:
    """As far up from the server's certificate as the file leads, or to the first one that a public CA has signed."""
    current = chain[0]
    for _step in range(_LONGEST_CHAIN):
        if _public(current):
            return current
        above = next((one for one in chain if one != current and _issued(one, current)), None)
        if above is None:
            return current
        current = above
    return current


def _public(cert: x509.Certificate) -> bool:
    """Whether a CA that browsers know has signed it, or it is one."""
    return any(_issued(root, cert) for root in public_roots().get(cert.issuer.public_bytes(), ()))


def _issued(issuer: x509.Certificate, cert: x509.Certificate) -> bool:
    try:
        cert.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_authority(cert: x509.Certificate) -> bool:
    try:
        return cert.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


@lru_cache(maxsize=1)
def public_roots() -> dict[bytes, list[x509.Certificate]]:
    """Mozilla's list of public CAs by subject."""
    roots: dict[bytes, list[x509.Certificate]] = {}
    for part in Path(certifi.where()).read_text("utf-8").split(_PEM_END)[:-1]:
        with warnings.catch_warnings():
            # Some old roots have odd serial numbers; they are not ours to mend.
            warnings.simplefilter("ignore")
            try:
                root = x509.load_pem_x509_certificate((part + _PEM_END).encode())
            except ValueError:
                continue
        roots.setdefault(root.subject.public_bytes(), []).append(root)
    return roots


def _name(cert: x509.Certificate, name: str) -> Finding:
    key = "certificate-name"
    names = _names(cert)
    if any(_fits(name, one) for one in names):
        return Finding(key, "ok", _("证书适用于 %(name)s") % {"name": name})
    return Finding(
        key,
        "fail",
        _("证书不适用于 %(name)s，只适用于：%(names)s")
        % {"name": name, "names": _("、").join(names[:8]) or "–"},
        _("请用证书上的域名访问，或换一张含这个域名的证书。"),
    )


def _names(cert: x509.Certificate) -> list[str]:
    """What the certificate is made out for; browsers read nothing but this extension."""
    try:
        names = cert.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    addresses = [str(ip) for ip in names.get_values_for_type(x509.IPAddress)]
    return [*names.get_values_for_type(x509.DNSName), *addresses]


def _fits(name: str, pattern: str) -> bool:
    try:
        return ipaddress.ip_address(name) == ipaddress.ip_address(pattern)
    except ValueError:
        pass
    name, pattern = name.lower().rstrip("."), pattern.lower()
    if pattern.startswith("*."):
        # A wildcard stands for exactly one label.
        first, _dot, rest = name.partition(".")
        return bool(first) and rest == pattern[2:]
    return name == pattern


def _days(cert: x509.Certificate, now: datetime) -> Finding:
    key = "certificate-days"
    mend = _("请更换证书（TLS_CERT、TLS_KEY）并重启服务。")
    moment = now.astimezone(UTC)
    if cert.not_valid_before_utc > moment:
        return Finding(key, "fail", _("证书还没有生效"), _("请检查服务器的时间，或更换证书。"))
    if cert.not_valid_after_utc <= moment:
        return Finding(key, "fail", _("证书已过期"), mend)
    days = (cert.not_valid_after_utc - moment).days
    text = ngettext("证书还有 %(n)d 天到期", "证书还有 %(n)d 天到期", days) % {"n": days}
    return Finding(key, "warn", text, mend) if days < _SOON else Finding(key, "ok", text)
