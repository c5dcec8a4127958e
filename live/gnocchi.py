#!/usr/bin/python3
"""Measures of a real Gnocchi, collected and billed.

usage: gnocchi.py RECKONER FOLDER [--resources N]

Ports of two projects send for six hours, in values of five minutes; a disk is held. One port is given another flavor
afterwards: with its history all it sent is of the first, without of the second. What Reckoner bills must be what was put
in, to the byte, and what Gnocchi itself sums for each project; a second run must add nothing; measures that come late
must be told again; a metric that nobody measures must hold its own watermark, and no other's; a port that is archived
otherwise must be left out and named. Exit code 1 at the first thing that is not as it should be. FOLDER is that of
live/run.
"""
import argparse
import datetime as dt
import json
import os
import time
import uuid

from cloud import User, must
from reckoner import Reckoner, clouds

HOURS = 6
STEP = 300
MIB = 1 << 20


class Trial:
    def __init__(self, reckoner, folder, resources):
        self.folder, self.resources = folder, resources
        self.program = Reckoner(reckoner, os.path.join(folder, "gnocchi.yaml"))
        self.reckoner = self.program.rows
        clouds(folder)
        self.admin = User("admin", "admin", os.environ.get("ADMIN_PASS", "admin"))
        hour = dt.timedelta(hours=1)
        now = dt.datetime.now(dt.timezone.utc).replace(minute=0, second=0, microsecond=0)
        self.start = now - (HOURS + 1) * hour  # the last hour has been over for an hour
        self.ports = {}  # id: (project, bytes of each step)

    def gnocchi(self, method, path, body=None):
        return self.admin.gnocchi(method, path, body)

    def collect(self, *more, codes=(0,)):
        rows, said = self.reckoner("collect", "gnocchi", *more, codes=codes)
        return {row["meter"]: row for row in rows}, said

    def configure(self, more=""):
        with open(self.program.config, "w") as file:
            file.write(f"""
ledger: {{url: "jdbc:sqlite:{self.folder}/gnocchi.db"}}
region: RegionOne
openstack: {{cloud: live, clouds-file: "{self.folder}/clouds.yaml"}}
measure:
  since: {self.start.isoformat()}
  again: 12
  gnocchi:
    meters:
      network.out:
        metric: network.outgoing.bytes
        resource-type: live_port
        type: port
        unit: MiB
        factor: 1/{MIB}
        aggregation: sum
        re-aggregation: sum
        granularity: 5m
        attributes: [flavor]
      network.hourly:
        metric: network.outgoing.bytes
        resource-type: live_port
        type: port
        unit: B
        aggregation: sum
        re-aggregation: sum
        history: false
        attributes: [flavor]
      disk.held:
        metric: disk.root.size
        resource-type: live_port
        type: port
        unit: GiB
        kind: level
        aggregation: mean
        granularity: 5m
{more}
""")

    def make(self, projects, number):
        """So many ports, and what they send."""
        ids = []
        for i in range(number):
            port, project = str(uuid.uuid4()), projects[i % len(projects)]
            self.gnocchi("POST", "/resource/live_port", {
                "id": port, "project_id": project, "user_id": project, "started_at": self.start.isoformat(),
                "flavor": "small", "metrics": {name: {"archive_policy_name": "live"}
                                               for name in ("network.outgoing.bytes", "disk.root.size")}})
            self.ports[port] = (project, [(i + 1) * 1_000_003 + step for step in range(HOURS * 3600 // STEP)])
            ids.append(port)
        return ids

    def at(self, step):
        return (self.start + dt.timedelta(seconds=step * STEP)).isoformat()

    def send(self, ports):
        for i in range(0, len(ports), 20):
            self.gnocchi("POST", "/batch/resources/metrics/measures", {
                port: {"network.outgoing.bytes": [{"timestamp": self.at(step), "value": value}
                                                  for step, value in enumerate(self.ports[port][1])],
                       "disk.root.size": [{"timestamp": self.at(step), "value": 20}
                                          for step in range(HOURS * 3600 // STEP)]}
                for port in ports[i:i + 20]})
        self.processed()

    def processed(self):
        end = time.time() + 300
        while self.gnocchi("GET", "/status")["storage"]["summary"]["measures"]:
            must(time.time() < end, "metricd has not processed all measures within 300 s")
            time.sleep(0.3)

    def bytes_sent(self):
        return sum(sum(values) for _, values in self.ports.values())

    def usage(self):
        """Of the bill's lines, the quantities by item."""
        quantities = {}
        for period in sorted({self.start.strftime("%Y-%m"), dt.datetime.now(dt.timezone.utc).strftime("%Y-%m")}):
            for line in self.reckoner("bill", "--period", period)[0]:
                quantities[line["item"]] = quantities.get(line["item"], 0) + float(line["quantity"])
        return quantities

    def run(self):
        self.gnocchi("POST", "/archive_policy", {
            "name": "live", "back_window": 100, "aggregation_methods": ["mean", "sum", "max"],
            "definition": [{"granularity": "5m", "timespan": "30 days"}, {"granularity": "1h", "timespan": "60 days"}]})
        self.gnocchi("POST", "/resource_type", {"name": "live_port", "attributes": {
            "flavor": {"type": "string", "required": False, "max_length": 255}}})
        self.configure()
        first, second = uuid.uuid4().hex, uuid.uuid4().hex
        ports = self.make([first, second], self.resources)
        self.send(ports)
        self.gnocchi("PATCH", f"/resource/live_port/{ports[0]}", {"flavor": "large"})

        began = time.time()
        rows, _ = self.collect()
        took = time.time() - began
        for meter in ("network.out", "network.hourly", "disk.held"):
            must(rows[meter]["new"] == str(HOURS * len(ports)), f"{meter}: {rows[meter]}")
            must(rows[meter]["complete until"] == self.iso(HOURS), f"{meter}: {rows[meter]}")
        self.agrees(ports[0], first, second)
        print(f"{HOURS} hours of {len(ports)} ports and three meters: {took:.1f} s with the start of Reckoner")

        rows, _ = self.collect()
        must(all(row["new"] == row["changed"] == "0" for row in rows.values()), f"a second run: {rows}")

        self.gnocchi("POST", "/batch/resources/metrics/measures", {
            ports[1]: {"network.outgoing.bytes": [{"timestamp": self.at(3.1), "value": 77}]}})
        self.processed()
        self.ports[ports[1]][1][3] += 77
        rows, _ = self.collect()
        must(rows["network.out"]["changed"] == "1" and rows["disk.held"]["changed"] == "0", f"a late measure: {rows}")
        self.agrees(ports[0], first, second)

        self.configure("""      nobody.measures:
        resource-type: live_port
        unit: B""")
        rows, said = self.collect(codes=(1,))
        must("has no metric 'nobody.measures'" in said, said)
        must(rows["nobody.measures"]["complete until"] == "unknown", f"{rows}")
        must(rows["network.out"]["complete until"] == self.iso(HOURS), f"{rows}")

        self.configure("""      wrong:
        metric: disk.root.size
        resource-type: live_port
        unit: B
        granularity: 30m""")
        rows, said = self.collect(codes=(1,))
        must("gnocchi/wrong: resources left out" in said and f"never will: {len(ports)};" in said, said)
        must(rows["wrong"]["measures"] == "0", f"{rows}")
        self.configure()
        self.archived_otherwise(first)
        self.reckoner("verify")

    def archived_otherwise(self, project):
        """One port of which Gnocchi has no values for five minutes: it is left out, and the others are not."""
        self.gnocchi("POST", "/archive_policy", {
            "name": "coarse", "back_window": 100, "aggregation_methods": ["mean", "sum", "max"],
            "definition": [{"granularity": "1h", "timespan": "60 days"}]})
        port = str(uuid.uuid4())
        self.gnocchi("POST", "/resource/live_port", {
            "id": port, "project_id": project, "user_id": project, "started_at": self.start.isoformat(),
            "flavor": "small", "metrics": {"network.outgoing.bytes": {"archive_policy_name": "coarse"}}})
        self.gnocchi("POST", "/batch/resources/metrics/measures", {
            port: {"network.outgoing.bytes": [{"timestamp": self.at(0), "value": 5}]}})
        self.processed()
        rows, said = self.collect(codes=(1,))
        must("gnocchi/network.out: resources left out" in said and "never will: 1;" in said, said)
        must(rows["network.out"]["measures"] != "0" and rows["network.out"]["changed"] == "0", f"{rows}")
        must(rows["network.hourly"]["new"] == "1", f"the port has values for an hour: {rows}")
        letters, _ = self.reckoner("dead-letters", "list")
        must(any(port in json.dumps(letter) and "coarse" in json.dumps(letter) for letter in letters), f"{letters}")

    def iso(self, hours):
        return (self.start + dt.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def agrees(self, changed, *projects):
        """The ledger with what was put in, and with what Gnocchi itself sums of a project."""
        rows, _ = self.reckoner("resources", "list", "--type", "port")
        must(len(rows) == len(self.ports), f"{len(rows)} ports in the ledger, {len(self.ports)} in Gnocchi")
        prices = os.path.join(self.folder, "gnocchi-prices.yaml")
        with open(prices, "w") as file:
            file.write("""
price-book: measured
currency: EUR
valid-from: 2026-01-01
meters:
  network.out: {kind: amount, unit: MiB}
  network.hourly: {kind: amount, unit: B}
  disk.held: {kind: amount, unit: GiB.s}
prices:
  - {id: out, item: Out, meter: network.out, per: MiB, price: 1, when: {flavor: small}}
  - {id: hourly-small, item: Hourly small, meter: network.hourly, per: B, price: 1, when: {flavor: small}}
  - {id: hourly-large, item: Hourly large, meter: network.hourly, per: B, price: 1, when: {flavor: large}}
  - {id: held, item: Held, meter: disk.held, per: GiB.h, price: 1}
""")
        self.reckoner("prices", "load", prices)
        quantities = self.usage()
        sent = self.bytes_sent()
        large = sum(self.ports[changed][1])
        must(round(quantities["Hourly large"]) == large, f"billed {quantities['Hourly large']} of {large} bytes as large")
        must(round(quantities["Hourly small"]) == sent - large, f"billed {quantities['Hourly small']} bytes as small")
        must(abs(quantities["Out"] - sent / MIB) < 0.001, f"billed {quantities['Out']} of {sent / MIB} MiB")
        must(abs(quantities["Held"] - 20 * HOURS * len(self.ports)) < 0.001, f"billed {quantities['Held']} GiB hours")
        stop = (self.start + dt.timedelta(hours=HOURS)).strftime("%Y-%m-%dT%H:%M:%S")
        answer = self.gnocchi("POST", "/aggregates?granularity=3600&groupby=project_id&start="
                              + self.start.strftime("%Y-%m-%dT%H:%M:%S") + "&stop=" + stop, {
                                  "operations": "(aggregate sum (metric network.outgoing.bytes sum))",
                                  "resource_type": "live_port", "search": "started_at >= '2000-01-01'"})
        for group in answer:
            project = group["group"]["project_id"]
            ours = sum(sum(values) for whose, values in self.ports.values() if whose == project)
            theirs = sum(value for _, _, value in group["measures"]["measures"]["aggregated"])
            must(theirs == ours, f"Gnocchi sums {theirs} for {project}, and {ours} were put in")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reckoner")
    parser.add_argument("folder")
    parser.add_argument("--resources", type=int, default=60)
    asked = parser.parse_args()
    Trial(asked.reckoner, asked.folder, asked.resources).run()
    print("What Gnocchi measured is what was billed")
