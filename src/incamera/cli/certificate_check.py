"""What `incamera doctor` looks at in the TLS certificate."""

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from incamera.cli.findings import Finding, good, note, wanting
from incamera.server.settings import Settings

_RENEW_DAYS = 14


def check_certificate(settings: Settings, now: float) -> Finding:
    """Certificate and key are a pair, in date, and for the name under which people come."""
    if settings.tls_cert is None or settings.tls_key is None:
        return good("certificate", "None: the server is for this computer, or a proxy in front of it has one.")
    try:
        certificate = x509.load_pem_x509_certificates(settings.tls_cert.read_bytes())[0]
    except (OSError, ValueError) as error:
        return wanting("certificate", f"{settings.tls_cert} is no PEM certificate ({error}).", "Give the full chain with --tls-cert.")
    trouble = _key_trouble(certificate, settings.tls_key)
    if trouble:
        return trouble
    days = (certificate.not_valid_after_utc - datetime.fromtimestamp(now, UTC)).days
    if certificate.not_valid_before_utc > datetime.fromtimestamp(now, UTC):
        return wanting("certificate", "The certificate is not valid yet.", "Look at this computer's clock.")
    if days < 0:
        return wanting("certificate", f"The certificate ended {-days} days ago.", "Renew it and restart the server.")
    name = urlsplit(settings.public_url).hostname
    if name and not _is_for(certificate, name):
        return wanting("certificate", f"The certificate is not for {name}.", "Get one for the name in public_url.")
    if days < _RENEW_DAYS:
        return note("certificate", f"The certificate ends in {days} days.", "Renew it and restart the server.")
    return good("certificate", f"Certificate and key are a pair, good for {days} days.")


def _key_trouble(certificate: x509.Certificate, path: Path) -> Finding | None:
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        # A TypeError means a password; the text of a ValueError tells of the format, never of the key.
        return wanting(
            "certificate", f"{path} is no PEM key without a password ({type(error).__name__}).", "Give the certificate's own key with --tls-key."
        )
    spki = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*spki) != certificate.public_key().public_bytes(*spki):
        return wanting("certificate", "Certificate and key do not belong together.", "Give the certificate's own key with --tls-key.")
    if path.stat().st_mode & 0o004:
        return wanting("certificate", f"Everybody on this computer can read {path}.", f"chmod o-r {path}")
    return None


def _is_for(certificate: x509.Certificate, name: str) -> bool:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    dns = {one.lower() for one in names.get_values_for_type(x509.DNSName)}
    addresses = {str(one) for one in names.get_values_for_type(x509.IPAddress)}
    return name in dns | addresses or f"*.{name.partition('.')[2]}" in dns
