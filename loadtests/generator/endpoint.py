"""Where the load goes: a URL taken apart and resolved, its proxy, its TLS, and whether load may go there at all."""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from wording import ExitCode, MashangError

HOST = re.compile(r"[\w.:%-]+")
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Tls:
    """Own trust and own identity: a CA's certificates, a client certificate and its key (PEM files)."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """A client context that checks the server's name and chain, HTTP/1.1 only."""
        for path in (self.ca, self.certificate, self.key):
            if path is not None and not path.is_file():
                raise MashangError(ExitCode.USAGE, "load.run.no_file", path=path)
        try:
            context = ssl.create_default_context(cafile=str(self.ca) if self.ca else None)
            if self.certificate:
                context.load_cert_chain(self.certificate, self.key)
        except (ssl.SSLError, OSError) as wrong:
            raise MashangError(ExitCode.USAGE, "load.run.bad_certificate", problem=wrong) from wrong
        context.set_alpn_protocols(["http/1.1"])
        return context


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A target's host and port, the address to connect to (a proxy's, where there is one), and the path before all."""

    scheme: str
    host: str
    port: int
    path: str = ""
    proxy: tuple[str, int] | None = None
    tls: Tls = Tls()

    @property
    def authority(self) -> str:
        """Host and port as the Host header has them: the scheme's own port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if PORTS[self.scheme] == self.port else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL that everything is asked for below."""
        return f"{self.scheme}://{self.authority}{self.path}"

    @property
    def encrypted(self) -> bool:
        """True for https."""
        return self.scheme == "https"

    @property
    def request_prefix(self) -> str:
        """What stands before the path in the request line: everything, if a proxy reads plain requests."""
        return f"{self.scheme}://{self.authority}" if self.proxy and not self.encrypted else ""

    @property
    def connect_to(self) -> tuple[str, int]:
        """Host and port of the next hop."""
        return self.proxy or (self.host, self.port)


def endpoint(url: str, *, proxy: str = "", tls: Tls | None = None) -> Endpoint:
    """A URL taken apart; raises MashangError (2) for anything but http(s)://host[:port][/path]."""
    scheme, host, port, path = parts_of(url)
    hop = parts_of(proxy) if proxy else None
    return Endpoint(scheme, host, port, path, hop and (hop[1], hop[2]), tls or Tls())


def parts_of(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of a URL; a user, a query and a fragment have no place in it."""
    try:
        found = urlsplit(url)
        port = found.port
    except ValueError as wrong:
        raise MashangError(ExitCode.USAGE, "load.run.bad_url", url=url) from wrong
    host = found.hostname or ""
    if found.scheme not in PORTS or not HOST.fullmatch(host) or found.username or found.query or found.fragment:
        raise MashangError(ExitCode.USAGE, "load.run.bad_url", url=url)
    return found.scheme, host, port or PORTS[found.scheme], found.path.rstrip("/")


def addresses(host: str, port: int) -> list[tuple[int, str]]:
    """Family and address of a host, first choice first; raises MashangError (5) for a name that nobody knows."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as wrong:
        raise MashangError(ExitCode.UNREACHABLE, "load.run.unknown_host", host=host) from wrong
    return [(family, str(where[0])) for family, _, _, _, where in found]


def refuse_strangers(to: Endpoint, allowed: Collection[str]) -> None:
    """Load goes to loopback and private networks, or to a host that the user named and allowed; raises MashangError.

    A name counts as private only if every address it stands for is; a proxy hides addresses, so there the name decides.
    """
    for host, port in {(to.host, to.port), to.connect_to}:
        if host in allowed:
            continue
        found = [ipaddress.ip_address(address.partition("%")[0]) for _, address in addresses(host, port)]
        if not all(is_at_home(address) for address in found):
            raise MashangError(ExitCode.USAGE, "load.run.stranger", host=host)


def is_at_home(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Loopback, link-local and the private networks of RFC 1918 and RFC 4193; documentation networks are nobody's."""
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in HOME if network.version == mapped.version)


HOME = tuple(
    ipaddress.ip_network(text)
    for text in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip
