"""The independent opinion on what happened: reads the services' own databases, ten times a second, and never a message.

What it writes, as JSON:

    {"from": T, "until": T,                    when it began and stopped to look, seconds since the epoch
     "older": [ID...],                         what was there before it began; it has no opinion on that
     "projects": {ID: NAME},
     "sightings": ...                          what the APIs told users meanwhile, and whether the databases agree
     "flows": [{type, id, owner, meter, quantity, at}],
     "resources": [{type, id, name, stretches: [{state, owner, levels, attributes, from: [LO, HI], to: [LO, HI]}]}]}

A change happened somewhere between LO (when the old was last asked for and seen) and HI (when the new was first seen).
Sizes, states and types are in OpenStack's own words; `to` is null in what is still there at the end.
"""
import os
import threading
import time

import pymysql

FLAVOR = """json_value(e.flavor, '$.cur."nova_object.data".%s')"""
SERVERS = f"""select i.uuid, i.display_name, i.project_id, i.vm_state, i.deleted <> 0,
    i.vcpus, i.memory_mb, i.root_gb, i.ephemeral_gb, {FLAVOR % 'swap'}, {FLAVOR % 'name'},
    if(i.task_state like 'resize%%', i.task_state, '')
    from %s.instances i join %s.instance_extra e on e.instance_uuid = i.uuid"""
SERVER_LEVELS = ("vcpus", "memory_mb", "root_gb", "ephemeral_gb", "swap_mb")
RECORDS = """select r.id, r.%s, r.project_id, 'exists', 0, timestampdiff(second, '1970-01-01', a.created_at)
    from neutron.%s r join neutron.standardattributes a on a.id = r.standard_attr_id"""
# query, names of the levels after the five columns (id, name, owner, state, gone), names of the attributes after those
TABLES = [
    ("server", SERVERS % ("nova", "nova"), SERVER_LEVELS, ("flavor", "resizing")),
    ("server", SERVERS % ("nova_cell0", "nova_cell0"), SERVER_LEVELS, ("flavor", "resizing")),
    ("volume", """select v.id, v.display_name, v.project_id, v.status, v.deleted <> 0, v.size, t.name
        from cinder.volumes v left join cinder.volume_types t on t.id = v.volume_type_id""", ("size_gb",), ("volume_type",)),
    ("snapshot", "select id, display_name, project_id, status, deleted <> 0, volume_size from cinder.snapshots", ("size_gb",), ()),
    ("image", "select id, name, owner, status, deleted <> 0, size from glance.images", ("size_b",), ()),
    ("floating_ip", RECORDS % ("floating_ip_address", "floatingips"), (), ("created",)),
    ("router", RECORDS % ("name", "routers"), (), ("created",)),
    ("network", RECORDS % ("name", "networks"), (), ("created",)),
]


class Oracle(threading.Thread):
    """Looks from its construction until `finish`."""

    def __init__(self, interval=0.1):
        super().__init__(daemon=True)
        self.interval = interval
        self.database = pymysql.connect(host="127.0.0.1", port=int(os.environ.get("MARIADB_PORT", "15306")), user="os",
                                        password="os", charset="utf8", autocommit=True)
        self.resources = {}
        self.last_look = [None] * len(TABLES)
        self.older = set()
        self.sightings = []
        self.flows = []
        self.done = threading.Event()
        self.failure = None
        self.began = time.time()
        self.look()
        self.older = {id for _, id in self.resources}
        self.start()

    def run(self):
        try:
            while not self.done.wait(self.interval):
                self.look()
        except Exception as failure:
            self.failure = failure

    def look(self):
        for number, (kind, query, levels, attributes) in enumerate(TABLES):
            before = time.time()
            with self.database.cursor() as cursor:
                cursor.execute(query)
                rows = cursor.fetchall()
            since = self.last_look[number] if self.last_look[number] is not None else before
            change = [since, time.time()]
            seen = set()
            for id, name, owner, state, gone, *rest in rows:
                seen.add(id)
                self.resources.setdefault((kind, id), {"table": number, "stretches": []})["name"] = name
                self.tell(kind, id, change, None if gone else {
                    "state": state, "owner": owner,
                    "levels": {level: int(n or 0) for level, n in zip(levels, rest)},
                    "attributes": dict(zip(attributes, rest[len(levels):]))})
            for (other, id), resource in self.resources.items():
                if resource["table"] == number and id not in seen:
                    self.tell(other, id, change, None)
            self.last_look[number] = before

    def tell(self, kind, id, change, now):
        """What it is now; None if it is gone."""
        stretches = self.resources[kind, id]["stretches"]
        last = stretches[-1] if stretches and stretches[-1]["to"] is None else None
        if last is not None and (now is None or any(last[key] != now[key] for key in now)):
            last["to"] = change
        if now is not None and not stretches:  # Neutron notes when it creates, and commits up to seconds later
            change = [min(change[0], now["attributes"].get("created", change[0])), change[1]]
        if now is not None and (last is None or last["to"] is not None):
            stretches.append({**now, "from": change, "to": None})

    def sighting(self, kind, id, state, **levels):
        """What an API has just told a user."""
        self.sightings.append({"type": kind, "id": id, "state": state, "levels": levels, "at": time.time()})

    def flow(self, kind, id, owner, meter, quantity):
        self.flows.append({"type": kind, "id": id, "owner": owner, "meter": meter, "quantity": quantity, "at": time.time()})

    def finish(self, projects):
        """Looks once more and gives its opinion; an exception if it can't stand by it."""
        self.done.set()
        self.join(60)
        if self.failure is not None:
            raise self.failure
        self.look()
        doubts = [sighting for sighting in self.sightings if not self.agrees(sighting)]
        if doubts:
            raise RuntimeError(f"the databases never said what the APIs told: {doubts}")
        return {
            "from": self.began, "until": time.time(), "older": sorted(self.older), "projects": projects,
            "sightings": self.sightings, "flows": self.flows,
            "resources": [{"type": kind, "id": id, "name": resource["name"], "stretches": resource["stretches"]}
                          for (kind, id), resource in sorted(self.resources.items()) if id not in self.older]}

    def agrees(self, sighting):
        """Whether a stretch around the sighting, give or take a second, has the state that was told; or whether it was
        seen being created, which can be over between two looks at the database."""
        stretches = self.resources[sighting["type"], sighting["id"]]["stretches"]
        if sighting["state"] == "creating" and stretches and sighting["at"] <= stretches[0]["from"][1] + 1:
            return True
        return any(
            stretch["from"][0] - 1 <= sighting["at"] and (stretch["to"] is None or sighting["at"] <= stretch["to"][1] + 1)
            and stretch["state"] == sighting["state"]
            and all(stretch["levels"][level] == told for level, told in sighting["levels"].items())
            for stretch in stretches)
