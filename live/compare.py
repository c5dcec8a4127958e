#!/usr/bin/python3
"""Compares what Reckoner bills with what the oracle saw.

usage: compare.py ORACLE.json PRICES.yaml BILL.json... [--tolerance SECONDS]

A BILL is what `reckoner bill --format json` prints; bills of several periods are added up. For each account, resource
and price the oracle alone decides what may be billed at every moment: what was there, and within --tolerance seconds
(default 1) of a change also what was there on the other side of it. The stretches of use on the bill must say nothing else at
any moment, and every quantity, amount and sum is computed once more from them. Prints a table; exit code 1 if anything
differs.

What is billable in which state is written here once more, on purpose: this is an opinion of its own.
"""
import argparse
import datetime
import json
import sys
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

import yaml

# meter, what the oracle calls its quantity (None: the thing itself), the quantity's unit
METERS = {
    "server": [("server", None, "server"), ("vcpus", "vcpus", "vCPU"), ("memory", "memory_mb", "MiB"),
               ("disk.root", "root_gb", "GiB"), ("disk.ephemeral", "ephemeral_gb", "GiB"), ("disk.swap", "swap_mb", "MiB")],
    "volume": [("volume", None, "volume"), ("volume.size", "size_gb", "GiB")],
    "snapshot": [("snapshot", None, "snapshot"), ("snapshot.size", "size_gb", "GiB")],
    "image": [("image", None, "image"), ("image.size", "size_b", "B")],
    "floating_ip": [("floating_ip", None, "address")],
    "router": [("router", None, "router")],
    "network": [("network", None, "network")],
}
FLOWS = {("image", "download"): ("image.download", "B")}
FLOWED_METERS = {meter for meter, _ in FLOWS.values()}
DISKS = ("disk.root", "disk.ephemeral", "disk.swap")
COMPUTE_STATES = ("active", "paused", "rescued", "resized")
FREE_STATES = {
    "disk": ("building", "error", "shelved_offloaded", "soft-delete", "deleted"),
    "image": ("queued", "saving", "importing", "killed", "deleted"),
    "volume": ("creating", "downloading", "error", "deleted"),
    "snapshot": ("creating", "error", "deleted"),
}
UNITS = {meter: unit for meters in METERS.values() for meter, _, unit in meters} | dict(FLOWS.values())
BYTES = {"B": 1, "kB": 10**3, "MB": 10**6, "GB": 10**9, "MiB": 2**20, "GiB": 2**30}
ALWAYS, FOREVER = Fraction(0), Fraction(10**12)
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


def usual_factor(type, meter, state):
    if type == "server" and meter not in DISKS:
        return Fraction(state in COMPUTE_STATES)
    return Fraction(state not in FREE_STATES.get("disk" if type == "server" else type, ()))


class PriceBook:
    """Prices by unit, with conditions and state rules; other kinds of price are refused."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            book = yaml.load(file, Loader=yaml.BaseLoader)  # every value as it is written: no binary fractions
        self.rules = book.get("states", [])
        self.prices = {price["id"]: price for price in book["prices"]}
        for price in self.prices.values():
            unknown = set(price) - {"id", "item", "meter", "per", "price", "when"}
            if unknown:
                raise SystemExit(f"{path}: price {price['id']}: compare.py does not know {', '.join(sorted(unknown))}")

    def factor(self, type, meter, state):
        for rule in self.rules:
            if rule["type"] == type and meter in rule["meters"]:
                return Fraction(rule["factors"].get(state, rule["otherwise"]))
        return usual_factor(type, meter, state)

    def price_of(self, meter, attributes):
        """The id of the price with the most conditions that all hold."""
        fitting = [price for price in self.prices.values() if price["meter"] == meter
                   and all(attributes.get(name) == value for name, value in price.get("when", {}).items())]
        return max(fitting, key=lambda price: len(price.get("when", {})), default={"id": None})["id"]

    def seconds(self, id):
        """The length of time that the price is for; 1 if it has none."""
        time = self.prices[id]["per"].split()[1:]
        return SECONDS[time[0]] if time else 1

    def per(self, id, unit):
        """How many of the meter's units, times seconds if it is held, the price is for."""
        wanted = self.prices[id]["per"].split()[0]
        return (Fraction(1) if wanted == unit else Fraction(BYTES[wanted], BYTES[unit])) * self.seconds(id)


