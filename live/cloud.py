"""The least of an OpenStack client, on the standard library alone."""
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

PORTS = {"keystone": "15000", "glance": "19292", "nova": "18774", "cinder": "18776", "neutron": "19696",
         "gnocchi": "18041", "heat": "18004", "prometheus": "19090", "cloudkitty": "18889"}
VERSIONS = {"nova": {"OpenStack-API-Version": "compute 2.79"}, "cinder": {"OpenStack-API-Version": "volume 3.59"}}
ROOTS = {"keystone": "/v3", "glance": "/v2", "nova": "/v2.1", "cinder": "/v3/{project}", "neutron": "/v2.0",
         "gnocchi": "/v1", "heat": "/v1/{project}", "cloudkitty": ""}
TIMEOUT = 120


class Refused(Exception):
    """An answer that is not a success."""

    def __init__(self, method, url, code, text):
        super().__init__(f"{method} {url}: {code} {text[:500]}")
        self.code = code


def must(condition, what):
    """Ends the trial with what is wrong, under the trial's name."""
    if not condition:
        sys.exit(f"{os.path.basename(sys.argv[0]).removesuffix('.py')}: {what}")


def services(verb, *names, seconds=300, **environment):
    """Starts or stops services of this cloud, as live/openstack/start and stop do."""
    here = os.path.dirname(os.path.abspath(__file__))
    subprocess.run([os.path.join(here, "openstack", verb), *names], check=True, timeout=seconds, stdin=subprocess.DEVNULL,
                   env={**os.environ, **environment})


def address(service):
    return f"http://127.0.0.1:{os.environ.get(service.upper() + '_PORT', PORTS[service])}"


def send(method, url, headers, data=None):
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            return answer.headers, answer.read()
    except urllib.error.HTTPError as refusal:
        raise Refused(method, url, refusal.code, refusal.read().decode(errors="replace")) from None


class User:
    """Somebody with a token of a project: `alice.nova("GET", "/servers")`."""

    def __init__(self, project, name, password):
        body = {"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": name, "domain": {"id": "default"}, "password": password}}},
            "scope": {"project": {"name": project, "domain": {"id": "default"}}}}}
        headers, answer = send("POST", address("keystone") + "/v3/auth/tokens", {"Content-Type": "application/json"},
                               json.dumps(body).encode())
        self.token = headers["X-Subject-Token"]
        self.project = json.loads(answer)["token"]["project"]["id"]

    def call(self, service, method, path, body=None, kind="application/json"):
        """Bytes are sent as they are, anything else as JSON; an answer in JSON comes back parsed."""
        url = address(service) + ROOTS[service].format(project=self.project) + path
        headers = {"X-Auth-Token": self.token, "Content-Type": kind, **VERSIONS.get(service, {})}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        about, answer = send(method, url, headers, data)
        return json.loads(answer) if answer and about.get_content_type() == "application/json" else answer

    def __getattr__(self, service):
        if service not in PORTS:
            raise AttributeError(service)
        return lambda *args, **more: self.call(service, *args, **more)


def wait(what, look, wanted, seconds=120):
    """Looks until it sees what is wanted; anything that ends in an error, or takes too long, is an exception."""
    end = time.time() + seconds
    while True:
        seen = look()
        if seen in wanted:
            return seen
        if str(seen).lower().startswith("error") or time.time() > end:
            raise RuntimeError(f"{what}: expected {' or '.join(map(str, wanted))} within {seconds} s, it is {seen}")
        time.sleep(0.3)
