#!/usr/bin/python3
"""Back-fill from the real services: what the oracle saw happen while nobody listened.

usage: backfill.py RECKONER FOLDER [--stretch SECONDS]

First the ledger of the scenario, which knows everything from messages: after a back-fill its bill must still be what
the oracle of the scenario says. Then a ledger that knows nothing: two more customers live for a minute, the first back-fill
is killed with -9 in the middle, the second must come to what their oracle says, and the third must add nothing.

Back-fill can't know what the APIs don't tell: the flavor before a resize, the owner and size of a volume before, and
volumes, images and addresses that are gone. These customers do none of that. FOLDER is that of live/run.
"""
import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time

from cloud import Refused, must
from reckoner import Reckoner, clouds
from scenario import Life, said

LIVE = os.path.dirname(os.path.abspath(__file__))
TOLERANCE = 5  # seconds: the APIs tell whole ones, and nothing of the moments in which a volume is being made


class Unheard(Life):
    """Two customers whose messages nobody reads."""

    def live(self):
        initech, hooli = self.acme, self.globex = self.customer("initech", "ines"), self.customer("hooli", "hugo")
        self.begin(initech, hooli)
        self.hold("all runs")
        self.change(initech, hooli)
        self.hold("one stopped, one paused, one suspended, one shelved")
        self.go_on(initech, hooli)
        self.hold("one started again, one deleted")

    def begin(self, initech, hooli):
        small = self.flavor("c1.small", 1, 2048, 20, 5, 512)
        self.volume_type("fast-ssd")
        self.volume_type("slow-hdd")
        base, other = self.image(initech, "base", license="free"), self.image(hooli, "other")
        public = [n["id"] for n in self.admin.neutron("GET", "/networks?name=public")["networks"]][0]
        initech.neutron("POST", "/networks", {"network": {"name": "office"}})
        hooli.neutron("POST", "/routers", {"router": {"name": "gate", "external_gateway_info": {"network_id": public}}})
        self.address(initech, public)
        self.address(hooli, public)
        data, _ = self.volume(initech, "data", 7, "fast-ssd"), self.volume(hooli, "store", 11, "slow-hdd")
        self.kept = self.boot(initech, "kept", small, base, metadata={"tier": "gold"})
        self.stopped, self.restarted = self.boot(initech, "stopped", small, base), self.boot(initech, "restarted", small, base)
        self.paused, self.suspended = self.boot(hooli, "paused", small, other), self.boot(hooli, "suspended", small, other)
        self.shelved, self.deleted = self.boot(hooli, "shelved", small, other), self.boot(hooli, "deleted", small, other)
        self.boot(initech, "too-large", self.flavor("c1.giant", 1, 512, 900_000), base)
        self.storage_is(initech, "volume", data, "available")
        self.servers_are(*((initech, server, "ACTIVE") for server in (self.kept, self.stopped, self.restarted)),
                         *((hooli, server, "ACTIVE") for server in (self.paused, self.suspended, self.shelved, self.deleted)))
        initech.nova("POST", f"/servers/{self.kept}/os-volume_attachments", {"volumeAttachment": {"volumeId": data}})
        self.storage_is(initech, "volume", data, "in-use")
        snapshot = initech.cinder("POST", "/snapshots", {"snapshot": {"volume_id": data, "name": "weekly", "force": True}})
        self.storage_is(initech, "snapshot", snapshot["snapshot"]["id"], "available")

    def change(self, initech, hooli):
        self.act(initech, self.stopped, **{"os-stop": None})
        self.act(initech, self.restarted, **{"os-stop": None})
        self.act(hooli, self.paused, pause=None)
        self.act(hooli, self.suspended, suspend=None)
        self.act(hooli, self.shelved, shelve=None)
        self.servers_are((initech, self.stopped, "SHUTOFF"), (initech, self.restarted, "SHUTOFF"),
                         (hooli, self.paused, "PAUSED"), (hooli, self.suspended, "SUSPENDED"),
                         (hooli, self.shelved, "SHELVED_OFFLOADED"))

    def go_on(self, initech, hooli):
        self.act(initech, self.restarted, **{"os-start": None})
        hooli.nova("DELETE", f"/servers/{self.deleted}")
        self.servers_are((initech, self.restarted, "ACTIVE"), (hooli, self.deleted, "gone"))