class Chain:
    """What may be billed of one resource to one account at one price: steps of (from, to, values), from before its
    beginning to after its end."""

    def __init__(self):
        self.steps = []
        self.flowed = Fraction(0)

    def held_against(self, uses, until, tolerance):
        """The least and the most quantity × seconds, what the uses come to, and when they say what cannot be."""
        steps = [(begin[0] - tolerance, end[1] + tolerance, values) for begin, end, values in self.steps]
        times = sorted({time for begin, end, _ in steps + uses for time in (begin, end) if 0 < time < until} | {until})
        least = most = billed = Fraction(0)
        wrong = []
        for start, stop in zip(times, times[1:]):
            possible = {value for begin, end, values in steps if begin <= start and stop <= end for value in values} or {0}
            value = sum((value for begin, end, value in uses if begin <= start and stop <= end), Fraction(0))
            least += min(possible) * (stop - start)
            most += max(possible) * (stop - start)
            billed += value * (stop - start)
            if value not in possible:
                wrong.append((start, stop))
        return least, most, billed, wrong


def chains(oracle, book):
    """By account, type, id and price."""
    made = {}
    for resource in oracle["resources"]:
        stretches = resource["stretches"]
        values = [worth(resource["type"], stretch, book) for stretch in stretches]
        for key in sorted({key for by_key in values for key in by_key}):
            account, price = key
            chain = made.setdefault((account, resource["type"], resource["id"], price), Chain())
            before = (Fraction(0),)
            chain.steps.append(([ALWAYS, ALWAYS], exact(stretches[0]["from"]), before))
            for stretch, by_key in zip(stretches, values):
                now = (by_key.get(key, Fraction(0)),)
                if stretch["attributes"].get("resizing"):
                    now += before  # Nova has changed the flavor and not yet the state, or the other way round
                chain.steps.append((exact(stretch["from"]), exact(stretch["to"] or [FOREVER, FOREVER]), now))
                before = now
            if stretches[-1]["to"]:
                chain.steps.append((exact(stretches[-1]["to"]), [FOREVER, FOREVER], (Fraction(0),)))
    for flow in oracle["flows"]:
        meter, unit = FLOWS[flow["type"], flow["meter"]]
        price = book.price_of(meter, {})
        chain = made.setdefault((flow["owner"], flow["type"], flow["id"], price), Chain())
        chain.flowed += flow["quantity"] / book.per(price, unit)
    return made


def worth(type, stretch, book):
    """What a stretch adds each second, by account and price."""
    adds = {}
    for meter, level, unit in METERS[type]:
        price = book.price_of(meter, stretch["attributes"])
        quantity = 1 if level is None else stretch["levels"][level]
        value = quantity * book.factor(type, meter, stretch["state"])
        if value and price:
            adds[stretch["owner"], price] = value / book.per(price, unit)
    return adds


def exact(times):
    return [Fraction(str(time)) for time in times]


