"""`reckoner` as the trials run it, and the clouds.yaml by which it logs in."""
import csv
import io
import json
import os
import subprocess
import time

from cloud import User, address, must


class Reckoner:
    """The program at a path, with a configuration."""

    def __init__(self, path, config):
        self.path, self.config = path, config

    def command(self, *words):
        return [self.path, "--config", self.config, *words]

    def run(self, *words, codes=(0,)):
        """What it answered, and what it said beside that. Another exit code ends the trial."""
        done = subprocess.run(self.command(*words), text=True, stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        must(done.returncode in codes, f"reckoner {' '.join(words)}: {done.returncode} {done.stdout} {done.stderr}")
        return done.stdout, done.stderr

    def rows(self, *words, codes=(0,)):
        """The rows of a table that it answered, and what it said beside it."""
        answered, said = self.run("--format", "csv", *words, codes=codes)
        return list(csv.DictReader(io.StringIO(answered))), said


def clouds(folder):
    """The admin with a password, and with an application credential."""
    admin = User("admin", "admin", os.environ.get("ADMIN_PASS", "admin"))
    me = admin.keystone("GET", "/users?name=admin")["users"][0]["id"]
    made = admin.keystone("POST", f"/users/{me}/application_credentials", {"application_credential": {
        "name": f"reckoner-{time.time():.6f}"}})["application_credential"]
    with open(os.path.join(folder, "clouds.yaml"), "w", encoding="utf-8") as file:
        json.dump({"clouds": {
            "live": {"region_name": "RegionOne", "auth": {
                "auth_url": address("keystone") + "/v3", "username": "admin", "user_domain_id": "default",
                "project_name": "admin", "project_domain_id": "default"}},
            "application": {"region_name": "RegionOne", "auth_type": "v3applicationcredential", "auth": {
                "auth_url": address("keystone"), "application_credential_id": made["id"]}}}}, file)
    with open(os.path.join(folder, "secure.yaml"), "w", encoding="utf-8") as file:
        json.dump({"clouds": {
            "live": {"auth": {"password": os.environ.get("ADMIN_PASS", "admin")}},
            "application": {"auth": {"application_credential_secret": made["secret"]}}}}, file)
