"""A filter for Glance's pipeline that tells the Heart of images: so many GiB from now on, or gone.

In glance-api-paste.ini:

    [filter:billing]
    paste.filter_factory = nova_billing.os_glance:GlanceBillingFilter.factory
    billing_heart_url = http://127.0.0.1:8787
    spool_dir = /var/lib/glance/nova-billing

    [pipeline:glance-api-keystone]
    pipeline = ... authtoken context billing rootapp

Glance answers first, and is never kept waiting: what happened is noted in a small file, and a thread posts it.
"""
import datetime
import json
import logging
import re

from nova_billing.heart import Heart, event_of
from nova_billing.sender import Sender
from nova_billing.spool import Spool

LOG = logging.getLogger("nova_billing.os_glance")

SETTINGS = "/etc/nova-billing/settings.json"
PROJECT = ("HTTP_X_PROJECT_ID", "HTTP_X_TENANT_ID", "HTTP_X_TENANT")  # the caller's, as told by authtoken now and then
LARGEST_ANSWER = 1024 * 1024  # of one image as JSON; more is no image
IMAGES = re.compile(r"^(?P<api>/v\d+(\.\d+)?)?/images/?$")
IMAGE = re.compile(r"^(?P<api>/v\d+(\.\d+)?)?/images/(?P<id>[^/]+)/?$")
UPLOAD = re.compile(r"^/v2(\.\d+)?/images/(?P<id>[^/]+)/file/?$")
IMPORT = re.compile(r"^/v2(\.\d+)?/images/(?P<id>[^/]+)/import/?$")


class GlanceBillingFilter:
    """WSGI, before Glance's routes.

    app: what comes after it in the pipeline.
    spool, sender: where what happened is noted, and who tells it.
    """

    def __init__(self, app, spool, sender):
        self.app = app
        self.spool = spool
        self.sender = sender

    @classmethod
    def factory(cls, global_conf, **local_conf):
        """For paste. Keys: see docs/how-to/glance-filter.md of Reckoner. Raises ValueError if one is wrong."""
        settings = Settings(local_conf)

        def filtered(app):
            spool = Spool(settings.spool_dir)
            tokens = KeystoneTokens(settings.auth_section) if settings.auth_section else None
            heart = Heart(settings.heart_url, settings.timeout, tokens)
            return cls(app, spool, Sender(spool, heart, GlanceImages(app), settings.spool_limit))

        return filtered

    def __call__(self, environ, start_response):
        try:
            self.sender.wake()
        except RuntimeError:  # no more threads; Glance must not suffer, and the next request tries again
            LOG.exception("nova-billing: cannot start; what happens is kept in the spool")
        happening = self._happening(environ)
        if happening is None:
            return self.app(environ, start_response)
        status = []

        def started(line, headers, exc_info=None):
            status[:] = [line]
            if exc_info:
                return start_response(line, headers, exc_info)
            return start_response(line, headers)

        answer = self.app(environ, started)
        if isinstance(answer, (list, tuple)):  # as Glance answers: all of it is there, so note it before anybody knows
            self._note(happening, status, b"".join(answer))
            return answer
        return Overheard(answer, lambda body: self._note(happening, status, body))

    def _happening(self, environ):
        """What a request does to an image, as a function of its answer to an entry for the spool; or None."""
        method, path = environ.get("REQUEST_METHOD"), environ.get("PATH_INFO", "")
        tenant = next((environ[key] for key in PROJECT if environ.get(key)), None)
        one = IMAGE.match(path)
        if method == "DELETE" and one:
            # The Heart knows whose it is. Who deletes it may be an administrator.
            return lambda body: {"event": event_of(None, one["id"], now())}
        if (method == "POST" and IMAGES.match(path)) or (method == "PUT" and one):
            return lambda body: created(body, tenant)
        upload = UPLOAD.match(path) if method == "PUT" else None
        imported = IMPORT.match(path) if method == "POST" else None
        for found in (upload, imported):
            if found:
                return lambda body: {"image": found["id"], "moment": now(), "import": found is imported}
        return None

    def _note(self, happening, status, body):
        """Whatever goes wrong here, the image is there and its user has the answer."""
        entry = None
        try:
            if status and status[0].startswith("2"):
                entry = happening(body)
                if entry:
                    self.spool.put(entry)
        except Exception:  # Glance must not suffer
            LOG.exception("nova-billing: not noted, so not billed: %s", entry)


class Overheard:
    """An answer on its way to the client, of which the beginning is kept; at its end, `heard` is told, once."""

    def __init__(self, answer, heard):
        self.answer = answer
        self.heard = heard
        self.beginning = b""

    def __iter__(self):
        for piece in self.answer:
            if len(self.beginning) <= LARGEST_ANSWER:
                self.beginning += piece
            yield piece
        self._tell()

    def close(self):
        try:
            if hasattr(self.answer, "close"):
                self.answer.close()
        finally:
            self._tell()  # also when the client went away before it had all: what was done is done

    def _tell(self):
        heard, self.heard = self.heard, lambda body: None
        heard(self.beginning)


