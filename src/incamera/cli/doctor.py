"""`incamera doctor`: looks at everything a server needs, and says how to mend what is wrong."""

import os
import time
from collections.abc import Sequence
from dataclasses import asdict

from rich.markup import escape

from incamera.cli.certificate_check import check_certificate
from incamera.cli.findings import Finding, good, note, wanting
from incamera.cli.machine_checks import check_clock, check_data, check_port
from incamera.cli.options import AllSettings, AsJson, ConfigFile, flags_of, load_settings
from incamera.cli.own_relay_check import check_own_relay
from incamera.cli.printing import print_json, print_row, say
from incamera.cli.relay_probe import probe_allocation, probe_binding
from incamera.cli.setting_origins import unknown_variables
from incamera.cli.turn_url import parse_turn_url
from incamera.control.turn_credentials import issue
from incamera.errors import IncameraError, LocalError
from incamera.server.client_files import NOT_BUILT, find_client
from incamera.server.settings import Settings

_PROBE_S = 60
_MARKS = {"good": "[green]good[/]", "note": "[yellow]note[/]", "wanting": "[bold red]wanting[/]"}


def doctor(settings: AllSettings = None, *, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """Check settings, data folder, port, certificate, clock and relay. Exit code 1 when something must be mended."""
    try:
        findings = examine(load_settings(config, flags_of(settings)), time.time())
    except LocalError as error:
        findings = [wanting("settings", error.detail or error.title, error.advice if error.detail != error.advice else "")]
    is_good = all(finding.state != "wanting" for finding in findings)
    if as_json:
        print_json({"good": is_good, "findings": [asdict(finding) for finding in findings]})
    else:
        _print(findings, is_good)
    return 0 if is_good else 1


def examine(settings: Settings, now: float) -> list[Finding]:
    """Everything, in the order in which it is needed."""
    return [
        _check_variables(),
        check_data(settings),
        check_port(settings),
        check_certificate(settings, now),
        check_clock(now),
        _check_client(settings),
        *_check_relays(settings, int(now)),
    ]


def _check_variables() -> Finding:
    unknown = unknown_variables(os.environ)
    if unknown:
        return wanting("settings", f"Nothing reads {', '.join(unknown)}.", "See the names with: incamera config show --origin")
    return good("settings", "They are good.")


def _check_client(settings: Settings) -> Finding:
    if find_client(settings.client_dir) is None:
        return wanting("web client", NOT_BUILT, "make build")
    return good("web client", "It is built.")


def _check_relays(settings: Settings, now: int) -> list[Finding]:
    match settings.relay:
        case "none":
            return [note("relay", "Off: people are asked before they connect directly.", 'Turn it on: remove turn = "off" from the settings.')]
        case "external":
            return [_check_relay(url, settings.turn_secret, now) for url in settings.turn_urls]
        case "own":
            return check_own_relay(settings, lambda url, secrets: _check_relay(url, secrets, now))


def _check_relay(url: str, secrets: Sequence[str], now: int) -> Finding:
    try:
        relay = parse_turn_url(url)
        probe_binding(relay)
        reached = probe_allocation(relay, issue(secrets, "doctor", now, _PROBE_S))
    except IncameraError as error:
        return wanting(
            "relay", f"{url}: {error.detail or error.title}", "See that it runs, that a firewall lets it through, and that secret and clock agree."
        )
    if reached:
        return wanting("relay", f"{url} would send for strangers to {', '.join(reached)}.", "Close it with: incamera turn config coturn")
    return good("relay", f"{url} answers, knows our secret and reaches nobody it should not.")


def _print(findings: list[Finding], is_good: bool) -> None:
    for finding in findings:
        print_row(_MARKS[finding.state], 9, f"[bold]{finding.check}[/]  {escape(finding.words)}")
        if finding.mend:
            print_row("", 9, f"→ {escape(finding.mend)}")
    say("\nEverything is good." if is_good else "\nSomething must be mended: follow the arrows.")
