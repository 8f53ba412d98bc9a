"""Every error code with its words: the Python twin of spec/errors.json (tests compare both directions)."""

from dataclasses import dataclass
from typing import Literal

Blame = Literal["local", "remote", "denied", "unavailable", "integrity"]


@dataclass(frozen=True, slots=True)
class Known:
    """One code; `status` is the HTTP status where the code can travel over HTTP."""

    code: str
    status: int | None
    title: str
    advice: str

    @property
    def blame(self) -> Blame:
        """Whose fault it is: the first word of the code."""
        return self.code.partition(".")[0]  # type: ignore[return-value]


_ALL = (
    Known("local.link-malformed", None, "This link is incomplete.", "Ask for the link again and open it whole, including everything after the #."),
    Known("local.link-version", None, "This link is from a newer version.", "Ask the host to update incamera, or reload the page."),
    Known(
        "local.insecure-context",
        None,
        "This page was not opened securely, so the browser keeps camera and encryption away from it.",
        "Open the link with https://.",
    ),
    Known(
        "local.browser-unsupported",
        None,
        "This browser cannot encrypt calls end to end.",
        "Use Chrome or Edge 141, Firefox 128 or Safari 17, or newer.",
    ),
    Known(
        "local.device-not-allowed",
        None,
        "The browser was told not to allow this device.",
        "Press the camera sign in the address bar, allow it, then press Try again.",
    ),
    Known("local.device-not-found", None, "No such device was found.", "Plug one in, or join without it."),
    Known("local.device-not-readable", None, "The device is used by another program.", "Close that program and press Try again."),
    Known("local.device-overconstrained", None, "The chosen device can not do what was asked of it.", "Choose another device."),
    Known("local.device-ended", None, "The device was taken away or its permission was withdrawn.", "Allow it again and press Try again."),
    Known("local.worker-lost", None, "The encryption worker stopped.", "Wait: incamera joins again by itself."),
    Known(
        "local.rules-unsupported",
        None,
        "This version of incamera cannot keep a rule of this room.",
        "Nobody is let in under a promise that would be broken. Update incamera, or make a room without that rule.",
    ),
    Known("local.asked-to-mute", None, "The host muted your microphone.", "It stays off until you turn it on again yourself."),
    Known("local.opened-elsewhere", None, "This call was opened in another tab or window of this browser.", "Go on there, or join again here."),
    Known("local.secret-forgotten", None, "This browser no longer holds the key of this room.", "Open the whole link again."),
    Known("local.settings", None, "A setting is wrong.", "See the detail."),
    Known(
        "local.tls-required",
        None,
        "incamera does not serve plain HTTP outside this computer.",
        "Give --tls-cert and --tls-key, or listen on 127.0.0.1.",
    ),
    Known("local.port-taken", None, "Another program listens on this port.", "Stop it, or choose another port: --port 0 takes a free one."),
    Known("local.usage", None, "The command was not understood.", "Ask the command itself: incamera --help"),
    Known("remote.malformed", 400, "The message does not have the expected form.", "This is a fault of the program that sent it."),
    Known("remote.too-large", 413, "The message is too large.", "Send less at once."),
    Known("remote.too-fast", 429, "Too many requests.", "Wait a little and try again."),
    Known("remote.version", 400, "This version of the protocol is not spoken here.", "Reload the page."),
    Known("remote.first-message", 400, "The first message on the socket must be join.", "This is a fault of the program that sent it."),
    Known("remote.not-found", 404, "There is nothing here.", "Check the address."),
    Known("remote.method", 405, "That method is not for this address.", "This is a fault of the program that sent it."),
    Known("denied.room-or-key", 404, "This link does not open a room here.", "It may have expired or been closed. Ask the host for a new one."),
    Known("denied.room-exists", 409, "A room with this id exists already.", "Make a new room."),
    Known("denied.room-gone", 410, "This room has ended.", "Ask the host for a new link."),
    Known(
        "denied.topology",
        403,
        "This room is not of the kind that this needs.",
        "Use a group room for a call through the server, or a direct room for two people.",
    ),
    Known("denied.room-full", 403, "This call is full.", "Wait until someone leaves, or ask the host for a room of your own."),
    Known("denied.grant", 401, "The grant is missing, unknown or expired.", "Join again with the link."),
    Known("denied.scope", 403, "This grant does not allow that.", "Ask the host."),
    Known("denied.origin", 403, "Requests from other sites are refused.", "Open the server's own page."),
    Known("denied.api-key", 401, "An API key is needed to make rooms here.", "Create one with: incamera keys create NAME"),
    Known("denied.superseded", 409, "A newer socket of the same participant took over.", "Nothing to do."),
    Known("denied.admission-expired", 403, "The request to join was too old.", "Join again; check this device's clock."),
    Known("denied.removed", 403, "You were removed from this call.", "Ask the host."),
    Known("denied.refused", None, "The host did not let you in.", "Ask the host."),
    Known("denied.room-locked", None, "This room is locked.", "The host locked it: nobody new comes in. Ask the host to unlock it."),
    Known("denied.ended", None, "The host ended this call.", "Nothing to do. For another call, ask for a new link."),
    Known("denied.link-replaced", 403, "The host replaced this link.", "Ask the host for the new one."),
    Known("unavailable.server", 503, "The server cannot be reached.", "Wait: incamera tries again by itself."),
    Known("unavailable.restarting", 503, "The server is restarting.", "Wait: incamera comes back by itself."),
    Known("unavailable.storage", 503, "The server cannot store right now.", "Tell the operator to look at free space and the log."),
    Known("unavailable.log-gap", None, "The server no longer holds what was missed.", "Wait: incamera joins again by itself."),
    Known("unavailable.absent", None, "You were away for too long, and the others went on without you.", "Wait: incamera joins again by itself."),
    Known("unavailable.internal", 500, "The server made a mistake.", "Try again; the operator finds the details in the log."),
    Known("unavailable.relay", None, "The relay cannot be reached.", "Wait, try another network, or ask the operator to run: incamera doctor"),
    Known("unavailable.sfu", 503, "Picture and sound do not reach the group's media server.", "Wait: incamera tries again by itself."),
    Known("unavailable.nobody-answers", None, "Nobody in the call answers.", "Wait: incamera keeps trying."),
    Known("unavailable.path", None, "The way between the two devices broke.", "Nothing: another way is looked for at once."),
    Known("unavailable.moved", None, "The host removed someone.", "The call goes on with a new key, which they do not have."),
    Known(
        "unavailable.not-moved",
        None,
        "Someone was removed, but the room could not be given a new key.",
        "They are out of this call. Until the host leaves and comes back, nobody else can join.",
    ),
    Known(
        "integrity.policy",
        None,
        "The room's rules are not the ones your link was made for.",
        "Stop. Someone altered them. Ask the host for a new link.",
    ),
    Known("integrity.envelope", None, "A message was altered on the way.", "It was not believed."),
    Known("integrity.credential", None, "Somebody tried to join without the right key.", "They were not let in."),
    Known("integrity.commit", None, "An invalid change of the group was refused.", "Nothing changed."),
    Known("integrity.order", None, "An order that is not the host's was refused.", "It was not followed."),
    Known("integrity.welcome", None, "The invitation into the call was not genuine.", "It was not used. incamera tries again."),
    Known("integrity.fork", None, "The server shows us different calls.", "Stop and use another way to talk."),
    Known("integrity.withheld", None, "Messages are being withheld.", "Stop, or go on knowing that someone interferes."),
    Known("integrity.replay", None, "An old message was sent again.", "It was not believed."),
    Known("integrity.delayed", None, "Media is being delayed.", "If it stays so, someone may interfere with the connection."),
    Known(
        "integrity.fingerprint",
        None,
        "Someone stands between you: the certificate is not the one that was announced.",
        "The call was stopped. Use another network or another way to talk.",
    ),
    Known("integrity.sdp", None, "The other side's call set-up breaks the rules.", "It was refused."),
    Known("integrity.readings", None, "The browser's readings do not add up to a private call.", "The call was stopped. See Security for which."),
    Known("integrity.unsealed-frame", None, "A frame without end-to-end encryption arrived.", "It was not shown."),
    Known("integrity.codes-differ", None, "The codes differ: someone stands between you.", "The call was stopped. Use another way to talk."),
    Known("integrity.emoji-differ", None, "The emoji differ: someone stands between you.", "The call was stopped. Use another way to talk."),
    Known("integrity.comparison", None, "Somebody broke the rules of comparing emoji.", "The comparison was stopped. Security says who it was."),
    Known("integrity.clock", None, "Someone's clock is wrong, or an old request was replayed.", "Compare codes before you trust this call."),
)

CATALOGUE: dict[str, Known] = {known.code: known for known in _ALL}
