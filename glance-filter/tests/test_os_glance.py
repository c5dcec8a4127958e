import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from nova_billing import heart, os_glance, sender, spool
from tests.heart import TestHeart


class Glance:
    """What the filter sees of Glance: answers as Glance gives them, v1 and v2."""

    def __init__(self):
        self.images = {}
        self.refuse = None

    def __call__(self, environ, start_response):
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if self.refuse:
            return self.answer(start_response, self.refuse)
        if method == "GET":
            image = self.images.get(path.rsplit("/", 1)[1])
            return self.answer(start_response, "200 OK" if image else "404 Not Found", image)
        if method == "POST" and path.endswith("/import"):
            return self.answer(start_response, "202 Accepted")
        if path.startswith("/v2") and method == "POST":
            image = {"id": "i-1", "status": "queued", "size": None, "owner": "acme"}
            self.images["i-1"] = image
            return self.answer(start_response, "201 Created", image)
        if path.endswith("/file") and method == "PUT":
            self.images["i-1"].update(status="active", size=3 * 2**29)
            return self.answer(start_response, "204 No Content")
        if method in ("POST", "PUT") and "/members" not in path:
            return self.answer(start_response, "200 OK", {"image": {"id": "i-1", "size": 2**30, "owner": None}})
        if method == "DELETE":
            self.images.pop("i-1", None)
        return self.answer(start_response, "204 No Content")

    @staticmethod
    def answer(start_response, status, body=None):
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()] if body is not None else [b""]


class FilterTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.heart = TestHeart()
        self.addCleanup(self.stop_heart)
        self.glance = Glance()
        self.spool = spool.Spool(self.folder.name)
        self.sender = self.a_sender()
        self.filter = os_glance.GlanceBillingFilter(self.glance, self.spool, Quiet())
        logging.getLogger("nova_billing.os_glance").setLevel(logging.CRITICAL + 1)

    def stop_heart(self):
        if self.heart:
            self.heart.stop()
            self.heart = None

    def a_sender(self, limit=1000, tokens=None, url=None):
        images = os_glance.GlanceImages(self.glance)
        images.context = "an administrator's"
        return sender.Sender(self.spool, heart.Heart(url or self.heart.url, 1, tokens), images, limit)

    def request(self, method, path, **headers):
        """What the client gets: the status and the body."""
        told = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_X_PROJECT_ID": "acme", **headers}
        answer = self.filter(environ, lambda status, headers, exc_info=None: told.append(status))
        return told[0], b"".join(answer)

    def posted(self):
        """Works once through the spool; what the Heart has been told so far, less the times."""
        self.sender.not_before = 0
        self.sender.work()
        events = [dict(event) for event in self.heart.events]
        for event in events:
            self.assertRegex(event.pop("datetime"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        return events

    def waiting(self):
        return [self.spool.read(name) for name in self.spool.names()]


class Quiet:
    def wake(self):
        pass


class WhatIsTold(FilterTest):
    def test_a_new_image_of_v2_belongs_to_its_owner_and_holds_nothing(self):
        status, body = self.request("POST", "/v2/images", HTTP_X_PROJECT_ID="of-the-admin")
        self.assertEqual((status, json.loads(body)["id"]), ("201 Created", "i-1"))
        self.assertEqual(self.posted(), [{"account": "acme", "rtype": "glance/image", "name": "i-1", "linear": 0}])

    def test_an_upload_to_v2_holds_its_size_in_gib(self):
        self.request("POST", "/v2/images")
        self.request("PUT", "/v2/images/i-1/file")
        self.assertEqual(self.posted()[1], {"account": "acme", "rtype": "glance/image", "name": "i-1", "linear": 1.5})

    def test_the_size_is_not_rounded(self):
        event = heart.event_of("acme", "i-1", "2026-11-21T00:00:00.000000Z", 5000000)
        self.assertIn(b'"linear": 0.00465661287307739257812', heart.as_json(event))
        self.assertEqual(re.search(rb'"linear": ([0-9.]*)', heart.as_json(event))[1], b"0.004656612873077392578125")

    def test_an_image_imported_is_told_when_it_is_there(self):
        self.request("POST", "/v2/images")
        self.request("POST", "/v2/images/i-1/import")
        self.glance.images["i-1"]["status"] = "importing"
        self.assertEqual(len(self.posted()), 1)
        self.glance.images["i-1"].update(status="active", size=2**31, updated_at="2036-01-01T00:00:00Z")
        self.sender.look_again.clear()
        self.assertEqual(self.posted()[1]["linear"], 2)
        self.assertEqual(self.heart.events[1]["datetime"], "2036-01-01T00:00:00.000000Z")
        self.assertEqual(self.waiting(), [])

    def test_an_import_under_way_holds_up_nobody(self):
        self.request("POST", "/v2/images")
        self.request("POST", "/v2/images/i-1/import")
        self.glance.images["i-2"] = self.glance.images["i-1"]
        self.request("DELETE", "/v2/images/i-1")
        self.glance.images["i-1"] = {"status": "importing", "size": None}
        self.assertEqual([event.get("linear", "gone") for event in self.posted()], [0, "gone"])

    def test_an_image_deleted_before_it_was_looked_at_is_not_billed(self):
        self.request("POST", "/v2/images")
        self.request("PUT", "/v2/images/i-1/file")
        self.request("DELETE", "/v2/images/i-1")
        self.assertEqual([event.get("linear", "gone") for event in self.posted()], [0, "gone"])

    def test_a_delete_leaves_it_to_the_heart_whose_it_was(self):
        self.request("DELETE", "/v2/images/i-1", HTTP_X_PROJECT_ID="of-the-admin")
        self.assertEqual(self.posted(), [{"rtype": "glance/image", "name": "i-1", "fixed": None}])

    def test_v1_is_told_as_by_the_old_filter(self):
        for api in ("/v1", ""):
            self.request("POST", api + "/images", HTTP_X_PROJECT_ID="", HTTP_X_TENANT_ID="acme")
            self.request("PUT", api + "/images/i-1", HTTP_X_PROJECT_ID="", HTTP_X_TENANT="acme")
        self.request("DELETE", "/v1/images/i-1")
        held = {"account": "acme", "rtype": "glance/image", "name": "i-1", "linear": 1}
        self.assertEqual(self.posted(), [held] * 4 + [{"rtype": "glance/image", "name": "i-1", "fixed": None}])

    def test_what_glance_refuses_is_not_told(self):
        for refusal in ("403 Forbidden", "404 Not Found", "409 Conflict", "500 Internal Server Error"):
            self.glance.refuse = refusal
            self.assertEqual(self.request("DELETE", "/v2/images/i-1")[0], refusal)
            self.request("POST", "/v2/images")
            self.request("PUT", "/v2/images/i-1/file")
        self.assertEqual(self.waiting(), [])

    def test_what_is_no_image_is_not_told(self):
        for method, path in (
            ("GET", "/"), ("GET", "/v2/images"), ("GET", "/v2/images/i-1"), ("PATCH", "/v2/images/i-1"),
            ("PUT", "/v1/images/i-1/members"), ("POST", "/v2/images/i-1/members"),
            ("DELETE", "/v2/images/i-1/members/m"), ("DELETE", "/v2/images/i-1/tags/t"), ("PUT", "/v2/images/i-1/stage"),
            ("POST", "/v2/images/i-1/actions/deactivate"), ("POST", "/v2/tasks"),
        ):
            self.request(method, path)
        self.assertEqual(self.waiting(), [])

    def test_an_answer_that_is_not_json_is_no_image(self):
        for answer in (b"", b"created", b"[]", b"7", b'{"image": 7}', b'{"image": {"id": 7}}', b"\xff", b"{"):
            self.assertIsNone(os_glance.created(answer, "acme"), answer)

    def test_an_answer_in_pieces_is_heard_once_and_passed_on_whole(self):
        pieces = [b'{"id": "i-1", "owner"', b': "acme", "size": null}']

        class Streaming:
            closed = 0

            def __iter__(self):
                return iter(pieces)

            def close(self):
                Streaming.closed += 1

        def app(environ, start_response):
            start_response("201 Created", [])
            return Streaming()

        self.filter.app = app
        answer = self.filter({"REQUEST_METHOD": "POST", "PATH_INFO": "/v2/images"}, lambda *ignored: None)
        self.assertEqual(list(answer), pieces)
        answer.close()
        self.assertEqual((Streaming.closed, len(self.waiting())), (1, 1))


class WhenTheHeartFails(FilterTest):
    def test_events_wait_and_leave_in_order(self):
        for answers in ([503], [500], [404], [403], [302], ["hang up"], ["hang"]):
            with self.subTest(answers):
                self.heart.answers[:] = answers
                self.heart.events.clear()
                self.request("POST", "/v2/images")
                self.request("DELETE", "/v2/images/i-1")
                self.assertEqual(self.posted(), [])
                self.assertEqual(len(self.waiting()), 2)
                self.assertEqual([event.get("linear", "gone") for event in self.posted()], [0, "gone"])
                self.assertEqual(self.waiting(), [])

    def test_a_heart_that_is_down_is_asked_less_and_less(self):
        self.stop_heart()
        self.request("DELETE", "/v2/images/i-1")
        waits = []
        for _ in range(9):
            self.sender.not_before = 0
            self.sender.work()
            waits.append(round(self.sender.not_before - time.monotonic()))
        self.assertEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60])

    def test_it_is_not_asked_before_the_wait_is_over(self):
        self.heart.answers[:] = [503]
        self.request("DELETE", "/v2/images/i-1")
        for _ in range(5):
            self.sender.work()
        self.assertEqual(len(self.heart.requests), 1)

    def test_an_event_that_the_heart_refuses_makes_room_for_the_next(self):
        self.heart.answers[:] = [400]
        self.request("DELETE", "/v2/images/unknown")
        self.request("DELETE", "/v2/images/i-1")
        self.assertEqual([event["name"] for event in self.posted()], ["i-1"])
        self.assertEqual(self.waiting(), [])

    def test_an_event_that_may_have_arrived_is_sent_again_the_same(self):
        self.heart.answers[:] = ["hang up"]
        self.request("DELETE", "/v2/images/i-1")
        self.posted()
        self.posted()
        self.assertEqual(len(self.heart.requests), 2)
        self.assertEqual(self.heart.requests[0][2], self.heart.requests[1][2])

    def test_the_oldest_are_dropped_when_too_many_wait(self):
        self.sender = self.a_sender(limit=3)
        self.heart.answers[:] = [503]
        for number in range(5):
            self.request("DELETE", f"/v2/images/i-{number}")
        with self.assertLogs("nova_billing.os_glance", logging.ERROR) as logs:
            self.posted()
        self.assertEqual(len([line for line in logs.output if "dropped the oldest" in line]), 2)
        self.assertEqual([event["name"] for event in self.posted()], ["i-2", "i-3", "i-4"])

    def test_glance_answers_when_nothing_can_be_noted(self):
        self.folder.cleanup()
        with self.assertLogs("nova_billing.os_glance", logging.ERROR) as logs:
            self.assertEqual(self.request("DELETE", "/v2/images/i-1")[0], "204 No Content")
        self.assertIn("not billed", logs.output[0])

    def test_an_entry_torn_by_a_loss_of_power_is_set_aside(self):
        self.request("DELETE", "/v2/images/i-1")
        with open(os.path.join(self.folder.name, "0-torn.json"), "w", encoding="utf-8") as file:
            file.write('{"event": {"rty')
        self.assertEqual([event["name"] for event in self.posted()], ["i-1"])
        self.assertTrue(os.path.exists(os.path.join(self.folder.name, "0-torn.json.broken")))

    def test_an_image_that_glance_cannot_show_now_holds_up_nobody(self):
        self.request("POST", "/v2/images")
        self.request("PUT", "/v2/images/i-1/file")
        self.glance.refuse = "500 Internal Server Error"
        self.assertEqual(len(self.posted()), 1)
        self.glance.refuse = None
        self.sender.look_again.clear()
        self.assertEqual(self.posted()[1]["linear"], 1.5)


