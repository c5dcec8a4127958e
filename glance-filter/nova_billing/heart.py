"""The Heart: where events are posted."""
import decimal
import http.client
import json
import urllib.error
import urllib.request

EXACT = decimal.Context(prec=80)
GIB = decimal.Decimal(2**30)


class NotNow(Exception):
    """The Heart did not take the event, but may later."""


class Refused(Exception):
    """The Heart will never take this event."""


class Heart:
    """Posts events, with a token if it is given somebody who has tokens.

    tokens: called with the token that was refused, or None; returns a token to send.
    """

    # What is wrong with the event itself. Anything else (no rights, a wrong address, a failure) can be mended there.
    REFUSALS = (400, 409, 413, 415, 422)

    def __init__(self, url, timeout=10, tokens=None):
        self.url = url.rstrip("/") + "/event"
        self.timeout = timeout
        self.tokens = tokens
        self.token = None
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), NoRedirects())

    def post(self, event):
        """Returns once the Heart has taken the event; raises NotNow or Refused."""
        code, said = self._send(event)
        if code == 401 and self.tokens:
            self.token = self._new_token(self.token)
            code, said = self._send(event)
        if code // 100 == 2:
            return
        raise (Refused if code in self.REFUSALS else NotNow)(f"{self.url} answered {code}: {said}")

    def _send(self, event):
        if self.tokens and not self.token:
            self.token = self._new_token(None)
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["X-Auth-Token"] = self.token
        request = urllib.request.Request(self.url, as_json(event), headers, method="POST")
        try:
            with self.opener.open(request, timeout=self.timeout) as answer:
                answer.read(65536)
                return answer.status, ""
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code, self._beginning_of(refusal)
        except (OSError, http.client.HTTPException, ValueError) as trouble:
            raise NotNow(f"{self.url} cannot be reached: {trouble!r}") from trouble

    @staticmethod
    def _beginning_of(refusal):
        try:
            return refusal.read(300).decode("utf-8", "replace").strip()
        except (OSError, http.client.HTTPException):
            return ""

    def _new_token(self, refused):
        try:
            return self.tokens(refused)
        except Exception as trouble:  # of a library, about a service: whatever it is, it is not the event's fault
            raise NotNow(f"no token from Keystone: {trouble!r}") from trouble


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A POST that follows a redirect becomes a GET, which succeeds and tells nobody anything."""

    def redirect_request(self, *args, **more):
        return None


def event_of(account, image, moment, size=None):
    """The event that nova-billing's filter posted: so many GiB from then on, or no more of it.

    Without an account, the Heart takes the account that has the image.
    """
    event = {"rtype": "glance/image", "name": image, "datetime": moment}
    if account:
        event["account"] = account
    if size is None:
        event["fixed"] = None
    else:
        event["bytes"] = size
    return event


def as_json(event):
    """The event as posted; bytes become `linear`, in GiB, without the rounding of a float."""
    event = dict(event)
    size = event.pop("bytes", None)
    text = json.dumps(event)
    if size is not None:
        text = text[:-1] + ', "linear": ' + format(EXACT.divide(decimal.Decimal(size), GIB).normalize(EXACT), "f") + "}"
    return text.encode()
