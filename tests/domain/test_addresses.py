import pytest

from app.domain.addresses import NoAddress, beside, parse

TRICKS = [
    "s3://pictures/open/../secret/a.png",
    "s3://pictures/open/./a.png",
    "s3://pictures/open//a.png",
    "s3://pictures/open/%2e%2e/secret/a.png",
    "s3://pictures/open/%252e%252e/secret/a.png",
    "s3://pictures/open/..%2fsecret/a.png",
    "s3://pictures/open/..\\secret",
    "s3://pictures/open/a\n.png",
    "s3:///open/a.png",
    "s3://user@pictures/open/a.png",
    "https://pictures.org@evil.org/open/a.png",
    "https://pictures.org\\@evil.org/open/a.png",
    "https://user:word@pictures.org/open/a.png",
    "https:///open/a.png",
    "https://pictures.org:no/open/a.png",
    "https://pictures.org/open/%2E%2E/a.png",
    "https://pictures.org/open/a b.png",
    "simplecache::s3://pictures/open/a.png",
    "file:///etc/passwd",
    "ftp://pictures.org/open/a.png",
    "open/a.png",
]


@pytest.mark.parametrize("text", TRICKS)
def test_what_could_mean_another_place_is_no_address(text: str) -> None:
    with pytest.raises(NoAddress):
        parse(text)


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("s3://pictures/open/a.png", "s3://pictures/open/"),
        ("s3://pictures/open/a/b.png", "s3://pictures/open"),
        ("s3://pictures/open", "s3://pictures/open/"),
        ("s3a://pictures/open/a?b#c.png", "s3://pictures"),
        ("abfs://box/a.png", "az://box/"),
        ("https://Pictures.org:443/open/a.png?key=1", "https://pictures.org/open/"),
    ],
)
def test_what_lies_below_an_address(text: str, allowed: str) -> None:
    assert parse(text).is_below(parse(allowed))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("s3://pictures-evil/open/a.png", "s3://pictures"),
        ("s3://pictures/open-evil/a.png", "s3://pictures/open"),
        ("s3://pictures/a.png", "s3://pictures/open/"),
        ("gs://pictures/open/a.png", "s3://pictures/open/"),
        ("https://pictures.org.evil.org/open/a.png", "https://pictures.org/open/"),
        ("https://pictures.org:8443/open/a.png", "https://pictures.org/open/"),
        ("http://pictures.org/open/a.png", "https://pictures.org/open/"),
        ("http://[::ffff:127.0.0.1]/open/a.png", "http://127.0.0.1/open/"),
        ("http://2130706433/open/a.png", "http://127.0.0.1/open/"),
    ],
)
def test_what_only_looks_like_it_lies_elsewhere(text: str, allowed: str) -> None:
    assert not parse(text).is_below(parse(allowed))


def test_a_list_names_paths_beside_itself_or_addresses() -> None:
    folder = parse("s3://pictures/open/list.csv").folder
    assert str(beside(folder, "a/b.png")) == "s3://pictures/open/a/b.png"
    assert str(beside(folder, "https://e.org/a.png")) == "https://e.org/a.png"
    assert str(beside(parse("https://e.org/l.csv?key=1").folder, "a b.png")) == "https://e.org/a%20b.png"
    for trick in ("../a.png", "/a.png", "a/../../b.png", "%2e%2e/a.png"):
        with pytest.raises(NoAddress):
            beside(folder, trick)


def test_a_bucket_names_its_files_as_they_are_and_the_web_encodes_them() -> None:
    assert parse("s3://pictures/open/a%20b?c.png").name == "a%20b?c.png"
    assert parse("https://e.org/a%20b.png?x=1").name == "a b.png"
    assert parse("https://e.org/a%20ü.png?x=1&y=ü").target == "/a%20%C3%BC.png?x=1&y=%C3%BC"
