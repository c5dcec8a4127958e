#!/usr/bin/python3
"""Measures of a real Prometheus, collected and billed.

usage: prometheus.py RECKONER FOLDER

Six hours of series are written by this trial and given to Prometheus: counters with a reset, a gap, a late beginning,
samples on the full hour; a server whose flavor changes and comes back, and one that goes to another project; a series
without a project, values that are no number, an hour without any. What Reckoner bills must be, to the last digit, what
Prometheus' functions make of them, computed here anew; a second run must ask for the last three windows only and
change nothing; what comes late must be told again, and be a correction of the month that is invoiced. Prometheus
is away, is killed in the middle, is asked for nonsense. Exit code 1 at the first thing that is not as it should be.
FOLDER is that of live/run.
"""
import collections
import datetime as dt
import json
import math
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from fractions import Fraction

from cloud import address, must, services, wait
from reckoner import Reckoner

HOURS, MINUTE, HOUR = 6, 60, 3600
START = dt.datetime(2025, 10, 31, 18, tzinfo=dt.timezone.utc)  # the last hours of a month
END, NOW = "2025-11-01T00:00:00Z", "2025-11-01T01:30:00Z"
BEGIN = int(START.timestamp())
NAN = math.nan

METERS = """
      traffic: {metric: traffic_bytes_total, type: server, unit: B, aggregation: sum, range-function: increase,
                resource-key: uuid, attributes: [flavor]}
      requests: {metric: requests, type: server, unit: requests, aggregation: sum, resource-key: uuid}
      ram: {metric: memory_mib, type: server, unit: MiB, kind: level, aggregation: avg, granularity: 5m,
               resource-key: uuid}
      queue: {metric: queue_length, unit: messages, aggregation: max, resource-key: [region, name]}
"""
PRICES = """
price-book: measured
currency: EUR
valid-from: 2025-01-01
meters:
  traffic: {kind: amount, unit: B}
  requests: {kind: amount, unit: requests}
  ram: {kind: amount, unit: MiB.s}
  queue: {kind: amount, unit: messages}
prices:
  - {id: traffic-small, item: Small, meter: traffic, per: B, price: 1, when: {flavor: small}}
  - {id: traffic-large, item: Large, meter: traffic, per: B, price: 2, when: {flavor: large}}
  - {id: requests, item: Requests, meter: requests, per: requests, price: 1}
  - {id: ram, item: Memory, meter: ram, per: MiB.s, price: 1}
  - {id: queue, item: Queue, meter: queue, per: messages, price: 1}
"""


# The series: a metric, labels, and samples of seconds since the start


def minutes(begin, end, value, offset=7):
    """A sample each minute, of the minutes since the start."""
    return [(minute * MINUTE + offset, value(minute)) for minute in range(begin, end)]


def series():
    def traffic(uuid, project, flavor, samples):
        labels = {"uuid": uuid, "flavor": flavor, **({"project_id": project} if project else {})}
        return "traffic_bytes_total", labels, samples
    last = HOURS * 60
    yield traffic("reset", "p1", "small", minutes(0, last, lambda m: 5_000_000 + 1009 * m if m < 150 else 1013 * (m - 149)))
    # On the full minute, so that each hour has all of its ends; one sample more, or the last hour lacks its own.
    yield traffic("sharp", "p1", "small", minutes(0, last + 1, lambda m: 777 * m, offset=0))
    yield traffic("gap", "p2", "small", minutes(35, 140, lambda m: 100 + 41 * m) + minutes(290, last, lambda m: 9_000 + 43 * m))
    for begin, end, flavor in ((0, 100, "small"), (100, 205, "large"), (205, last, "small")):
        yield traffic("resized", "p2", flavor, minutes(begin, end, lambda m: 2003 * m))
    yield traffic("nobody's", None, "small", minutes(0, last, lambda m: 10 * m))
    yield "requests", {"uuid": "sharp", "project_id": "p1"}, minutes(0, last, lambda m: 3 + m % 5, offset=0)
    yield "requests", {"uuid": "reset", "project_id": "p1"}, minutes(0, last, lambda m: NAN if 250 <= m < 255 else 2)
    yield "requests", {"uuid": "gap", "project_id": "p2"}, minutes(0, 170, lambda m: 1) + minutes(245, last, lambda m: 0)
    # Of the third hour 20 minutes are p1's; whoever had it for longer has the window.
    yield "memory_mib", {"uuid": "sold", "project_id": "p1"}, minutes(0, 140, lambda m: 512)
    yield "memory_mib", {"uuid": "sold", "project_id": "p2"}, minutes(140, last, lambda m: 512 if m < 300 else 2048)
    yield "queue_length", {"region": "north", "name": "jobs", "project_id": "p2"}, minutes(0, 180, lambda m: m % 60)
    yield "queue_length", {"region": "north", "name": "jobs", "project_id": "p2"}, minutes(240, last, lambda m: 7)