def created(body, tenant):
    """An image in an answer of v1, {"image": {...}}, or of v2, {...}; an answer without one is of no concern."""
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    image = answer.get("image", answer) if isinstance(answer, dict) else None
    if not isinstance(image, dict) or not isinstance(image.get("id"), str):
        return None
    size = image.get("size")
    # In v2 an image is made before its data come. From then on the Heart knows whose it is.
    return {"event": event_of(image.get("owner") or tenant, image["id"], now(), size if isinstance(size, int) else 0)}


def now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class GlanceImages:
    """Images as this very Glance shows them to an administrator, asked behind the filter, without the network."""

    def __init__(self, app):
        self.app = app
        self.context = None

    def __call__(self, image):
        status, body = self._get(f"/v2/images/{image}")
        if status.startswith("404"):
            return None
        if not status.startswith("200"):
            raise RuntimeError(f"Glance answers {status} when asked for image {image}")
        return json.loads(body)

    def _get(self, path):
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": path, "SCRIPT_NAME": "", "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "localhost", "SERVER_PORT": "0",
            "HTTP_HOST": "localhost", "HTTP_ACCEPT": "application/json",
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": Nothing(), "wsgi.errors": Nothing(),
            "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
            # Where webob keeps what Glance's own context filter puts on a request.
            "webob.adhoc_attrs": {"context": self._administrator()},
        }
        status = []

        def started(line, headers, exc_info=None):
            status[:] = [line]
            return lambda data: None

        answer = self.app(environ, started)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return status[0], body

    def _administrator(self):
        if self.context is None:
            from glance import context  # only inside Glance
            self.context = context.get_admin_context().elevated()
        return self.context


class Nothing:
    """An empty request, and a place for complaints."""

    def read(self, *size):
        return b""

    def readline(self, *size):
        return b""

    def __iter__(self):
        return iter(())

    def write(self, text):
        LOG.error("nova-billing: %s", text)

    def writelines(self, lines):
        self.write("".join(lines))

    def flush(self):
        pass


class KeystoneTokens:
    """Tokens of the user that a section of Glance's configuration names, usually Glance's own, [keystone_authtoken]."""

    def __init__(self, section):
        self.section = section
        self.session = None

    def __call__(self, refused):
        if self.session is None:
            from keystoneauth1 import loading  # Glance has both
            from oslo_config import cfg
            # The same files, read apart: in Glance's own configuration the section belongs to keystonemiddleware, whose
            # options are not quite these.
            conf = cfg.ConfigOpts()
            conf([], default_config_files=cfg.CONF.config_file, default_config_dirs=cfg.CONF.config_dir)
            loading.register_auth_conf_options(conf, self.section)
            loading.register_session_conf_options(conf, self.section)
            auth = loading.load_auth_from_conf_options(conf, self.section)
            if auth is None:
                raise ValueError(f"[{self.section}] of Glance's configuration names no auth_type")
            self.session = loading.load_session_from_conf_options(conf, self.section, auth=auth)
        if refused:
            self.session.invalidate()
        return self.session.get_token()


class Settings:
    """The keys in glance-api-paste.ini, and under them those of nova-billing's settings.json if there is one."""

    KEYS = ("billing_heart_url", "spool_dir", "spool_limit", "timeout", "auth_section", "settings_file")

    def __init__(self, local_conf):
        unknown = sorted(set(local_conf) - set(self.KEYS))
        if unknown:
            raise ValueError(
                f"nova-billing's filter does not know {', '.join(unknown)}; it knows {', '.join(self.KEYS)}")
        shared = self._shared(local_conf)
        self.heart_url = (
            local_conf.get("billing_heart_url") or shared.get("billing_heart_url") or "http://127.0.0.1:8787")
        if not re.match(r"^https?://[^/]+", self.heart_url):
            raise ValueError(f"billing_heart_url must be like http://127.0.0.1:8787, not {self.heart_url!r}")
        self.spool_dir = local_conf.get("spool_dir") or "/var/lib/glance/nova-billing"
        self.spool_limit = self._number(local_conf, "spool_limit", 100000)
        self.timeout = self._number(local_conf, "timeout", 10)
        self.auth_section = local_conf.get("auth_section")

    @staticmethod
    def _shared(local_conf):
        path = local_conf.get("settings_file") or SETTINGS
        try:
            with open(path, encoding="utf-8") as file:
                settings = json.load(file)
        except FileNotFoundError:
            if "settings_file" in local_conf:
                raise ValueError(f"there is no settings_file {path}") from None
            return {}
        except (OSError, ValueError) as trouble:
            raise ValueError(f"{path} cannot be read: {trouble}") from trouble
        if not isinstance(settings, dict):
            raise ValueError(f"{path} is not a JSON object")
        return settings

    @staticmethod
    def _number(local_conf, key, otherwise):
        text = local_conf.get(key, otherwise)
        try:
            number = int(text)
        except ValueError:
            number = 0
        if number <= 0:
            raise ValueError(f"{key} must be a whole number above 0, not {text!r}")
        return number