class Billed:
    """The bills, added up, and what is wrong with their own arithmetic."""

    def __init__(self, paths, book):
        self.book = book
        self.uses = {}
        self.flowed = {}
        self.until = {}
        self.wrong = []
        for path in paths:
            with open(path, encoding="utf-8") as file:
                for bill in json.load(file):
                    self.add(bill)

    def add(self, bill):
        account = bill["account"]["project"]
        self.until[account] = max(self.until.get(account, 0), moment(bill["until"]))
        for line in bill["lines"]:
            total = Fraction(0)
            for charge in line["charges"]:
                quantity = self.use(account, line["price"], charge)
                self.check(line, f"quantity of {charge['resource']}", Fraction(charge["quantity_exact"]), quantity)
                total += quantity
            exact_amount = total * Fraction(self.book.prices[line["price"]]["price"])
            amount = (Decimal(exact_amount.numerator) / exact_amount.denominator).quantize(Decimal("0.01"), ROUND_HALF_EVEN)
            self.check(line, "quantity", Fraction(line["quantity_exact"]), total)
            self.check(line, "exact amount", Fraction(line["exact"]), exact_amount)
            self.check(line, "amount", Decimal(line["amount"]), amount)
        net = sum((Decimal(line["amount"]) for line in bill["lines"]), Decimal(0))
        if net != Decimal(bill["net"]):
            self.wrong.append(f"the lines of {account} come to {net}, its bill says {bill['net']}")
        for use in bill["unpriced"]:
            self.wrong.append(f"{use['type']} {use['resource']}: {use['meter']} has no price")

    def use(self, account, price, charge):
        """Notes a charge's uses; what they come to."""
        key = (account, charge["type"], charge["resource"], price)
        meter = self.book.prices[price]["meter"]
        quantity = Fraction(0)
        for use in charge["uses"]:
            value = Fraction(use["quantity"]) * Fraction(use["factor"]) / self.book.per(price, UNITS[meter])
            begin, end = moment(use["from"]), moment(use["to"])
            if meter in FLOWED_METERS:
                self.flowed[key] = self.flowed.get(key, 0) + value
                quantity += value
            else:
                self.uses.setdefault(key, []).append((begin, end, value))
                quantity += value * (end - begin)
        return quantity

    def check(self, line, what, told, computed):
        if told != computed:
            self.wrong.append(f"line {line['price']}: the {what} is {told}, and {computed} when computed again")


def moment(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def clock(time):
    return f"{datetime.datetime.fromtimestamp(float(time), datetime.timezone.utc):%H:%M:%S.%f}"[:-4]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("oracle")
    arguments.add_argument("prices")
    arguments.add_argument("bills", nargs="+")
    arguments.add_argument("--tolerance", type=Fraction, default=Fraction(1), metavar="SECONDS")
    asked = arguments.parse_args()
    with open(asked.oracle, encoding="utf-8") as file:
        oracle = json.load(file)
    book = PriceBook(asked.prices)
    billed = Billed(asked.bills, book)
    expected = chains(oracle, book)
    names = {(resource["type"], resource["id"]): resource["name"] for resource in oracle["resources"]}
    keys = {key for key in [*expected, *billed.uses, *billed.flowed] if key[2] not in oracle["older"]}
    differences = list(billed.wrong)
    print(f"{'account':10} {'resource':30} {'price':15} {'billed':>12} {'least':>12} {'most':>12}  (of what the price is per, × seconds)")
    for key in sorted(keys, key=lambda key: (oracle["projects"].get(key[0], key[0]), *key[1:])):
        account, type, id, price = key
        chain = expected.get(key, Chain())
        until = billed.until.get(account, int(oracle["until"]))
        least, most, used, wrong = chain.held_against(billed.uses.get(key, []), until, asked.tolerance)
        figures = [figure * book.seconds(price) + flowed for figure, flowed in (
            (used, billed.flowed.get(key, 0)), (least, chain.flowed), (most, chain.flowed))]
        what = f"{type} {names.get((type, id)) or id}"
        who = oracle["projects"].get(account, account)
        right = not wrong and billed.flowed.get(key, 0) == chain.flowed
        print(f"{who[:10]:10} {what[:30]:30} {price:15}", *(f"{float(figure):12.3f}" for figure in figures),
              "" if right else " DIFFERS")
        if not right:
            times = ", ".join(f"{clock(start)} to {clock(stop)}" for start, stop in wrong) or "a flow"
            differences.append(f"{who} {what} {price}: {times}")
    width = max((stretch["to"][1] - stretch["to"][0] for resource in oracle["resources"] for stretch in resource["stretches"]
                 if stretch["to"]), default=0)
    print(f"{len(keys)} quantities compared, each change within {asked.tolerance} s of where the oracle saw it; "
          f"it saw them to {width:.2f} s. Differences: {len(differences)}")
    for difference in differences:
        print("DIFFERENCE:", difference)
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
