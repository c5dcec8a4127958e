#!/usr/bin/python3
"""Who gets into `reckoner serve`, with tokens of the real Keystone.

usage: tokens.py RECKONER FOLDER

An admin, a member of one project, a member of another, a token that was revoked, and a Keystone that is stopped and
started again. FOLDER holds the ledger of the scenario (ledger.db); the server's configuration and log go there too. Exit
code 1 at the first thing that is not as it should be.
"""
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

from cloud import User, address, must, services

RECKONER, FOLDER = sys.argv[1:3] if len(sys.argv) == 3 else sys.exit(__doc__)
PORT = int(os.environ.get("SERVE_PORT", "18787"))
CACHE = 2


def get(path, token=None):
    """The status, and the answer if it is JSON."""
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", headers={"X-Auth-Token": token} if token else {})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
            return answer.status, json.loads(text) if "json" in answer.headers.get_content_type() else text
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode(errors="replace")
    except OSError as failure:
        return 0, str(failure)


def wait(what, look, seconds=60):
    end = time.time() + seconds
    while not look():
        must(time.time() < end, f"{what}: not within {seconds} s; see {FOLDER}/serve.log")
        time.sleep(0.2)


def keystone(verb):
    services(verb, "keystone")


def revoke(user):
    request = urllib.request.Request(address("keystone") + "/v3/auth/tokens", method="DELETE",
                                     headers={"X-Auth-Token": user.token, "X-Subject-Token": user.token})
    urllib.request.urlopen(request, timeout=60).close()


def accounts(user):
    status, answer = get("/api/v1/accounts", user.token)
    must(status == 200, f"the accounts are answered with {status} {answer}")
    return {account["project"] for account in answer["items"]}


def check():
    admin = User("admin", "admin", os.environ.get("ADMIN_PASS", "admin"))
    alice, bob = User("acme", "alice", "alice"), User("globex", "bob", "bob")
    wait("the server answers", lambda: get("/health/live")[0] == 200)
    must(get("/api/v1/accounts")[0] == 401, "without a token somebody gets in")
    must(get("/api/v1/accounts", "nonsense")[0] == 401, "with nonsense for a token somebody gets in")
    must({alice.project, bob.project} <= accounts(admin), "the admin does not see all accounts")
    for own, other in ((alice, bob), (bob, alice)):
        must(accounts(own) == {own.project}, f"a member sees accounts {accounts(own)}")
        must(get(f"/api/v1/accounts/{own.project}", own.token)[0] == 200, "a member does not see its own account")
        must(get(f"/api/v1/accounts/{other.project}", own.token)[0] == 404, "a member sees another's account")
        must(get("/api/v1/audit", own.token)[0] == 403, "a member reads the audit log")
    print("an admin sees all accounts; a member its own and no other; nobody else gets in")

    revoke(alice)
    began = time.time()
    wait("the revoked token is refused", lambda: get("/api/v1/accounts", alice.token)[0] == 401, CACHE + 10)
    print(f"a revoked token is refused within {time.time() - began:.1f} s (the cache is {CACHE} s)")

    fresh = User("acme", "alice", "alice")
    keystone("stop")
    must(get("/api/v1/accounts", fresh.token)[0] == 503, "without Keystone, a token that was never seen is not a 503")
    time.sleep(CACHE + 1)
    must(get("/api/v1/accounts", bob.token)[0] == 503, "without Keystone, a token seen long ago is not a 503")
    must(get("/health/live")[0] == 200, "without Keystone, the server itself is not well")
    keystone("start")
    wait("the token is known again", lambda: get("/api/v1/accounts", fresh.token)[0] == 200)
    print("without Keystone there is a 503 and nobody gets in; once it is back, its tokens are known again")


def main():
    config = os.path.join(FOLDER, "serve.yaml")
    with open(config, "w", encoding="utf-8") as file:
        file.write(f"ledger:\n  url: jdbc:sqlite:{FOLDER}/ledger.db\nserve:\n  port: {PORT}\n  keystone:\n"
                   f"    url: {address('keystone')}/v3\n    cache: {CACHE}s\n")
    with open(os.path.join(FOLDER, "serve.log"), "w", encoding="utf-8") as log:
        server = subprocess.Popen([RECKONER, "--config", config, "serve"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        check()
    finally:
        server.terminate()
        server.wait(30)


if __name__ == "__main__":
    main()
