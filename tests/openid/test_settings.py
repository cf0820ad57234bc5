"""What may be set, and `nextbatch doctor` on it."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.config import Settings
from app.embedded import free_port
from tests.command.test_doctor import CHECKS, run, settings_read_again
from tests.openid.running import OpenId, openid, started_openid
from tests.stack import Stack

__all__ = ["openid", "settings_read_again", "started_openid"]


@pytest.mark.parametrize(
    ("issuer", "well"),
    [
        ("https://id.example.org/realms/team", True),
        ("http://127.0.0.1:9000", True),
        ("http://[::1]:9000", True),
        ("http://localhost", True),
        ("http://id.example.org", False),
        ("http://127.0.0.1.example.org", False),
        ("id.example.org", False),
        ("ftp://id.example.org", False),
        ("https://", False),
    ],
)
def test_a_provider_elsewhere_is_reached_over_https(issuer: str, well: bool) -> None:
    if well:
        assert Settings(oidc_issuer=issuer, oidc_client_id="me").oidc_issuer == issuer
        return
    with pytest.raises(ValidationError, match="oidc_issuer"):
        Settings(oidc_issuer=issuer, oidc_client_id="me")


def test_a_provider_needs_a_client() -> None:
    with pytest.raises(ValidationError, match="NEXTBATCH_OIDC_CLIENT_ID"):
        Settings(oidc_issuer="https://id.example.org")


@pytest.mark.parametrize("domain", ["a@example.org", " "])
def test_a_domain_is_no_address(domain: str) -> None:
    with pytest.raises(ValidationError, match="is no domain"):
        Settings(oidc_email_domains=[domain])


def test_a_setting_that_is_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEXTBATCH_OIDC_ISSUER", "")
    assert Settings().oidc_issuer is None


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "nextbatch_oidc_client_secret").write_text("from a file\n")
    secret = Settings(_secrets_dir=tmp_path).oidc_client_secret
    assert secret
    assert secret.get_secret_value() == "from a file"
    assert "from a file" not in repr(secret)


def test_the_doctor_asks_the_provider(stack: Stack, openid: OpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in openid.settings().items():
        monkeypatch.setenv(name, value)
    assert run() == (0, dict.fromkeys([*CHECKS, "OpenID provider"], ""))


def test_the_doctor_names_a_provider_that_calls_itself_otherwise(
    stack: Stack, openid: OpenId, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in openid.settings(issuer=f"{openid.issuer}/").items():
        monkeypatch.setenv(name, value)
    code, found = run()
    assert (code, [name for name, told in found.items() if told]) == (1, ["OpenID provider"])
    assert f"calls itself {openid.issuer}, and not {openid.issuer}/" in found["OpenID provider"]
    assert "NEXTBATCH_OIDC_ISSUER" in found["OpenID provider"]


def test_the_doctor_names_a_provider_that_is_away(
    stack: Stack, openid: OpenId, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in openid.settings(issuer=f"http://127.0.0.1:{free_port()}").items():
        monkeypatch.setenv(name, value)
    code, found = run()
    assert (code, [name for name, told in found.items() if told]) == (1, ["OpenID provider"])
