#!/usr/bin/python3
"""What a real CloudKitty has rated, collected and billed.

usage: cloudkitty.py RECKONER FOLDER

Two projects of the real Keystone have servers and traffic in the real Prometheus. CloudKitty measures them as
live/metrics.yml says and rates them by a hashmap, with prices of fractions of a cent. Reckoner reads its data frames
and its summaries: nothing before CloudKitty has processed it, then each point once, and the bill must be what
CloudKitty's own reports say, project by project and to the cent. A second run must change nothing; when CloudKitty has
rated all of it anew with another price, the bill must be the new one. Exit code 1 at the first thing that is not as it
should be. FOLDER is that of live/run.
"""
import collections
import contextlib
import datetime as dt
import json
import os
import sqlite3
import sys
import time
import uuid
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import pymysql

from cloud import Refused, User, must, services, wait
from prometheus import blocks
from reckoner import Reckoner, clouds

LIVE = os.path.dirname(os.path.abspath(__file__))
HOUR = dt.timedelta(hours=1)
HOURS = 7  # of which CloudKitty, which waits for one more, rates six
METERS = """
      instance.rated: {metric: instance, unit: EUR, value: price, type: server, resource-key: uuid, attributes: [flavor_name]}
      network.rated: {metric: network.out, unit: EUR, value: price, read: summary, type: server, resource-key: uuid}
      network.summed: {metric: network.out, unit: MiB, read: summary, type: server, resource-key: uuid}
"""
PRICES = """
price-book: rated
currency: EUR
valid-from: 2026-01-01
meters:
  instance: {kind: amount, unit: instance}
  network.out: {kind: amount, unit: MiB}
  network.summed: {kind: amount, unit: MiB}
  instance.rated: {kind: amount, unit: EUR}
  network.rated: {kind: amount, unit: EUR}
free: [instance, network.out, network.summed]
prices:
  - {id: instance, item: Servers, meter: instance.rated, per: EUR, price: 1}
  - {id: network.out, item: Traffic, meter: network.rated, per: EUR, price: 1}
"""