class Tokens(FilterTest):
    def test_the_heart_gets_a_token(self):
        self.sender = self.a_sender(tokens=lambda refused: "t-1")
        self.request("DELETE", "/v2/images/i-1")
        self.posted()
        path, headers, _ = self.heart.requests[0]
        sent = (path, headers["X-Auth-Token"], headers["Content-Type"])
        self.assertEqual(sent, ("/event", "t-1", "application/json"))

    def test_a_token_that_has_expired_is_taken_anew(self):
        asked = []

        def tokens(refused):
            asked.append(refused)
            return f"t-{len(asked)}"

        self.sender = self.a_sender(tokens=tokens)
        self.heart.answers[:] = [401]
        self.request("DELETE", "/v2/images/i-1")
        self.assertEqual(len(self.posted()), 1)
        self.assertEqual(asked, [None, "t-1"])
        self.assertEqual(self.heart.requests[1][1]["X-Auth-Token"], "t-2")

    def test_without_keystone_events_wait(self):
        def tokens(refused):
            raise ConnectionError("Keystone is down")

        self.sender = self.a_sender(tokens=tokens)
        self.request("DELETE", "/v2/images/i-1")
        self.assertEqual((self.posted(), len(self.waiting())), ([], 1))

    def test_no_token_is_in_the_spool(self):
        self.request("POST", "/v2/images", HTTP_X_AUTH_TOKEN="secret")
        self.request("PUT", "/v2/images/i-1/file", HTTP_X_AUTH_TOKEN="secret")
        self.assertNotIn("secret", json.dumps(self.waiting()))

    def test_the_version_of_the_heart_s_api_may_be_in_its_address(self):
        self.sender = self.a_sender(url=self.heart.url + "/v2/")
        self.request("DELETE", "/v2/images/i-1")
        self.posted()
        self.assertEqual(self.heart.requests[0][0], "/v2/event")


