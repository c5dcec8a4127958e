#!/usr/bin/python3
"""Stacks of a real Heat: what a cluster costs.

usage: heat.py RECKONER FOLDER

A customer makes a stack of a server, volumes, volumes in a group (a nested stack) and an address, and a volume outside.
Reckoner reads the cloud and bills by cluster: the stack's part must be all that is in the stack and nothing else, under
one name. Then one volume is taken out of the stack and stays, and the rest goes with the stack: that volume must be of
no cluster from then on. Exit code 1 at the first thing that is not as it should be. FOLDER is that of live/run.
"""
import json
import os
import sys
import time
from decimal import Decimal

from cloud import must, wait
from reckoner import Reckoner, clouds
from scenario import Life, said

PRICES = """
price-book: clusters
currency: EUR
free: [server, vcpus, memory, disk.root, volume, floating_ip]
prices:
  - {id: volume, item: Volume, meter: volume.size, per: GiB hour, price: 3600}
"""


class Trial(Life):
    def __init__(self, reckoner, folder):
        super().__init__(0, None)
        self.folder = folder
        self.program = Reckoner(reckoner, os.path.join(folder, "heat.yaml"))
        clouds(folder)
        with open(self.program.config, "w", encoding="utf-8") as file:
            file.write(f"""
ledger: {{url: "jdbc:sqlite:{folder}/heat.db"}}
region: RegionOne
openstack: {{cloud: live, clouds-file: "{folder}/clouds.yaml"}}
""")

    def reckoner(self, *arguments, codes=(0,)):
        return self.program.rows(*arguments, codes=codes)[0]

    def read(self):
        """What was missed, by type and id. Other trials' volumes may be on the way out: a look is fine with 1, too."""
        return self.reckoner("reconcile", "cloud", "cinder", "heat", "--show", "missed", codes=(0, 1))

    def network(self):
        """Where addresses are from."""
        for known in self.admin.neutron("GET", "/networks?name=public")["networks"]:
            return known["id"]
        made = self.admin.neutron("POST", "/networks", {"network": {
            "name": "public", "router:external": True, "provider:network_type": "flat",
            "provider:physical_network": "physical-heat"}})["network"]["id"]
        self.admin.neutron("POST", "/subnets", {"subnet": {
            "network_id": made, "ip_version": 4, "cidr": "203.0.113.0/24", "enable_dhcp": False}})
        return made

    def template(self, kept):
        disk = {"type": "OS::Cinder::Volume", "properties": {"size": 3, "volume_type": "slow-hdd"}}
        resources = {
            "node": {"type": "OS::Nova::Server", "properties": {
                "name": "node", "flavor": self.small, "image": self.base, "networks": [{"allocate_network": "none"}],
                "user_data_format": "RAW"}},
            "disk": disk,
            "more": {"type": "OS::Heat::ResourceGroup", "properties": {"count": 2, "resource_def": disk}},
            "address": {"type": "OS::Neutron::FloatingIP", "properties": {"floating_network": self.public}},
        }
        if kept:
            resources["kept"] = {"type": "OS::Cinder::Volume", "deletion_policy": "Retain",
                                 "properties": {"size": 5, "volume_type": "slow-hdd"}}
        return {"heat_template_version": "2018-08-31", "resources": resources}

    def stack_is(self, who, stack, *wanted):
        def look():
            told = [s for s in who.heat("GET", "/stacks?show_deleted=false")["stacks"] if s["id"] == stack]
            return told[0]["stack_status"] if told else "gone"
        wait(f"stack {stack}", look, wanted, 300)

    def inside(self, who, stack):
        """What is in a stack by type and id, at any depth."""
        told = who.heat("GET", f"/stacks/cluster/{stack}/resources?nested_depth=5")["resources"]
        return sorted((r["resource_type"], r["physical_resource_id"]) for r in told
                      if r["resource_type"] in ("OS::Nova::Server", "OS::Cinder::Volume", "OS::Neutron::FloatingIP"))

    def billed(self, who):
        month = time.strftime("%Y-%m", time.gmtime())
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        rows = self.reckoner("bill", "--account", who.project, "--by", "cluster", "--period", month, "--until", now)
        return {row["cluster"]: Decimal(row["amount"]) for row in rows}

    def live(self):
        who = self.customer(f"cyberdyne-{os.getpid()}", f"carol-{os.getpid()}")
        self.small, self.base = self.flavor("h1.small", 1, 512, 1), self.image(who, "base")
        self.volume_type("slow-hdd")
        self.public = self.network()
        outside = self.volume(who, "outside", 1, "slow-hdd")
        stack = who.heat("POST", "/stacks", {"stack_name": "cluster", "template": self.template(True)})["stack"]["id"]
        self.stack_is(who, stack, "CREATE_COMPLETE")
        there = self.inside(who, stack)
        volumes = [id for kind, id in there if kind == "OS::Cinder::Volume"]
        must(len(there) == 6 and len(volumes) == 4, f"the stack should have a server, four volumes and an address: {there}")

        with open(os.path.join(self.folder, "heat-prices.yaml"), "w", encoding="utf-8") as file:
            file.write(PRICES)
        self.reckoner("prices", "load", file.name)
        self.reckoner("reconcile", "cloud", "nova", "cinder", "neutron", "heat", codes=(0, 1))
        for kind, id in there:
            shown = json.dumps(self.reckoner("resources", "show", id))
            must(f"cluster={stack}" in shown and "cluster_name=cluster" in shown, f"{kind} {id} is in no cluster: {shown}")
        must("cluster=" not in json.dumps(self.reckoner("resources", "show", outside)), "the volume outside is in a cluster")
        must(self.read() == [], "a second reading finds something")
        said("all that is in the stack is of its cluster, also in the group; nothing else is")
        time.sleep(5)

        who.heat("PUT", f"/stacks/cluster/{stack}", {"template": self.template(False)})
        self.stack_is(who, stack, "UPDATE_COMPLETE")
        kept = set(volumes) - {id for _, id in self.inside(who, stack)}
        must(len(kept) == 1, f"one volume should have left the stack: {kept}")
        missed = self.read()
        must([row["id"] for row in missed] == list(kept), f"one volume left the stack, and found was: {missed}")
        must(self.read() == [], "a second reading finds something")
        time.sleep(5)

        who.heat("DELETE", f"/stacks/cluster/{stack}")
        self.stack_is(who, stack, "gone", "DELETE_COMPLETE")
        self.reckoner("reconcile", "cloud", "nova", "cinder", "neutron", "heat", codes=(0, 1))
        billed = self.billed(who)
        must(set(billed) == {stack, "(none)"} and billed[stack] > 0, f"the bill should have one cluster and the rest: {billed}")
        # A GiB costs 1 a second. 14 were in the stack, then 9; what goes on is outside: 1, and 5 since it left.
        time.sleep(2)
        later = self.billed(who)
        must(later[stack] == billed[stack], f"a stack that is gone costs more and more: {billed} {later}")
        must((later["(none)"] - billed["(none)"]) % 6 == 0 and later["(none)"] > billed["(none)"], f"6 GiB are outside: {billed} {later}")
        said(f"billed to the cluster {billed[stack]}, outside of it {later['(none)']}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    os.makedirs(sys.argv[2], exist_ok=True)
    Trial(sys.argv[1], sys.argv[2]).live()
    said("Heat's stacks are billed by cluster")
