#!/usr/bin/python3
"""Lives a few minutes of two customers' life on real OpenStack services, while the oracle looks on.

usage: scenario.py ORACLE.json [--stretch SECONDS] [--at COMMAND]

Every state is held for --stretch seconds, so that a stretch missing on a bill outweighs what a second more or less at
each change can explain. COMMAND is run at two moments, with the moment's name as its argument: `busy` in the middle of
many changes, without waiting for it; `quiet` while no request is under way, until it ends. OS_RUN is the folder of the
services' configuration (default live/run-data).
"""
import argparse
import datetime
import json
import os
import subprocess
import sys
import time

from cloud import Refused, User, wait
from oracle import Oracle

BLOB = os.urandom(5_000_000)


def said(text):
    print(f"{datetime.datetime.now(datetime.timezone.utc):%H:%M:%S}  {text}", flush=True)


class Life:
    def __init__(self, stretch, at):
        self.stretch = stretch
        self.command = at
        self.running = None
        self.admin = User("admin", "admin", os.environ.get("ADMIN_PASS", "admin"))
        self.oracle = Oracle()

    # Keystone: who pays

    def customer(self, project, user):
        """A new project with a member."""
        keystone = self.admin.keystone
        role = keystone("GET", "/roles?name=member")["roles"][0]["id"]
        made = keystone("POST", "/projects", {"project": {"name": project, "description": "a customer"}})["project"]["id"]
        member = keystone("POST", "/users", {"user": {"name": user, "password": user}})["user"]["id"]
        keystone("PUT", f"/projects/{made}/users/{member}/roles/{role}")
        return User(project, user, user)

    # Nova

    def flavor(self, name, vcpus, ram, disk, ephemeral=0, swap=0):
        for known in self.admin.nova("GET", "/flavors")["flavors"]:
            if known["name"] == name:
                return known["id"]
        return self.admin.nova("POST", "/flavors", {"flavor": {
            "name": name, "vcpus": vcpus, "ram": ram, "disk": disk, "OS-FLV-EXT-DATA:ephemeral": ephemeral, "swap": swap,
        }})["flavor"]["id"]

    def boot(self, who, name, flavor, image, **more):
        return who.nova("POST", "/servers", {"server": {
            "name": name, "flavorRef": flavor, "imageRef": image, "networks": "none", **more}})["server"]["id"]

    def act(self, who, server, **action):
        who.nova("POST", f"/servers/{server}/action", action)

    def server_is(self, who, server, *wanted):
        """Waits for a status with no task under way."""
        def look():
            try:
                told = who.nova("GET", f"/servers/{server}")["server"]
            except Refused as refusal:
                if refusal.code == 404:
                    return "gone"
                raise
            if told["OS-EXT-STS:task_state"] is None:
                self.oracle.sighting("server", server, told["OS-EXT-STS:vm_state"], vcpus=told["flavor"]["vcpus"],
                                     memory_mb=told["flavor"]["ram"], root_gb=told["flavor"]["disk"])
                return told["status"]
            return "busy " + told["OS-EXT-STS:task_state"]
        wait(f"server {server}", look, wanted)

    def servers_are(self, *wanted):
        for who, server, status in wanted:
            self.server_is(who, server, status)

    # Cinder

    def volume_type(self, name):
        known = {t["name"]: t["id"] for t in self.admin.cinder("GET", "/types")["volume_types"]}
        return known.get(name) or self.admin.cinder("POST", "/types", {"volume_type": {
            "name": name, "extra_specs": {"volume_backend_name": "fake"}}})["volume_type"]["id"]

    def volume(self, who, name, size, kind):
        return who.cinder("POST", "/volumes", {"volume": {"name": name, "size": size, "volume_type": kind}})["volume"]["id"]

    def storage_is(self, who, kind, id, *wanted):
        def look():
            try:
                told = who.cinder("GET", f"/{kind}s/{id}")[kind]
            except Refused as refusal:
                if refusal.code == 404:
                    return "gone"
                raise
            self.oracle.sighting(kind, id, told["status"], size_gb=told["size"])
            return told["status"]
        wait(f"{kind} {id}", look, wanted)

    # Glance and Neutron

    def image(self, who, name, **properties):
        id = who.glance("POST", "/images", {
            "name": name, "disk_format": "raw", "container_format": "bare", "min_disk": 1, **properties})["id"]
        who.glance("PUT", f"/images/{id}/file", BLOB, kind="application/octet-stream")
        return id

    def address(self, who, network):
        return who.neutron("POST", "/floatingips", {"floatingip": {"floating_network_id": network}})["floatingip"]["id"]

    # Time

    def hold(self, what):
        said(f"{what}; holding for {self.stretch} s")
        time.sleep(self.stretch)

    def moment(self, name):
        """Starts the command for a moment, if there is one."""
        if self.command:
            said(f"the {name} moment")
            self.running = name, subprocess.Popen([self.command, name], stdin=subprocess.DEVNULL)

    def moment_is_over(self):
        if self.running:
            name, command = self.running
            self.running = None
            if command.wait(300) != 0:
                raise RuntimeError(f"{self.command} {name} failed")

    # The story

    def live(self):
        acme, globex = self.acme, self.globex = self.customer("acme", "alice"), self.customer("globex", "bob")
        self.begin(acme, globex)
        self.hold("all runs")
        self.moment("busy")
        self.change(acme, globex)
        self.hold("one stopped, two resized, one shelved, a volume extended")
        self.moment_is_over()
        self.change_back(acme, globex)
        self.hold("started, confirmed, reverted, unshelved; a volume retyped and attached, one given away")
        self.moment("quiet")
        self.moment_is_over()
        self.go_on(acme, globex)
        self.hold("one paused, one suspended, one deleted; a snapshot made, an image read, an address given back")
        self.end(acme, globex)
        self.hold("what is left is kept")

    def begin(self, acme, globex):
        small = self.flavor("c1.small", 1, 2048, 20, 5, 512)
        self.large = self.flavor("c1.large", 4, 8192, 80, 10)
        self.volume_type("fast-ssd")
        self.slow = self.volume_type("slow-hdd")
        self.image_of_acme = self.image(acme, "debian-12", license="free")
        image_of_globex = self.image(globex, "debian-13", license="free")
        self.public = self.admin.neutron("POST", "/networks", {"network": {
            "name": "public", "router:external": True, "provider:network_type": "flat",
            "provider:physical_network": f"physical-{int(time.time())}"}})["network"]["id"]
        self.admin.neutron("POST", "/subnets", {"subnet": {
            "network_id": self.public, "ip_version": 4, "cidr": "203.0.113.0/24", "enable_dhcp": False}})
        self.private = acme.neutron("POST", "/networks", {"network": {"name": "private"}})["network"]["id"]
        self.subnet = acme.neutron("POST", "/subnets", {"subnet": {
            "network_id": self.private, "ip_version": 4, "cidr": "10.1.0.0/24"}})["subnet"]["id"]
        self.router = acme.neutron("POST", "/routers", {"router": {
            "name": "edge", "external_gateway_info": {"network_id": self.public}}})["router"]["id"]
        acme.neutron("PUT", f"/routers/{self.router}/add_router_interface", {"subnet_id": self.subnet})
        self.address_of_acme, _ = self.address(acme, self.public), self.address(globex, self.public)
        self.data, self.gift = self.volume(acme, "data", 10, "fast-ssd"), self.volume(acme, "gift", 3, "slow-hdd")
        self.web = self.boot(acme, "web", small, self.image_of_acme, metadata={"tier": "gold"})
        self.database = self.boot(acme, "database", small, self.image_of_acme)
        self.trial = self.boot(acme, "trial", small, self.image_of_acme)
        self.archive = self.boot(globex, "archive", small, image_of_globex)
        self.storage_is(acme, "volume", self.data, "available")
        self.storage_is(acme, "volume", self.gift, "available")
        self.all_run()

    def all_run(self):
        acme, globex = self.acme, self.globex
        self.servers_are((acme, self.web, "ACTIVE"), (acme, self.database, "ACTIVE"), (acme, self.trial, "ACTIVE"),
                         (globex, self.archive, "ACTIVE"))

    def change(self, acme, globex):
        self.act(acme, self.web, **{"os-stop": None})
        self.act(acme, self.database, resize={"flavorRef": self.large})
        self.act(acme, self.trial, resize={"flavorRef": self.large})
        self.act(globex, self.archive, shelve=None)
        acme.cinder("POST", f"/volumes/{self.data}/action", {"os-extend": {"new_size": 20}})
        acme.nova("POST", f"/servers/{self.web}/metadata", {"metadata": {"tier": "silver"}})
        acme.nova("PUT", f"/servers/{self.web}", {"server": {"name": "web-1"}})
        self.servers_are((acme, self.web, "SHUTOFF"), (acme, self.database, "VERIFY_RESIZE"),
                         (acme, self.trial, "VERIFY_RESIZE"), (globex, self.archive, "SHELVED_OFFLOADED"))
        self.storage_is(acme, "volume", self.data, "available")

    def change_back(self, acme, globex):
        self.act(acme, self.web, **{"os-start": None})
        self.act(acme, self.database, confirmResize=None)
        self.act(acme, self.trial, revertResize=None)
        self.act(globex, self.archive, unshelve=None)
        acme.cinder("POST", f"/volumes/{self.data}/action", {
            "os-retype": {"new_type": self.slow, "migration_policy": "never"}})
        gift = acme.cinder("POST", "/volume-transfers", {"transfer": {"volume_id": self.gift, "name": "a gift"}})["transfer"]
        globex.cinder("POST", f"/volume-transfers/{gift['id']}/accept", {"accept": {"auth_key": gift["auth_key"]}})
        self.all_run()
        self.storage_is(acme, "volume", self.data, "available")
        self.storage_is(globex, "volume", self.gift, "available")
        acme.nova("POST", f"/servers/{self.web}/os-volume_attachments", {"volumeAttachment": {"volumeId": self.data}})
        self.storage_is(acme, "volume", self.data, "in-use")

    def go_on(self, acme, globex):
        self.act(acme, self.web, pause=None)
        self.act(acme, self.database, suspend=None)
        acme.nova("DELETE", f"/servers/{self.trial}")
        self.snapshot = globex.cinder("POST", "/snapshots", {"snapshot": {
            "volume_id": self.gift, "name": "nightly"}})["snapshot"]["id"]
        read = acme.glance("GET", f"/images/{self.image_of_acme}/file")
        self.oracle.flow("image", self.image_of_acme, acme.project, "download", len(read))
        acme.neutron("DELETE", f"/floatingips/{self.address_of_acme}")
        self.servers_are((acme, self.web, "PAUSED"), (acme, self.database, "SUSPENDED"), (acme, self.trial, "gone"))
        self.storage_is(globex, "snapshot", self.snapshot, "available")

    def end(self, acme, globex):
        self.act(acme, self.web, unpause=None)
        self.act(acme, self.database, resume=None)
        self.servers_are((acme, self.web, "ACTIVE"), (acme, self.database, "ACTIVE"))
        acme.nova("DELETE", f"/servers/{self.web}/os-volume_attachments/{self.data}")
        self.storage_is(acme, "volume", self.data, "available")
        self.replay_cinders_audit()
        acme.nova("DELETE", f"/servers/{self.web}")
        acme.cinder("DELETE", f"/volumes/{self.data}")
        globex.cinder("DELETE", f"/snapshots/{self.snapshot}")
        acme.glance("DELETE", f"/images/{self.image_of_acme}")
        acme.neutron("PUT", f"/routers/{self.router}/remove_router_interface", {"subnet_id": self.subnet})
        acme.neutron("DELETE", f"/routers/{self.router}")
        acme.neutron("DELETE", f"/networks/{self.private}")
        self.find_no_host(globex)
        self.server_is(acme, self.web, "gone")
        self.storage_is(acme, "volume", self.data, "gone")
        self.storage_is(globex, "snapshot", self.snapshot, "gone")

    def find_no_host(self, who):
        """A server too large for any host; what was built of it is deleted."""
        giant = self.flavor("c1.giant", 1, 512, 900_000)
        image = self.image(who, "tiny")
        server = self.boot(who, "too-large", giant, image)
        wait(f"server {server}", lambda: "failed" if who.nova("GET", f"/servers/{server}")["server"]["status"] == "ERROR"
             else "building", ["failed"])
        who.nova("DELETE", f"/servers/{server}")

    def replay_cinders_audit(self):
        """Cinder's periodic audit sends all creations and deletions again, as of today."""
        etc = os.path.join(os.environ["OS_RUN"], "etc", "cinder")
        now = datetime.datetime.now(datetime.timezone.utc)
        times = [(now - age).strftime("%Y-%m-%d %H:%M:%S") for age in (datetime.timedelta(hours=1), datetime.timedelta(0))]
        subprocess.run(["/usr/bin/python3", f"{etc}/volume_usage_audit.py", "--config-file", f"{etc}/cinder.conf",
                        "--start_time", times[0], "--end_time", times[1], "--send_actions"],
                       check=True, timeout=120, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("oracle", help="the file to write the oracle's opinion to")
    arguments.add_argument("--stretch", type=float, default=10, help="seconds that each state is held (default 10)")
    arguments.add_argument("--at", metavar="COMMAND", help="what to run at the two moments")
    asked = arguments.parse_args()
    os.environ.setdefault("OS_RUN", os.path.join(os.path.dirname(os.path.abspath(__file__)), "run-data"))
    began = time.time()
    life = Life(asked.stretch, asked.at)
    life.live()
    opinion = life.oracle.finish({life.acme.project: "acme", life.globex.project: "globex", life.admin.project: "admin"})
    with open(asked.oracle, "w", encoding="utf-8") as file:
        json.dump(opinion, file, indent=1)
    said(f"lived {time.time() - began:.0f} s; {len(opinion['resources'])} resources in {asked.oracle}")


if __name__ == "__main__":
    try:
        main()
    except (RuntimeError, Refused) as failure:
        sys.exit(f"scenario: {failure}")