class ManyProcesses(FilterTest):
    def test_what_a_killed_process_noted_the_next_one_tells(self):
        self.run_workers(1, lambda worker: worker.send_signal(signal.SIGKILL), url="http://127.0.0.1:9")
        self.assertEqual(len(self.waiting()), 20)
        self.assertEqual(len(self.posted()), 20)

    def test_several_workers_on_one_spool_tell_each_event_once_and_in_order(self):
        self.heart.answers[:] = [503, "hang up"]
        self.run_workers(3, lambda worker: worker.stdin.close(),
                         until=lambda: len(self.heart.events) >= 60 and not self.waiting())
        told = [event["name"] for event in self.heart.events]
        self.assertEqual(len(told), 60)
        for worker in range(3):
            of_one = [name for name in told if name.startswith(f"{worker}-")]
            self.assertEqual(of_one, [f"{worker}-{number}" for number in range(20)])

    def test_it_works_under_eventlet(self):
        try:
            import eventlet  # noqa: F401
        except ImportError:
            self.skipTest("no eventlet here")
        self.run_workers(1, lambda worker: worker.stdin.close(), eventlet="eventlet",
                         until=lambda: len(self.heart.events) >= 20)
        self.assertEqual(len(self.heart.events), 20)

    def run_workers(self, count, end, until=lambda: True, url=None, eventlet=""):
        """Processes that each delete twenty images; ended when they have and `until` is true."""
        folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        workers = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.worker", str(number), url or self.heart.url, self.folder.name, eventlet],
                cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            for number in range(count)
        ]
        try:
            for worker in workers:
                self.assertEqual(worker.stdout.readline(), b"done\n")
            limit = time.monotonic() + 60
            while not until():
                self.assertLess(time.monotonic(), limit, "it takes too long")
                time.sleep(0.05)
        finally:
            for worker in workers:
                end(worker)
                worker.wait(10)
                worker.stdout.close()
                worker.stdin.close()


class TheFactory(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def settings(self, text, name="settings.json"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def test_it_makes_a_filter_as_paste_wants_it(self):
        made = os_glance.GlanceBillingFilter.factory(
            {}, spool_dir=self.folder + "/spool", billing_heart_url="http://h:1/v2")
        billing = made("an application")
        self.assertEqual((billing.app, billing.sender.heart.url), ("an application", "http://h:1/v2/event"))
        self.assertEqual(os.stat(self.folder + "/spool").st_mode & 0o777, 0o700)

    def test_the_heart_s_address_may_be_in_the_settings_of_nova_billing(self):
        path = self.settings('{"billing_heart_url": "http://heart:8787", "log_level": "DEBUG"}')
        self.assertEqual(os_glance.Settings({"settings_file": path}).heart_url, "http://heart:8787")
        both = os_glance.Settings({"settings_file": path, "billing_heart_url": "http://h:1"})
        self.assertEqual(both.heart_url, "http://h:1")

    def test_what_is_set_wrongly_is_told_when_glance_starts(self):
        for wrong in (
            {"spol_dir": "/spool"}, {"spool_limit": "many"}, {"spool_limit": "0"}, {"timeout": "-1"},
            {"billing_heart_url": "heart:8787"}, {"settings_file": self.folder + "/none"},
            {"settings_file": self.settings("{", "broken")}, {"settings_file": self.settings("[]", "list")},
        ):
            with self.subTest(wrong), self.assertRaises(ValueError):
                os_glance.GlanceBillingFilter.factory({}, **wrong)


if __name__ == "__main__":
    unittest.main()
