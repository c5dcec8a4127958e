#!/usr/bin/python3
"""Reconciliation with the real services: messages are lost, and the bill comes back.

usage: reconcile.py RECKONER FOLDER [--stretch SECONDS]

Two more customers live for a minute. Their messages wait in a queue of their own, of which all that happens while
servers are stopped, resized, shelved and deleted is thrown away. A ledger that hears the rest is wrong; reconciled with
the services it must come to what the oracle says. A second reconciliation must find nothing. FOLDER is that of live/run.
"""
import argparse
import json
import os
import subprocess
import sys
import time

from backfill import Ledger, Unheard
from cloud import Refused, must
from reckoner import clouds
from scenario import said

LIVE = os.path.dirname(os.path.abspath(__file__))
QUEUE = "reckoner-lossy"
TOLERANCE = 5  # seconds: as for back-fill


def rabbitmqctl(*words):
    done = subprocess.run([f"{LIVE}/openstack/rabbitmqctl", *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          timeout=120, check=True)
    return done.stdout.decode()


def waiting():
    for line in rabbitmqctl("list_queues", "name", "messages").splitlines():
        words = line.split()
        if words[:1] == [QUEUE]:
            return int(words[1])
    return -1


class Lossy(Unheard):
    """The same life, of other customers; what happens in the middle of it nobody hears of."""

    def live(self):
        first, second = self.acme, self.globex = self.customer("initrode", "irma"), self.customer("massive", "max")
        self.begin(first, second)
        self.resized = self.boot(first, "resized", self.flavor("c1.small", 1, 2048, 20, 5, 512), self.image(first, "more"))
        self.servers_are((first, self.resized, "ACTIVE"))
        must(waiting() > 0, "the queue has no message of what was done")
        self.hold("all runs, and is heard of")
        self.change(first, second)
        self.act(first, self.resized, resize={"flavorRef": self.flavor("c1.large", 4, 8192, 40, 5, 512)})
        self.server_is(first, self.resized, "VERIFY_RESIZE")
        self.act(first, self.resized, confirmResize=None)
        self.server_is(first, self.resized, "ACTIVE")
        self.hold("some stopped, paused, suspended, shelved, resized, and nobody hears of it")
        self.go_on(first, second)
        self.hold("one started again, one deleted, and nobody hears of it")


class Listener:
    """`reckoner listen` on the queue, for as long as it is wanted."""

    def __init__(self, ledger, amqp):
        self.ledger = ledger
        with open(ledger.config, "a", encoding="utf-8") as file:
            file.write(f"listen:\n  url: {amqp}\n  queue: {QUEUE}\n")

    def while_it_runs(self, look, what):
        with open(os.path.join(self.ledger.folder, "log", "lossy-listener.log"), "a", encoding="utf-8") as log:
            process = subprocess.Popen(self.ledger.command("listen"), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            end = time.time() + 120
            while not look():
                must(process.poll() is None and time.time() < end, f"{what}: not within 120 s; see {log.name}")
                time.sleep(0.5)
            time.sleep(2)
        finally:
            process.terminate()
            process.wait(30)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("reckoner")
    arguments.add_argument("folder")
    arguments.add_argument("--stretch", type=float, default=15, help="seconds that each state is held (default 15)")
    asked = arguments.parse_args()
    clouds(asked.folder)
    month = time.strftime("%Y-%m-01T00:00:00Z", time.gmtime())
    ledger = Ledger(asked.reckoner, asked.folder, "lossy", month)
    ledger.answer("prices", "load", f"{LIVE}/prices.yaml")
    listener = Listener(ledger, f"amqp://guest:guest@127.0.0.1:{os.environ.get('RABBIT_PORT', '15673')}/")
    listener.while_it_runs(lambda: waiting() >= 0, "the queue is made")

    life = Lossy(asked.stretch, None)
    hold = life.hold

    def hold_and_listen_or_lose(what):
        hold(what)
        time.sleep(3)  # for what a service has yet to send
        if "nobody" in what:
            said(f"{waiting()} messages are thrown away")
            rabbitmqctl("purge_queue", QUEUE)
        else:
            listener.while_it_runs(lambda: waiting() == 0, "the queue is read")

    life.hold = hold_and_listen_or_lose
    life.live()
    rabbitmqctl("delete_queue", QUEUE)
    opinion = life.oracle.finish({life.acme.project: "initrode", life.globex.project: "massive", life.admin.project: "admin"})
    oracle = os.path.join(asked.folder, "oracle-reconcile.json")
    with open(oracle, "w", encoding="utf-8") as file:
        json.dump(opinion, file, indent=1)

    said("the ledger that missed it is not what the oracle says")
    try:
        ledger.compare(oracle, TOLERANCE)
    except SystemExit:
        pass
    else:
        sys.exit("reconcile: the bill is right although messages were thrown away, so this proves nothing")

    said("reconciling")
    rows = json.loads(ledger.answer("--format", "json", "reconcile", "cloud", "nova", "glance", "cinder", "neutron",
                                 "--os-cloud", "live", "--since", month))
    for row in rows:
        print("  " + "  ".join(f"{key} {value}" for key, value in row.items() if value))
    must(any(row["state"] > 0 for row in rows) and any(row["deletion"] > 0 for row in rows), "no stop or deletion was missed")
    ledger.compare(oracle, TOLERANCE)

    said("reconciling once more")
    rows = json.loads(ledger.answer("--format", "json", "reconcile", "cloud", "nova", "glance", "cinder", "neutron",
                                 "--os-cloud", "live", "--since", month))
    must(rows == [], f"a second reconciliation found something: {rows}")
    ledger.answer("reconcile", "cloud", "keystone", "--os-cloud", "live")
    ledger.answer("verify")

    said("the doctor")
    doctor = subprocess.run(ledger.command("--format", "json", "doctor", "--os-cloud", "live"), stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, timeout=120)
    checks = {check["check"]: check for check in json.loads(doctor.stdout)}
    for name in ("token", "admin role", "Keystone", "Nova", "Glance", "Cinder", "Neutron", "broker", "ledger", "price book"):
        must(name in checks and checks[name]["verdict"] == "ok" or name == "broker" and checks[name]["verdict"] == "warning",
             f"the doctor finds {name}: {checks.get(name)}")
    said(f"{len(checks)} checks, exit code {doctor.returncode}")


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, Refused) as failure:
        sys.exit(f"reconcile: {failure}")
