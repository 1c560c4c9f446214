"""Nothing is sent to what isn't a public server, however it is written."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kindred.addresses import Target, is_public, parse_url
from kindred.errors import InvalidInput


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://shop.example.com/hooks", ("shop.example.com", 443, "/hooks")),
        ("https://SHOP.Example.com", ("shop.example.com", 443, "/")),
        ("HTTPS://shop.example.com:8443/A?b=C", ("shop.example.com", 8443, "/A?b=C")),
        ("https://shop.example.com?token=a%20b", ("shop.example.com", 443, "/?token=a%20b")),
        ("https://xn--bcher-kva.example", ("xn--bcher-kva.example", 443, "/")),
    ],
)
def test_a_public_servers_url_is_read_in_parts(url: str, target: tuple[str, int, str]) -> None:
    assert parse_url(url) == Target("https", *target)


REFUSED = [
    "http://shop.example.com/",  # anybody could read it
    "https://2130706433/",  # 127.0.0.1 as one number
    "https://0x7f000001/",
    "https://017700000001/",
    "https://127.1/",
    "https://0x7f.0.0.1/",
    "https://127.0.0.1/",
    "https://8.8.8.8/",  # a number is no name: no certificate, no owner
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://[fe80::1%25eth0]/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://a.localhost/",
    "https://metadata.google.internal/computeMetadata/v1/",
    "https://printer.local/",
    "https://shop.example.com./",  # a closing dot: another name to some checks
    "https://metadata.google.internal./",
    "https://user@shop.example.com/",
    "https://user:pass@shop.example.com/",
    "https://shop.example.com@127.0.0.1/",
    "https://127.0.0.1#@shop.example.com/",
    "https://127.0.0.1\\@shop.example.com/",
    "https://shop.example.com\\.evil.example/",
    "https://shop.example.com#fragment",
    "https://shop.example.com:22/",
    "https://shop.example.com:80/",
    "https://shop.example.com:0/",
    "https://shop.example.com:65536/",
    "https://shop.example.com:443:443/",
    "https://shop.example.com:/",
    "https://shop.example.com:443@127.0.0.1/",
    "https://shop.example.com:٤٤٣/",
    "https://shop..example.com/",
    "https://-shop.example.com/",
    "https://shop_.example.com/",
    "https://１２７.０.０.１/",  # full-width digits that some resolvers fold
    "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
    "https://shop.example.com/a b",
    "https://shop.example.com/\r\nX-Evil: 1",
    "https://shop.example.com/\n",
    "https://shop.example.com\n/",
    "https://shop.example.com/\u00e9",
    "https:///shop.example.com/",
    "https:shop.example.com/",
    "//shop.example.com/",
    "ftp://shop.example.com/",
    "file:///etc/passwd",
    "gopher://shop.example.com/",
    " https://shop.example.com/",
    "",
    "https://",
    "https://com/",
    "https://" + "a" * 64 + ".example.com/",
    "https://shop.example.com/" + "a" * 2000,
]


@pytest.mark.parametrize("url", REFUSED)
def test_what_could_lead_elsewhere_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_url(url)
    assert refused.value.code == "webhook-url-refused"


_SIGNS = [*"abz019.-_:/?#@[]%\\ \t\r\n\0é１。", "://", "https://", "127.0.0.1", "a.com", "::1"]


@given(
    st.lists(st.sampled_from(_SIGNS), max_size=12).map("".join)
    | st.from_regex(r"https://[a-z0-9.-]{1,20}(:[0-9]{1,5})?[/?#@\\\\][!-~]{0,20}", fullmatch=True),
    st.booleans(),
)
def test_who_reads_a_url_that_is_taken_reads_the_same_host(rest: str, local: bool) -> None:
    """Two readers of one URL that see two hosts are how checks are passed by."""
    for url in (rest, f"https://a.com{rest}", f"https://{rest}", f"https://a.com/{rest}"):
        try:
            ours = parse_url(url, local=local)
        except InvalidInput:
            continue
        theirs = urlsplit(url)
        assert theirs.hostname == ours.host
        assert (theirs.port or 443 if theirs.scheme == "https" else theirs.port or 80) == ours.port
        assert theirs.username is None
        assert not theirs.fragment
        assert ours.path.startswith(theirs.path or "/")


def test_a_refusal_does_not_repeat_the_url() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_url("http://shop.example.com/?token=s3cret")
    assert "s3cret" not in str(refused.value.as_dict())


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/hook", "http://localhost:9000/"])
def test_this_machine_is_told_only_where_that_is_allowed(url: str) -> None:
    assert parse_url(url, local=True).port == 9000
    with pytest.raises(InvalidInput):
        parse_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/",
        "http://10.0.0.1/",
        "http://[::1]/",
        "http://a@localhost/",
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
    ],
)
def test_other_machines_inside_are_not_told_even_then(url: str) -> None:
    with pytest.raises(InvalidInput):
        parse_url(url, local=True)


INSIDE = [
    *("127.0.0.1", "127.8.8.8", "0.0.0.1", "0.1.2.3", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
    *("169.254.169.254", "100.64.0.1", "100.127.255.255", "192.0.0.1", "192.0.2.1", "198.18.0.1"),
    *("198.51.100.1", "203.0.113.1", "192.88.99.1", "224.0.0.1", "239.1.1.1", "240.0.0.1"),
    *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b:1::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0"),
    *("fec0::1", "ff02::1", "2001::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "100::1"),
    *("2130706433", "0x7f.1", "localhost", "", "1.2.3", "1.2.3.4.5", "01.2.3.4"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::1111", "2a00:1450::5"])
def test_a_servers_own_address_is_public(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_what_python_calls_private_or_special_is_never_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or not address.is_global
    )
    assert not (special and is_public(str(address)))


@given(st.ip_addresses(v=4))
def test_no_address_of_ipv4_gets_in_disguised_as_one_of_ipv6(
    address: ipaddress.IPv4Address,
) -> None:
    number = int(address)
    for disguise in (
        0xFFFF << 32 | number,  # mapped
        number,  # compatible
        0x64FF9B << 96 | number,  # translated
        0x2002 << 112 | number << 80,  # 6to4
        0x20010000 << 96 | number ^ 0xFFFFFFFF,  # Teredo
    ):
        assert not is_public(str(ipaddress.IPv6Address(disguise)))


@pytest.mark.parametrize("address", ["10.0.0.1", "169.254.169.254", "::ffff:127.0.0.1", "fe80::1"])
def test_where_this_machine_is_allowed_its_neighbours_are_not(address: str) -> None:
    assert is_public("127.0.0.1", local=True)
    assert is_public("::1", local=True)
    assert not is_public(address, local=True)