class Trial:
    def __init__(self, reckoner, folder):
        self.folder = folder
        self.program = Reckoner(reckoner, os.path.join(folder, "cloudkitty.yaml"))
        clouds(folder)
        self.admin = User("admin", "admin", os.environ.get("ADMIN_PASS", "admin"))
        now = dt.datetime.now(dt.timezone.utc).replace(minute=0, second=0, microsecond=0)
        self.start = now - HOURS * HOUR
        self.projects = []

    def kitty(self, method, path, body=None):
        return self.admin.cloudkitty(method, path, body)

    # What there is

    def make(self):
        """Two projects that CloudKitty rates, from now on; and what they used."""
        me = self.admin.keystone("GET", "/users?name=cloudkitty")["users"][0]["id"]
        roles = {role["name"]: role["id"] for role in self.admin.keystone("GET", "/roles")["roles"]}
        rating = roles.get("rating") or self.admin.keystone("POST", "/roles", {"role": {"name": "rating"}})["role"]["id"]
        for _ in range(2):
            project = self.admin.keystone("POST", "/projects", {"project": {
                "name": f"kitty-{uuid.uuid4().hex[:8]}", "domain_id": "default"}})["project"]["id"]
            self.admin.keystone("PUT", f"/projects/{project}/users/{me}/roles/{rating}")
            self.projects.append(project)
        begin = int(self.start.timestamp())
        instances, sent = ["# TYPE kitty_instance gauge"], ["# TYPE kitty_sent_bytes gauge"]
        for index in range(7):
            who = f'uuid="{uuid.uuid4()}",project_id="{self.projects[index % 2]}"'
            flavor = ("small", "large", "unpriced")[index % 3]
            for minute in range(index * 7, HOURS * 60):
                at = begin + minute * 60 + 7
                instances.append(f'kitty_instance{{{who},flavor_name="{flavor}"}} 1 {at}')
                sent.append(f"kitty_sent_bytes{{{who}}} {(index + 1) * 1_000_003 + minute} {at}")
        services("stop", "prometheus")
        blocks(self.folder, "\n".join([*instances, *sent, "# EOF", ""]))
        services("start", "prometheus")

    def rules(self):
        """Prices by flavor, and one for traffic; tells the mapping of the small flavor."""
        rules = "/v1/rating/module_config/hashmap"
        service = lambda name: self.kitty("POST", f"{rules}/services", {"name": name})["service_id"]
        field = self.kitty("POST", f"{rules}/fields", {"service_id": service("instance"), "name": "flavor_name"})["field_id"]
        mapping = lambda **said: self.kitty("POST", f"{rules}/mappings", {"type": "flat", **said})["mapping_id"]
        small = mapping(field_id=field, value="small", cost="0.02137")
        mapping(field_id=field, value="large", cost="0.1")
        mapping(service_id=service("network.out"), cost="0.000071")
        self.put("/v1/rating/modules/hashmap", {"module_id": "hashmap", "enabled": True, "priority": 1})
        return f"{rules}/mappings/{small}"

    def put(self, path, body):
        """CloudKitty answers with a redirection to where it was put."""
        try:
            self.kitty("PUT", path, body)
        except Refused as answer:
            must(answer.code == 302, str(answer))

    def begin(self):
        """Tells CloudKitty to rate from the start of the trial on, and not from the beginning of the month."""
        database = pymysql.connect(host="127.0.0.1", port=int(os.environ.get("MARIADB_PORT", "15306")), user="os",
                                   password="os", database="cloudkitty", autocommit=True)
        with database, database.cursor() as cursor:
            for project in self.projects:
                cursor.execute("insert into cloudkitty_storage_states (identifier, scope_key, fetcher, collector,"
                               " last_processed_timestamp, active) values (%s, 'project_id', 'keystone', 'prometheus', %s, 1)",
                               (project, (self.start - HOUR).replace(tzinfo=None)))

    # What CloudKitty says

    def processed(self):
        """Until when all projects are."""
        scopes = self.kitty("GET", "/v2/scope")["results"]
        return min(dt.datetime.fromisoformat(scope["last_processed_timestamp"]) for scope in scopes) + HOUR

    def process(self):
        services("start", "cloudkitty-processor")
        wait("CloudKitty's processor", lambda: self.processed() >= dt.datetime.now(dt.timezone.utc) - 2 * HOUR, [True])

    def reported(self):
        """What each project owes for each service, by both of its APIs, which must agree."""
        owed = {}
        span = f"begin={self.start.strftime('%Y-%m-%dT%H:%M:%S')}&end={self.processed().strftime('%Y-%m-%dT%H:%M:%S')}"
        for project in self.projects:
            for row in self.kitty("GET", f"/v1/report/summary?{span}&tenant_id={project}&groupby=res_type")["summary"]:
                owed[project, row["res_type"]] = Decimal(row["rate"])
        table = self.kitty("GET", f"/v2/summary?{span}&groupby=project_id&groupby=type&response_format=object")
        second = {(row["project_id"], row["type"]): row["rate"] for row in table["results"]}
        must(second.keys() == owed.keys(), f"{second} {owed}")
        for what, rate in second.items():
            must(abs(Decimal(rate) - owed[what]) < Decimal("0.00001"), f"{what}: {rate} and {owed[what]}")
        return owed

    def frames(self):
        """By metric and server: the quantities of all points."""
        used, offset = collections.Counter(), 0
        while True:
            page = self.kitty("GET", f"/v2/dataframes?begin={self.start.strftime('%Y-%m-%dT%H:%M:%S')}"
                              f"&end={self.processed().strftime('%Y-%m-%dT%H:%M:%S')}&limit=1000&offset={offset}")
            for frame in page["dataframes"]:
                for metric, points in frame["usage"].items():
                    for point in points:
                        used[metric, point["groupby"]["uuid"]] += Fraction(repr(point["vol"]["qty"]))
            offset += 1000
            if offset >= page["total"]:
                return used

    # What Reckoner says

    def configure(self):
        with open(self.program.config, "w", encoding="utf-8") as file:
            file.write(f"""
ledger: {{url: "jdbc:sqlite:{self.folder}/cloudkitty.db"}}
region: RegionOne
openstack: {{cloud: live, clouds-file: "{self.folder}/clouds.yaml"}}
measure:
  since: {self.start.isoformat()}
  cloudkitty:
    page-size: 3
    metrics-file: {LIVE}/metrics.yml
    meters: {METERS}
""")
        with open(os.path.join(self.folder, "cloudkitty-prices.yaml"), "w", encoding="utf-8") as file:
            file.write(PRICES)
        self.program.run("prices", "load", file.name)

    def collect(self, *more, codes=(0,)):
        rows, said = self.program.rows("collect", "cloudkitty", *more, codes=codes)
        return {row["meter"]: row for row in rows}, said

    def agrees(self):
        owed = {what: rate.quantize(Decimal("0.01"), ROUND_HALF_EVEN) for what, rate in self.reported().items()}
        billed = collections.Counter()
        for month in sorted({at.strftime("%Y-%m") for at in (self.start, dt.datetime.now(dt.timezone.utc))}):
            for bill in json.loads(self.program.run("bill", "--period", month, "--format", "json")[0]):
                for line in bill["lines"]:
                    billed[bill["account"]["project"], line["price"]] += Decimal(line["amount"])
        owed = {what: rate for what, rate in owed.items() if rate}
        must(billed == owed, f"billed {dict(billed)}, and CloudKitty's reports say {owed}")
        return owed

    def kept(self):
        """By meter and server, what the ledger has been told."""
        used = collections.Counter()
        database = sqlite3.connect(f"file:{self.folder}/cloudkitty.db?mode=ro", uri=True, timeout=30)
        with contextlib.closing(database):
            for message, report in database.execute("SELECT message_id, report FROM observation"):
                for meter, quantity in json.loads(report)["flows"].items():
                    used[meter, message.split("/")[0]] += Fraction(quantity)
        return used

    def run(self):
        began = time.time()
        self.make()
        small = self.rules()
        self.begin()
        self.configure()
        rows, said = self.collect()
        must("has processed project" in said and "that is collected later" in said, f"{rows} {said}")
        must(all(row["measures"] == "0" for row in rows.values()), f"{rows}")
        self.process()
        print(f"CloudKitty has rated until {self.processed().isoformat()} after {time.time() - began:.1f} s")
        until = self.processed().strftime("%Y-%m-%dT%H:%M:%SZ")
        rows, said = self.collect()
        hours = (self.processed() - self.start) // HOUR
        for meter, row in rows.items():
            must(row["complete until"] == until, f"{meter}: processed until {until}: {row} {said}")
            must(row["refused"] == "0", f"{row} {said}")
        must(rows["network.out"]["measures"] == str(7 * hours), f"7 servers, {hours} hours: {rows}")
        kept, frames = self.kept(), self.frames()
        for (metric, server), quantity in frames.items():
            meters = ("network.out", "network.summed") if metric == "network.out" else (metric,)
            for meter in meters:
                must(kept[meter, server] == quantity, f"{float(kept[meter, server])} {meter} of {server} kept, {float(quantity)} rated")
        owed = self.agrees()
        print(f"{sum(owed.values())} EUR of {len(self.projects)} projects are billed as CloudKitty reports them: {sorted(owed.values())}")

        rows, said = self.collect()
        must(all(row["new"] == row["changed"] == "0" for row in rows.values()), f"a second run: {rows}")
        self.rated_anew(small, hours)
        self.program.run("verify")
        print(f"{time.time() - began:.1f} s in all")

    def rated_anew(self, small, hours):
        before = self.reported()
        self.put(small, {"cost": "0.03", "type": "flat", "value": "small"})
        self.kitty("POST", "/v2/task/reprocesses", {
            "scope_ids": self.projects, "reason": "another price", "start_reprocess_time": self.start.isoformat(),
            "end_reprocess_time": (self.processed() - HOUR).isoformat()})
        services("stop", "cloudkitty-processor")
        services("start", "cloudkitty-processor")

        def done():
            jobs = self.kitty("GET", "/v2/task/reprocesses")["results"]
            return all(job["current_reprocess_time"] == job["end_reprocess_time"] for job in jobs)
        wait("CloudKitty's reprocessing", done, [True])
        must(self.reported() != before, "CloudKitty rated with the old price again")
        rows, _ = self.collect("--since", self.start.isoformat())
        must(rows["instance.rated"]["changed"] != "0" and rows["network.rated"]["changed"] == "0", f"{rows}")
        owed = self.agrees()
        print(f"rated anew, {rows['instance.rated']['changed']} hours are told otherwise: {sum(owed.values())} EUR")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    Trial(sys.argv[1], sys.argv[2]).run()
    print("What CloudKitty rated is what was billed")
