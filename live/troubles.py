#!/usr/bin/python3
"""What befalls a listener besides messages: no broker, a wrong password, a full queue, and being told to stop.

usage: troubles.py RECKONER BROKER-URL FOLDER

Writes configurations, ledgers and logs to FOLDER, and prints how fast the full queue was read. Exit code 1 at the first
thing that is not as it should be.
"""
import datetime
import json
import os
import re
import sqlite3
import subprocess
import sys
import time
import uuid

import kombu

from cloud import must

RECKONER, BROKER, FOLDER = sys.argv[1:4] if len(sys.argv) == 4 else sys.exit(__doc__)
RECORDING = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                         "../collect/src/main/resources/org/reckoner/collect/recording/demo.ndjson")
AFTER_THE_RECORDING = "2026-12-01T00:00:00Z"
QUEUE = "reckoner-full"
MESSAGES = 10_000


class Listener:
    """`reckoner listen`, with the ledger and the log of its name."""

    def __init__(self, name, url):
        self.name = name
        self.ledger, self.log, config = (os.path.join(FOLDER, name + end) for end in (".db", ".log", ".yaml"))
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"ledger:\n  url: jdbc:sqlite:{self.ledger}\nlisten:\n  url: {url}\n  queue: {QUEUE}\n")
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen([RECKONER, "--config", config, "--now", AFTER_THE_RECORDING, "listen"],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.kill()
        self.process.wait()

    def told(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()

    def wait(self, what, condition):
        end = time.time() + 120
        while not condition():
            must(self.process.poll() is None and time.time() < end, f"{self.name}: never {what}; see {self.log}")
            time.sleep(0.01)

    def stop(self):
        began = time.time()
        self.process.terminate()
        code = self.process.wait(60)
        took = time.time() - began
        must(code == 0 and took < 5, f"{self.name}: told to stop, it took {took:.1f} s and ended with exit code {code}")
        must("stopped;" in self.told(), f"{self.name}: it does not say that it stopped")
        return took

    def kept(self):
        """When each batch was kept, how many messages were in it, and how many of them were observations."""
        return [(datetime.datetime.fromisoformat(at), int(messages), int(observed)) for at, messages, observed in
                re.findall(r"^(\S+)Z .* kept (\d+) messages: (\d+) observed", self.told(), re.MULTILINE)]

    def kept_messages(self):
        return sum(messages for _, messages, _ in self.kept())


def no_broker():
    with Listener("no-broker", "amqp://guest:guest@127.0.0.1:1/") as listener:
        listener.wait("tried four times", lambda: listener.told().count("trying again") >= 4)
        waits = [float(wait) for wait in re.findall(r"trying again in (\S+) s", listener.told())]
        must("Connection refused" in listener.told() and waits == sorted(waits), f"no-broker: see {listener.log}")
        print(f"no broker: tries again after {', '.join(map(str, waits))} s; stopped within {listener.stop():.1f} s")


def wrong_password():
    with Listener("wrong-password", BROKER.replace(":guest@", ":wr0ng@")) as listener:
        listener.wait("refused", lambda: "ACCESS_REFUSED" in listener.told())
        must("wr0ng" not in listener.told(), f"wrong-password: the password is in {listener.log}")
        print(f"wrong password: says so; stopped within {listener.stop():.1f} s")


def full_queue():
    with open(RECORDING, encoding="utf-8") as file:
        recorded = [json.loads(json.loads(line)["oslo.message"]) for line in file]
    with kombu.Connection(BROKER) as broker, broker.channel() as channel:
        queue = kombu.Queue(QUEUE, durable=True, channel=channel)
        queue.declare()
        producer = kombu.Producer(channel)
        for number in range(MESSAGES):
            message = {**recorded[number % len(recorded)], "message_id": str(uuid.uuid4())}
            producer.publish(json.dumps({"oslo.version": "2.0", "oslo.message": json.dumps(message)}), routing_key=QUEUE,
                             content_type="application/json", content_encoding="utf-8", delivery_mode=2)
        with Listener("full-queue", BROKER) as first:
            first.wait("kept a batch", first.kept)
            took = first.stop()
        before = first.kept()
        kept = first.kept_messages()
        left = queue.queue_declare(passive=True).message_count
        must(0 < left == MESSAGES - kept, f"full-queue: stopped after {kept} of {MESSAGES} messages, but {left} are left")
        with Listener("full-queue", BROKER) as second:
            second.wait("kept the rest", lambda: second.kept_messages() >= left)
            second.stop()
        queue.delete()
    connected = datetime.datetime.fromisoformat(re.search(r"^(\S+)Z .* connected", second.told(), re.MULTILINE)[1])
    seconds = (second.kept()[-1][0] - connected).total_seconds()
    observed = sum(observed for _, _, observed in before + second.kept())
    with sqlite3.connect(second.ledger) as ledger:
        [stored] = ledger.execute("select count(*) from observation").fetchone()
    must(second.kept_messages() == left and stored == observed,
         f"full-queue: of {left} messages {second.kept_messages()} were kept; of {observed} observations the ledger has {stored}")
    print(f"full queue: told to stop after {kept} of {MESSAGES} messages, it stopped within {took:.1f} s; "
          f"then {left} messages in {seconds:.1f} s, {left / seconds:.0f} a second; each of {observed} observations is there once")


if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    no_broker()
    wrong_password()
    full_queue()
