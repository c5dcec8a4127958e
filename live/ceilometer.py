#!/usr/bin/python3
"""Samples of a real Ceilometer: published, kept once each, made use of, and billed.

usage: ceilometer.py RECKONER FOLDER

Ceilometer's notification agent reads what the services of this cloud have told and tell now. It publishes to `reckoner
serve` over HTTP, over RabbitMQ, or both, and into a file that Reckoner never sees. A server is stopped, started and
resized, a volume extended, an image made and read. Every sample of the file must then be in the ledger, once; all of them
posted again must add nothing; and the bills must be, to the last digit, what the file comes to by the rules that
docs/how-to/collect-samples.md states, computed here anew. Exit code 1 at the first thing that is not as it should be.
FOLDER is that of live/run.
"""
import base64
import collections
import datetime as dt
import json
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from cloud import User, address, must, services, wait
from reckoner import Reckoner

RECKONER, FOLDER = sys.argv[1:3] if len(sys.argv) == 3 else sys.exit(__doc__)
PORT = int(os.environ.get("SERVE_PORT", "18787"))
AMQP = f"amqp://guest:guest@127.0.0.1:{os.environ.get('RABBIT_PORT', '15673')}/"
PASSWORD = "hush"
HOUR = 3600
LEAD_IN = 600
GIB = 1 << 30
BLOB = os.urandom(3_000_017)

# What Ceilometer's pollsters would tell of servers, made of Nova's messages.
INSTANCE = """
metric:
  - name: instance
    event_type: &changes compute.instance.(?!create.start|update|.*error).*
    type: gauge
    unit: instance
    volume: $.payload.vcpus
    resource_id: $.payload.instance_id
    project_id: $.payload.tenant_id
    metadata: {status: $.payload.state, instance_type: $.payload.instance_type, display_name: $.payload.display_name}
"""
HTTP = f"http://ceilometer:{PASSWORD}@127.0.0.1:{PORT}/ceilometer"
FILE = f"file://{FOLDER}/ceilometer-samples?json"
# Which meters go which way; all of them into the file too.
PIPELINE = {
    "both": (["volume.size", "image.*"], [HTTP, "notifier://"]),
    "http": (["instance", "snapshot.size"], [HTTP]),
    "amqp": (["vcpus"], ["notifier://"]),
}
MAPPING = [
    {"meter": "instance", "type": "Virtual Machine", "transformer": "uptime", "unit": "second",
     "metadata": {"name": {"sources": ["display_name"]}}},
    {"meter": "vcpus", "type": "Cores", "unit": "hour", "service": "cores"},
    {"meter": "volume.size", "type": "Block Storage", "unit": "gigabyte", "service": "block",
     "metadata": {"name": {"sources": ["display_name"]}}},
    {"meter": "image.size", "type": "Glance Image", "transformer": "max", "unit": "byte", "service": "images"},
    {"meter": "image.download", "type": "Glance Traffic", "transformer": "sum", "unit": "byte", "service": "images.out"},
]
TRACKED = {"active", "paused", "rescue", "rescued", "resize", "resized", "verify_resize", "suspended", "shutoff", "stopped"}
PRICES = {"cores": ("s", "h", 1), "block": ("B.s", "GiB.h", 1), "images": ("B.s", "MiB.h", 1), "images.out": ("B", "MiB", 1)}
SIZES = {"h": HOUR, "GiB.h": GIB * HOUR, "MiB.h": (1 << 20) * HOUR, "MiB": 1 << 20}


def write(name, what):
    path = os.path.join(FOLDER, name)
    with open(path, "w", encoding="utf-8") as file:
        file.write(what if isinstance(what, str) else json.dumps(what))  # JSON is YAML
    return path


def configure():
    write("publisher.password", PASSWORD + "\n")
    return write("ceilometer.yaml", {
        "ledger": {"url": f"jdbc:sqlite:{FOLDER}/ceilometer.db"},
        "region": "RegionOne",
        "serve": {"port": PORT, "keystone": {"url": address("keystone") + "/v3"}},
        "listen": {"url": AMQP, "queue": "reckoner-samples", "exchanges": ["ceilometer"], "routing-keys": ["metering.sample"]},
        "samples": {"mapping": write("meter_mappings.yml", MAPPING),
                    "publisher": {"user": "ceilometer", "password-file": f"{FOLDER}/publisher.password"}}})


def reckoner(*arguments, now=None):
    later = ["--now", now.strftime("%Y-%m-%dT%H:%M:%SZ")] if now else []
    return Reckoner(RECKONER, f"{FOLDER}/ceilometer.yaml").run(*later, *arguments)[0]


def agent(verb, **more):
    services(verb, "ceilometer", **more)


def post(body, password=PASSWORD):
    """The status, and the answer."""
    login = base64.b64encode(f"ceilometer:{password}".encode()).decode()
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}/ceilometer", json.dumps(body).encode(),
                                     {"Content-Type": "application/json", "Authorization": f"Basic {login}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, {}
    except OSError:
        return 0, {}


# The cloud


def live(admin):
    """Something of every meter that is mapped; tells what the last sample of each must say."""
    image = admin.glance("POST", "/images", {"name": "sampled", "disk_format": "raw", "container_format": "bare"})["id"]
    admin.glance("PUT", f"/images/{image}/file", BLOB, kind="application/octet-stream")
    must(len(admin.glance("GET", f"/images/{image}/file")) == len(BLOB), "the image is not what was put in")
    flavors = [flavor(admin, "sampled.small", 1), flavor(admin, "sampled.large", 3)]
    volume = admin.cinder("POST", "/volumes", {"volume": {"name": "sampled", "size": 2}})["volume"]["id"]
    server = admin.nova("POST", "/servers", {"server": {
        "name": "sampled", "flavorRef": flavors[0], "imageRef": image, "networks": "none"}})["server"]["id"]
    status = lambda: admin.nova("GET", f"/servers/{server}")["server"]["status"]
    act = lambda **action: admin.nova("POST", f"/servers/{server}/action", action)
    wait("the volume", lambda: admin.cinder("GET", f"/volumes/{volume}")["volume"]["status"], ["available"])
    admin.cinder("POST", f"/volumes/{volume}/action", {"os-extend": {"new_size": 5}})
    wait("the server", status, ["ACTIVE"])
    act(**{"os-stop": None})
    wait("the server", status, ["SHUTOFF"])
    act(resize={"flavorRef": flavors[1]})
    wait("the server", status, ["VERIFY_RESIZE"])
    act(confirmResize=None)
    wait("the server", status, ["SHUTOFF"])
    act(**{"os-start": None})
    wait("the server", status, ["ACTIVE"])
    wait("the volume", lambda: admin.cinder("GET", f"/volumes/{volume}")["volume"]["size"], [5])
    return {("image.size", image): len(BLOB), ("image.download", image): len(BLOB), ("volume.size", volume): 5,
            ("instance", server): 3, ("vcpus", server): 3}


def flavor(admin, name, vcpus):
    for known in admin.nova("GET", "/flavors")["flavors"]:
        if known["name"] == name:
            return known["id"]
    return admin.nova("POST", "/flavors", {"flavor": {"name": name, "vcpus": vcpus, "ram": 512, "disk": 1}})["flavor"]["id"]


# What was published


class Sample:
    def __init__(self, told):
        self.told, self.id, self.meter, self.resource = told, told["id"], told["name"], told["resource_id"]
        self.project, self.metadata = told["project_id"], told["resource_metadata"]
        self.volume = None if told["volume"] is None else Fraction(str(told["volume"]))
        time = dt.datetime.fromisoformat(told["timestamp"])
        must(time.utcoffset() is not None, f"the sample {self.id} has a time without a zone: {told['timestamp']}")
        self.at = int(time.timestamp())  # whole seconds, as in all timelines
        self.order = time, self.id


def published():
    """By id; a sample is in the file once, though several sinks may have published it."""
    try:
        with open(f"{FOLDER}/ceilometer-samples", encoding="utf-8") as file:
            told = [json.loads(line) for line in file if line.endswith("\n")]
    except FileNotFoundError:
        return {}
    return {sample.id: sample for sample in map(Sample, told)}


def wanted(samples):
    meters = {entry["meter"] for entry in MAPPING}
    return {id: sample for id, sample in samples.items() if sample.meter in meters}


def kept():
    """The samples of the ledger, by meter and id."""
    database = sqlite3.connect(f"file:{FOLDER}/ceilometer.db?mode=ro", uri=True, timeout=30)
    try:
        return database.execute("SELECT message_id, meter, volume, resource, project FROM sample").fetchall()
    finally:
        database.close()


def all_arrived(last):
    """Waits until Ceilometer has published what was done last, has nothing more, and all of it is in the ledger."""
    end, before = time.time() + 120, -1
    while True:
        samples = published()
        newest = {}
        for sample in sorted(samples.values(), key=lambda each: each.order):
            if sample.volume is not None:
                newest[sample.meter, sample.resource] = sample.volume
        missing = {what: value for what, value in last.items() if newest.get(what) != value}
        lacking = wanted(samples).keys() - {row[0] for row in kept()}
        if not missing and not lacking and len(samples) == before:
            return samples
        must(time.time() < end, f"not within 120 s: published {missing}; kept {sorted(lacking)[:5]} of {len(lacking)}")
        before = len(samples)
        time.sleep(1)


# What it comes to: the rules once more


def hours(samples):
    """(meter, resource, start): the samples of the hour and of the ten minutes before it; of hours that have some."""
    resources = collections.defaultdict(list)
    for sample in sorted(samples, key=lambda each: each.order):
        resources[sample.meter, sample.resource].append(sample)
    for (meter, resource), told in sorted(resources.items()):
        for start in sorted({sample.at // HOUR * HOUR for sample in told}):
            yield meter, start, [sample for sample in told if start - LEAD_IN <= sample.at < start + HOUR]


def stretches(samples, start):
    """What held from when until when, as the last sample before the hour and those within it say."""
    before = [sample for sample in samples if sample.at < start]
    changes = [(start, sample) for sample in before[-1:]] + [(sample.at, sample) for sample in samples if sample.at >= start]
    ends = [at for at, _ in changes[1:]] + [start + HOUR]
    return [(until - at, sample) for (at, sample), until in zip(changes, ends)]


def expected(samples):
    """By project, service and resource."""
    use = collections.Counter()
    for meter, start, told in hours(samples):
        owner = next((sample.project for sample in reversed(told) if sample.project), None)
        inside = [sample for sample in told if sample.at >= start]
        resource = told[0].resource
        if owner is None:
            continue
        if meter == "instance":
            for seconds, sample in stretches(told, start):
                if sample.metadata.get("status") in TRACKED:
                    use[owner, sample.metadata["instance_type"], resource] += seconds
        elif meter in ("vcpus", "volume.size"):
            held = Fraction(0)
            for seconds, sample in stretches(told, start):
                held = held if sample.volume is None else sample.volume
                service, size = ("cores", 1) if meter == "vcpus" else ("block", GIB)
                use[owner, service, resource] += held * seconds * size
        elif meter == "image.size":
            use[owner, "images", resource] += max(sample.volume or 0 for sample in inside) * HOUR
        else:
            use[owner, "images.out", resource] += sum(sample.volume or 0 for sample in inside)
    return {what: quantity for what, quantity in use.items() if quantity}


def load_prices(samples):
    flavors = {sample.metadata["instance_type"] for sample in samples if sample.meter == "instance"}
    services = {**PRICES, **{name: ("s", "h", index + 2) for index, name in enumerate(sorted(flavors))}}
    path = write("ceilometer-prices.yaml", {
        "price-book": "sampled", "currency": "EUR", "valid-from": "2026-01-01",
        "meters": {name: {"kind": "amount", "unit": unit} for name, (unit, _, _) in services.items()},
        "prices": [{"id": name, "item": name, "meter": name, "per": per, "price": price}
                   for name, (_, per, price) in services.items()]})
    reckoner("prices", "load", path)
    return services


def billed(services, now):
    """By project, service and resource, of the months that are touched; each line is multiplied and rounded again."""
    use = collections.Counter()
    for month in sorted({(now - dt.timedelta(hours=6)).strftime("%Y-%m"), now.strftime("%Y-%m")}):
        for bill in json.loads(reckoner("bill", "--period", month, "--format", "json", now=now)):
            for line in bill["lines"]:
                price = services[line["price"]][2]
                quantity = sum(Fraction(charge["quantity_exact"]) for charge in line["charges"])
                amount = Decimal((quantity * price).numerator) / (quantity * price).denominator
                must(Decimal(line["amount"]) == amount.quantize(Decimal("0.01"), ROUND_HALF_EVEN), f"{line}: not {amount}")
                for charge in line["charges"]:
                    what = bill["account"]["project"], line["price"], charge["resource"].split("/")[-1]
                    use[what] += Fraction(charge["quantity_exact"])
            must(sum(Decimal(line["amount"]) for line in bill["lines"]) == Decimal(bill["net"]), f"{bill['account']}: sum")
    return use


def agree(samples, now):
    services = load_prices(samples)
    ours = {what: Fraction(quantity) / SIZES[services[what[1]][1]] for what, quantity in expected(samples).items()}
    theirs = billed(services, now)
    for what in sorted(ours.keys() | theirs.keys()):
        must(ours.get(what, 0) == theirs.get(what, 0), f"billed {theirs.get(what, 0)} of {what}, and it was {ours.get(what, 0)}")
    return services, ours


def check():
    end = time.time() + 60
    while post([])[0] != 200:
        must(time.time() < end, f"the server takes no samples within 60 s; see {FOLDER}/log/ceilometer-serve.log")
        time.sleep(0.2)
    must(post([], "wrong")[0] == 401, "somebody gets in with a wrong password")

    write("meters.d/instance.yaml", INSTANCE)
    began = time.time()
    agent("start", CEILOMETER_METERS=f"{FOLDER}/meters.d", CEILOMETER_PIPELINE=write("pipeline.yaml", {
        "sources": [{"name": name, "meters": meters, "sinks": [name]} for name, (meters, _) in PIPELINE.items()],
        "sinks": [{"name": name, "publishers": [*ways, FILE]} for name, (_, ways) in PIPELINE.items()]}))
    print(f"the agent reads after {time.time() - began:.1f} s")
    last = live(User("admin", "admin", os.environ.get("ADMIN_PASS", "admin")))
    print(f"the cloud has lived after {time.time() - began:.1f} s")
    samples = all_arrived(last)
    agent("stop")
    mapped = wanted(samples)
    rows = kept()
    must(sorted(row[0] for row in rows) == sorted(mapped), f"{len(rows)} samples kept, {len(mapped)} published")
    for id, meter, volume, resource, project in rows:
        told = mapped[id]
        must((meter, volume and Fraction(volume), resource, project)
             == (told.meter, told.volume, told.resource, told.project), f"the sample {id} is kept as {volume} of {resource}")
    counts = collections.Counter(sample.meter for sample in mapped.values())
    print(f"{len(samples)} samples published, {len(rows)} of them mapped and kept, once each, after"
          f" {time.time() - began:.1f} s: {', '.join(f'{meter} {count}' for meter, count in sorted(counts.items()))}")

    status, answer = post([sample.told for sample in samples.values()])
    must(status == 200 and answer == {"added": 0, "known": len(mapped), "ignored": len(samples) - len(mapped), "refused": 0},
         f"what was posted again: {status} {answer}")

    now = dt.datetime.now(dt.timezone.utc) + dt.timedelta(hours=2)
    reckoner("samples", "run", now=now)
    # No sample comes after these, so that only a person can say that nothing is missing.
    reckoner("watermarks", "set", "ceilometer/*", now.strftime("%Y-%m-%dT%H:00:00Z"), now=now)
    services, ours = agree(mapped.values(), now)
    must({what[1] for what in ours} >= {"cores", "block", "images", "images.out", "sampled.small", "sampled.large"},
         f"not everything was used: {sorted(ours)}")
    known = json.loads(reckoner("samples", "run", "--all", "--format", "json", now=now))
    must(all(str(row["told"]) == "0" for row in known), f"a second run tells something: {known}")
    reckoner("verify")
    print(f"{len(ours)} uses of {len({what[0] for what in ours})} projects and {len(services)} services are billed"
          f" as computed from what was published; {time.time() - began:.1f} s in all")


def main():
    os.makedirs(f"{FOLDER}/meters.d", exist_ok=True)
    configure()
    with open(f"{FOLDER}/log/ceilometer-serve.log", "w", encoding="utf-8") as log:
        server = subprocess.Popen([RECKONER, "--config", f"{FOLDER}/ceilometer.yaml", "serve"], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=log)
    try:
        check()
    finally:
        agent("stop")
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