class Ledger(Reckoner):
    """A ledger of its own, and bills of it that are compared."""

    def __init__(self, path, folder, name, since):
        super().__init__(path, os.path.join(folder, name + "-backfill.yaml"))
        self.database = os.path.join(folder, name + ".db")
        self.folder, self.since, self.name = folder, since, name
        with open(self.config, "w", encoding="utf-8") as file:
            file.write(f"ledger:\n  url: jdbc:sqlite:{self.database}\nregion: RegionOne\n"
                       f"openstack:\n  clouds-file: {folder}/clouds.yaml\n")

    def answer(self, *words):
        """What it said beside the answer is printed."""
        answered, said = self.run(*words)
        print(said, end="", file=sys.stderr, flush=True)
        return answered

    def backfill(self, cloud):
        """The table of counts, printed and parsed."""
        rows = json.loads(self.answer("--format", "json", "backfill", "all", "--os-cloud", cloud, "--since", self.since))
        for row in rows:
            print("  " + "  ".join(f"{key} {value}" for key, value in row.items()))
        return rows

    def observations(self):
        try:
            with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30) as ledger:
                return ledger.execute("select count(*) from observation").fetchone()[0]
        except sqlite3.OperationalError:
            return 0  # it is not there yet

    def compare(self, oracle, tolerance):
        bills = []
        for month in sorted({self.since[:7], time.strftime("%Y-%m", time.gmtime())}):
            bills.append(os.path.join(self.folder, f"bill-{self.name}-backfill-{month}.json"))
            with open(bills[-1], "w", encoding="utf-8") as file:
                file.write(self.answer("bill", "--period", month, "--format", "json"))
        compared = subprocess.run([f"{LIVE}/compare.py", oracle, f"{LIVE}/prices.yaml", *bills, "--tolerance", str(tolerance)],
                                  timeout=120, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
        print("\n".join(compared.stdout.decode().splitlines()[-3 if compared.returncode == 0 else 0:]))
        must(compared.returncode == 0, f"the bill of {self.database} differs from {oracle}")

    def killed(self):
        """A back-fill that is killed once it has kept something."""
        with open(os.path.join(self.folder, "log", "killed-backfill.log"), "w", encoding="utf-8") as log:
            process = subprocess.Popen(self.command("backfill", "all", "--os-cloud", "live", "--page-size", "1"),
                                       stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        end = time.time() + 120
        while self.observations() < 5:
            must(process.poll() is None and time.time() < end, f"the back-fill to be killed kept nothing; see {log.name}")
            time.sleep(0.02)
        os.killpg(process.pid, 9)
        process.wait()
        said(f"killed with -9 after {self.observations()} observations")


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("reckoner")
    arguments.add_argument("folder")
    arguments.add_argument("--stretch", type=float, default=15, help="seconds that each state is held (default 15)")
    asked = arguments.parse_args()
    clouds(asked.folder)
    month = time.strftime("%Y-%m-01T00:00:00Z", time.gmtime())

    if os.path.exists(os.path.join(asked.folder, "oracle.json")):
        said("back-filling the ledger that listened")
        listened = Ledger(asked.reckoner, asked.folder, "ledger", month)
        rows = listened.backfill("live")
        must(all(row["ended"] == 0 for row in rows), "the APIs list what the ledger knows the end of")
        listened.compare(os.path.join(asked.folder, "oracle.json"), 1)

    life = Unheard(asked.stretch, None)
    life.live()
    opinion = life.oracle.finish({life.acme.project: "initech", life.globex.project: "hooli", life.admin.project: "admin"})
    oracle = os.path.join(asked.folder, "oracle-backfill.json")
    with open(oracle, "w", encoding="utf-8") as file:
        json.dump(opinion, file, indent=1)

    unheard = Ledger(asked.reckoner, asked.folder, "unheard", month)
    unheard.answer("prices", "load", f"{LIVE}/prices.yaml")
    unheard.killed()
    said("back-filling again, to the end")
    began = time.time()
    unheard.backfill("live")
    said(f"back-filled within {time.time() - began:.1f} s")
    unheard.compare(oracle, TOLERANCE)
    before = unheard.observations()
    said("back-filling once more, with an application credential")
    rows = unheard.backfill("application")
    must(all(row["new"] == 0 and row["completed"] == 0 for row in rows) and unheard.observations() == before,
         "a further back-fill added something")
    unheard.answer("verify")
    said(f"{before} observations; a further back-fill added none")


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, Refused) as failure:
        sys.exit(f"backfill: {failure}")