def late():
    """What a remote writer sends when its network is back: of the second hour."""
    yield "requests", {"uuid": "gap", "project_id": "p2"}, [(170 * MINUTE + 8, 1000)]
    yield "queue_length", {"region": "north", "name": "jobs", "project_id": "p2"}, minutes(180, 240, lambda m: 5)


def open_metrics(some):
    lines, metrics = [], collections.defaultdict(list)
    for metric, labels, samples in some:
        words = ",".join(f'{key}="{value}"' for key, value in labels.items())
        metrics[metric] += [f"{metric}{{{words}}} {'NaN' if value != value else value} {BEGIN + at}" for at, value in samples]
    for metric, own in metrics.items():
        kind = "counter" if metric.endswith("_total") else "gauge"
        lines += [f"# TYPE {metric.removesuffix('_total')} {kind}", *own]
    return "\n".join(lines) + "\n# EOF\n"


def blocks(folder, text):
    """Gives Prometheus samples as OpenMetrics writes them; it sees them at its next start."""
    source = os.path.join(folder, "series.txt")
    with open(source, "w", encoding="utf-8") as file:
        file.write(text)
    subprocess.run(["promtool", "tsdb", "create-blocks-from", "openmetrics", "-q", source,
                    os.path.join(folder, "state", "prometheus")],
                   check=True, timeout=60, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


# What Prometheus' functions make of them (promql/functions.go), in the same floating point


def increase(samples, begin, end):
    inside = [(at, value) for at, value in samples if begin <= at <= end]
    if len(inside) < 2:
        return None
    result = inside[-1][1] - inside[0][1]
    for (_, before), (_, value) in zip(inside, inside[1:]):
        if value < before:
            result += before
    to_start, to_end, sampled = inside[0][0] - begin, end - inside[-1][0], inside[-1][0] - inside[0][0]
    between = sampled / (len(inside) - 1)
    if result > 0 and inside[0][1] >= 0:
        to_start = min(to_start, sampled * (inside[0][1] / result))
    length = sampled
    length += to_start if to_start < between * 1.1 else between / 2
    length += to_end if to_end < between * 1.1 else between / 2
    return result * (length / sampled)


def over_time(function):
    """Of an hour, its end is within and its beginning is not."""
    def of(samples, begin, end):
        inside = [value for at, value in samples if begin < at <= end]
        return function(inside) if inside else None
    return of


def joined(some):
    """Series by metric and labels."""
    whole = collections.defaultdict(list)
    for metric, labels, samples in some:
        whole[metric, tuple(sorted(labels.items()))] += samples
    return [(metric, dict(labels), sorted(samples)) for (metric, labels), samples in whole.items()]


# How each metric is measured: the function, how long its values are for, and what a quantity is multiplied by.
MEASURED = {
    "traffic_bytes_total": ("traffic", increase, HOUR, 1),
    "requests": ("requests", over_time(sum), HOUR, 1),
    "memory_mib": ("ram", over_time(lambda values: sum(values) / len(values)), 300, 300),
    "queue_length": ("queue", over_time(max), HOUR, 1),
}


def expected(some):
    """By meter and window: what each resource used, and the labels it did so under."""
    found = collections.defaultdict(list)
    for metric, labels, samples in joined(some):
        meter, function, step, factor = MEASURED[metric]
        resource = labels.get("uuid") or f"{labels['region']}/{labels['name']}"
        for hour in range(HOURS):
            values = []
            for at in range(hour * HOUR, (hour + 1) * HOUR, step):
                value = function(samples, at, at + step)
                if value is not None and value == value:
                    values.append(Fraction(repr(float(value))) * factor)
            if values:
                found[meter, hour, resource].append((len(values), sum(values), labels))
    used = {}
    for (meter, hour, resource), own in found.items():
        # The hour of a change has both; it is told under what held for longer, else under what was more.
        _, _, labels = max(own, key=lambda each: each[:2])
        quantity = sum(quantity for _, quantity, _ in own)
        used[meter, hour, resource] = Fraction(round(quantity * 10 ** 12), 10 ** 12), labels  # as Reckoner keeps it
    return used


class Trial:
    def __init__(self, reckoner, folder):
        self.path, self.folder = reckoner, folder
        self.told = list(series())
        self.program = self.configured("prometheus")

    def configured(self, name, meters=METERS, since=START, more=""):
        """Reckoner with a ledger of that name."""
        config = os.path.join(self.folder, f"{name}.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"""
ledger: {{url: "jdbc:sqlite:{self.folder}/{name}.db"}}
region: RegionOne
measure:
  since: {since.isoformat()}
  {more}
  prometheus:
    url: {address("prometheus")}/api/v1
    meters: {meters}
""")
        return Reckoner(self.path, config)

    def reckoner(self, *words, codes=(0,), program=None):
        return (program or self.program).rows("--now", NOW, *words, codes=codes)

    def collect(self, *more, codes=(0,), program=None):
        rows, said = self.reckoner("collect", "prometheus", *more, codes=codes, program=program)
        return {row["meter"]: row for row in rows}, said

    def prometheus(self, verb):
        services(verb, "prometheus", seconds=120)

    def asked(self):
        """What Prometheus has been asked, as it wrote down."""
        with open(os.path.join(self.folder, "log", "prometheus-queries.log"), encoding="utf-8") as file:
            return [json.loads(line)["params"] for line in file if line.endswith("\n")]

    def billed(self):
        """By price, project and resource, the exact quantities."""
        answer, _ = self.program.run("--now", NOW, "bill", "--period", "2025-10", "--until", END, "--format", "json")
        used = collections.Counter()
        for bill in json.loads(answer):
            for line in bill["lines"]:
                for charge in line["charges"]:
                    used[line["price"], bill["account"]["project"], charge["resource"]] += Fraction(
                        charge["quantity_exact"])
        return {what: quantity for what, quantity in used.items() if quantity}

    def agrees(self):
        ours = collections.Counter()
        for (meter, _, resource), (quantity, labels) in expected(self.told).items():
            price = f"{meter}-{labels['flavor']}" if meter == "traffic" else meter
            if "project_id" in labels:
                ours[price, labels["project_id"], resource] += quantity
        theirs = self.billed()
        for what in sorted(ours.keys() | theirs.keys()):
            must(ours.get(what, 0) == theirs.get(what, 0),
                 f"billed {float(theirs.get(what, 0))} of {what}, and it was {float(ours.get(what, 0))}")
        return len(theirs)

    def run(self):
        began = time.time()
        blocks(self.folder, open_metrics(self.told))
        self.prometheus("stop")
        self.prometheus("start")
        with open(os.path.join(self.folder, "prometheus-prices.yaml"), "w", encoding="utf-8") as file:
            file.write(PRICES)
        self.reckoner("prices", "load", file.name)
        self.collected()
        self.again()
        self.late()
        self.corrected()
        self.killed()
        self.nonsense()
        self.fine()
        self.reckoner("verify")
        print(f"{time.time() - began:.0f} s in all")

    def collected(self):
        used = expected(self.told)
        rows, said = self.collect(codes=(1,))
        for meter, row in rows.items():
            count = sum(1 for key in used if key[0] == meter)
            must(row["measures"] == str(count), f"{meter}: {count} windows were used: {row}")
            must(row["refused"] == "0", f"{row} {said}")
        must(rows["requests"]["empty"] == "1", f"one hour has values that are no number: {rows}")
        must("traffic: of 6 the store does not say who pays" in said, said)
        # Nobody measured the queue in the fourth hour.
        must("prometheus has no measure at all for" in said, said)
        for meter in ("traffic", "requests", "ram"):
            must(rows[meter]["complete until"] == "2025-11-01T00:00:00Z", f"{rows}")
        must(rows["queue"]["complete until"] == "2025-10-31T21:00:00Z", f"{rows}")
        must(len(self.asked()) == 4, f"four meters are four queries: {self.asked()}")
        print(f"{len(used)} measures are {self.agrees()} uses on the bill, as computed from what was written")

    def again(self):
        before = len(self.asked())
        rows, _ = self.collect(codes=(1,))
        must(all(row["new"] == row["changed"] == "0" for row in rows.values()), f"a second run: {rows}")
        asked = self.asked()[before:]
        spans = sorted((query["start"], query["end"]) for query in asked)
        whole = ("2025-10-31T22:00:00.000Z", "2025-11-01T00:00:00.000Z")
        must(spans.count(whole) == 2, f"a second run asks for the last three hours, of what is complete: {spans}")
        self.agrees()

    def late(self):
        """Prometheus is away while what came late is put in."""
        self.prometheus("stop")
        rows, said = self.collect(codes=(1,))
        must("connection refused" in said.lower() and "The watermark stays; the next run asks again" in said, said)
        must(rows["traffic"]["complete until"] == "2025-11-01T00:00:00Z", f"{rows}")
        blocks(self.folder, open_metrics(late()))
        self.told += late()
        self.prometheus("start")
        rows, _ = self.collect()
        must(rows["queue"]["new"] == "1" and rows["queue"]["complete until"] == "2025-11-01T00:00:00Z", f"{rows}")
        must(rows["requests"]["changed"] == "0", f"the third hour is older than what is looked at again: {rows}")
        print("what came late into a hole is collected")

    def corrected(self):
        """The month is invoiced; then the older windows are looked at again."""
        self.reckoner("invoices", "issue", "--period", "2025-10")
        rows, _ = self.collect("--since", START.isoformat())
        must(rows["requests"]["changed"] == "1", f"one window was told otherwise: {rows}")
        self.agrees()
        shown, _ = self.program.run("--now", "2025-12-01T03:00:00Z", "invoices", "draft", "--period", "2025-11")
        must("correction" in shown, shown)
        print("what came later still is a correction")

    def killed(self):
        """Killed while it is asked, and started again: the run goes on."""
        since = START - dt.timedelta(days=20)
        meters = """{requests: {unit: requests, aggregation: sum, resource-key: uuid, may-be-empty: true}}"""
        program = self.configured("prometheus-killed", meters, since, "together: 1")
        before = len(self.asked())
        collecting = subprocess.Popen(program.command("--now", NOW, "--format", "csv", "collect", "prometheus"), text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        while len(self.asked()) < before + 20:
            must(collecting.poll() is None, "the run ended before Prometheus was killed")
            time.sleep(0.02)
        with open(os.path.join(self.folder, "pid", "prometheus.pid"), encoding="utf-8") as file:
            pid = int(file.read())
        os.kill(pid, signal.SIGKILL)
        wait("the killed Prometheus", lambda: os.path.exists(f"/proc/{pid}"), [False])
        answered = len(self.asked()) - before
        must(answered < 486, f"all {answered} windows were answered before Prometheus was killed")
        self.prometheus("start")
        out, said = collecting.communicate(timeout=120)
        must(collecting.returncode == 0, f"{out} {said}")
        must(END in out and ",17," in out, f"{out} {said}")
        print(f"killed after {answered} of 486 windows, and started again: the run went on")

    def nonsense(self):
        program = self.configured("prometheus-nonsense", """
      garbled: {metric: requests, unit: requests, aggregation: sum, resource-key: uuid, suffix: "> ("}
      misspelt: {metric: reqests, unit: requests, aggregation: sum, resource-key: uuid}
      requests: {unit: requests, aggregation: sum, resource-key: uuid}
      unnamed: {metric: requests, unit: requests, aggregation: sum, resource-key: serial}
""")
        rows, said = self.collect(codes=(1,), program=program)
        must("answered 400 when asked for meter garbled" in said and "parse error" in said, said)
        must("prometheus/misspelt: prometheus has no measure at all for" in said, said)
        must("prometheus/unnamed" in said and rows["unnamed"]["measures"] == "0", said)
        must(rows["requests"]["complete until"] == "2025-11-01T00:00:00Z", f"{rows}")
        must(rows["garbled"]["complete until"] == rows["misspelt"]["complete until"] == "unknown", f"{rows}")

    def fine(self):
        """Values for five seconds, of which Prometheus gives no more than 11,000 in one answer."""
        since = START - dt.timedelta(days=1)
        meters = """{ram: {metric: memory_mib, unit: MiB, kind: level, granularity: 5s, resource-key: uuid, may-be-empty: true}}"""
        program = self.configured("prometheus-fine", meters, since)
        rows, said = self.collect(program=program)
        must(rows["ram"]["measures"] == str(HOURS), f"{rows} {said}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    Trial(sys.argv[1], sys.argv[2]).run()
    print("What Prometheus measured is what was billed")
