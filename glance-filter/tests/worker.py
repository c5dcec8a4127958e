"""A process of Glance: deletes twenty images, says so, and lives until its input ends."""
import sys

number, url, folder, eventlet = sys.argv[1:]
if eventlet:
    import eventlet
    import eventlet.tpool

    eventlet.monkey_patch()

from nova_billing.os_glance import GlanceBillingFilter  # noqa: E402
from nova_billing.sender import Sender  # noqa: E402

Sender.PAUSE = 0.02


def app(environ, start_response):
    start_response("204 No Content", [])
    return [b""]


billing = GlanceBillingFilter.factory({}, billing_heart_url=url, spool_dir=folder)(app)
for image in range(20):
    billing({"REQUEST_METHOD": "DELETE", "PATH_INFO": f"/v2/images/{number}-{image}"}, lambda *ignored: None)
print("done", flush=True)
if eventlet:
    eventlet.tpool.execute(sys.stdin.read)
else:
    sys.stdin.read()
