"""Tells the Heart, in the background, what the spool holds."""
import datetime
import logging
import os
import threading
import time

from nova_billing.heart import NotNow, Refused, event_of

LOG = logging.getLogger("nova_billing.os_glance")


class Sender:
    """A thread in each of Glance's processes; of all that share a spool, one at a time works.

    The spool holds two kinds of entries: {"event": ...}, to be posted, and {"image": ID, "moment": ..., "import":
    true or false}, an image whose size is not yet known. Events leave in the order in which they happened: one that the
    Heart does not take now holds up those behind it. An image that is still being imported holds up nobody.

    images: called with the id of an image; returns it as Glance's API shows it, or None if there is no such image.
    """

    PAUSE = 0.5  # seconds between two looks into an empty spool
    LAST_RETRY = 60.0
    IMPORT_PATIENCE = 24 * 3600.0

    def __init__(self, spool, heart, images, limit):
        self.spool = spool
        self.heart = heart
        self.images = images
        self.limit = limit
        self.process = None
        self.starting = threading.Lock()
        self.failures = 0
        self.not_before = 0.0
        self.look_again = {}
        self.events = set()  # names of entries that need not be read before it is their turn

    def wake(self):
        """Starts the thread if this process has none: it may be a fork of the one that had."""
        if self.process != os.getpid():
            with self.starting:
                if self.process != os.getpid():
                    threading.Thread(target=self.run, name="nova-billing", daemon=True).start()
                    self.process = os.getpid()

    def run(self):
        while True:
            try:
                with self.spool.only_one() as mine:
                    while mine:
                        self.work()
                        time.sleep(self.PAUSE)
            except Exception:  # this thread must not end: nothing would be billed any more
                LOG.exception("nova-billing: the spool %s cannot be worked on; trying again", self.spool.folder)
                time.sleep(self.PAUSE * 10)
            time.sleep(self.PAUSE)

    def work(self):
        """Once through the spool."""
        names = self._within_limit(self.spool.names())
        self.events.intersection_update(names)
        held_up = time.monotonic() < self.not_before
        for name in names:
            if held_up and name in self.events:
                continue
            entry = self._entry(name)
            if entry and "event" in entry:
                self.events.add(name)
                held_up = held_up or not self._posted(name, entry["event"])

    def _entry(self, name):
        """What the spool holds under a name, with an event in place of an image whose size is known by now."""
        try:
            entry = self.spool.read(name)
        except FileNotFoundError:
            return None
        except ValueError as trouble:
            LOG.error("nova-billing: %s in %s is not readable, set aside: %s", name, self.spool.folder, trouble)
            self.spool.set_aside(name)
            return None
        return self._looked_at(name, entry) if "image" in entry else entry

    def _within_limit(self, names):
        surplus = max(0, len(names) - self.limit)
        for name in names[:surplus]:
            LOG.error("nova-billing: more than %d events wait for the Heart; dropped the oldest: %s",
                      self.limit, self._shown(name))
            self.spool.remove(name)
        return names[surplus:]

    def _shown(self, name):
        try:
            return self.spool.read(name)
        except (OSError, ValueError):
            return name

    def _posted(self, name, event):
        """Whether the next one may go."""
        try:
            self.heart.post(event)
        except Refused as refusal:
            LOG.error("nova-billing: dropped an event that the Heart refuses: %s; %s", event, refusal)
        except NotNow as trouble:
            wait = min(self.LAST_RETRY, 2.0**min(self.failures, 10))
            self.failures += 1
            self.not_before = time.monotonic() + wait
            LOG.warning("nova-billing: %s; %d waiting, next try in %.0f s", trouble, len(self.spool.names()), wait)
            return False
        if self.failures:
            LOG.warning("nova-billing: the Heart answers again after %d failures", self.failures)
        self.failures = 0
        self.not_before = 0.0
        self.spool.remove(name)
        return True

    def _looked_at(self, name, entry):
        """The entry with an event in place of the image, or None if there is nothing to tell (yet)."""
        image, moment = entry["image"], entry["moment"]
        if time.monotonic() < self.look_again.get(name, 0.0):
            return None
        try:
            shown = self.images(image)
        except Exception:  # of Glance, whatever its reason is: others need not wait for it
            LOG.exception("nova-billing: image %s cannot be looked at; trying again", image)
            self.look_again[name] = time.monotonic() + 10
            return None
        status = shown.get("status") if shown else "deleted"
        if shown and status in ("active", "deactivated", "pending_delete") and shown.get("size") is not None:
            if entry.get("import"):
                moment = max(moment, _moment(shown.get("updated_at")) or moment)
            found = {"event": event_of(shown.get("owner"), image, moment, shown["size"])}
            self.spool.replace(name, found)
            self.look_again.pop(name, None)
            return found
        if status == "deleted" or _age(moment) > self.IMPORT_PATIENCE:
            LOG.info("nova-billing: image %s is %s and is not billed", image, status)
            self.spool.remove(name)
            self.look_again.pop(name, None)
            return None
        # Being imported, or failed and to be tried again by its owner: seldom looked at when it takes long.
        self.look_again[name] = time.monotonic() + min(60.0, max(1.0, _age(moment) / 10))
        return None


def _moment(text):
    """A time of Glance's API, 2026-11-21T17:55:00Z, as the Heart reads it; None if it is not one."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    except (TypeError, ValueError):
        return None


def _age(moment):
    then = datetime.datetime.strptime(moment, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.timezone.utc)
    return (datetime.datetime.now(datetime.timezone.utc) - then).total_seconds()
