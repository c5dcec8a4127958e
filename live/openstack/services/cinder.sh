# Cinder: API, scheduler and a volume service with a driver that stores nothing. Everything above the driver is real.
etc=$OS_RUN/etc/cinder state=$OS_RUN/state/cinder
mkdir -p "$etc" "$state/lock"
cat >"$etc/cinder.conf" <<X
[DEFAULT]
my_ip = $OS_IP
host = fake-cinder-1
state_path = $state
log_dir = $OS_RUN/log
transport_url = $RABBIT_URL
auth_strategy = keystone
api_paste_config = $etc/api-paste.ini
enabled_backends = fake
glance_api_servers = http://$OS_IP:$GLANCE_PORT
[fake]
volume_driver = fake_volumes.Driver
volume_backend_name = fake
[database]
connection = $(database cinder)
[oslo_concurrency]
lock_path = $state/lock
$(authtoken cinder)
$(notifications)
X
cp "$OS_HERE/paste/cinder-api-paste.ini" "$etc/api-paste.ini"
# The logging driver of Cinder's own tests, and what it lacks.
cat >"$etc/fake_volumes.py" <<'Y'
from cinder.tests import fake_driver


class Driver(fake_driver.FakeLoggingVolumeDriver):
    def delete_volume(self, volume): pass
    def extend_volume(self, volume, new_size): pass
    def create_volume_from_snapshot(self, volume, snapshot): pass
    def create_cloned_volume(self, volume, source): pass
    def create_snapshot(self, snapshot): pass
    def delete_snapshot(self, snapshot): pass
    def initialize_connection(self, volume, connector): return {"driver_volume_type": "fake", "data": {}}
Y
# Debian 12's oslo.messaging (14.0.3-0+deb12u1) drops read_deleted from the context of every notification, and Cinder 21
# refuses the context without it: every request that notifies would fail. This gives Cinder its own default back.
cat >"$etc/read_deleted.py" <<'Y'
from cinder import context

whole = context.RequestContext.from_dict.__func__
context.RequestContext.from_dict = classmethod(
    lambda cls, values: whole(cls, {**values, "read_deleted": values.get("read_deleted") or "no"}))
Y
for program in manage volume scheduler volume_usage_audit; do entry cinder.cmd.$program "$etc/$program.py" $'import read_deleted\n'; done
printf 'import sys\nsys.path.insert(0, "%s")\nimport read_deleted\nfrom cinder.wsgi.wsgi import initialize_application\napplication = initialize_application()\n' "$etc" >"$etc/wsgi.py"
[ -f "$OS_RUN/state/cinder-made" ] || step cinder-manage python3 "$etc/manage.py" --config-file "$etc/cinder.conf" db sync
touch "$OS_RUN/state/cinder-made"
register cinder volumev3 "http://$OS_IP:$CINDER_PORT/v3/%(project_id)s"
for program in scheduler volume; do background cinder-$program python3 "$etc/$program.py" --config-file "$etc/cinder.conf"; done
wsgi cinder-api "$etc/wsgi.py" "$CINDER_PORT" --pyargv "--config-file $etc/cinder.conf"
wait_http cinder-api "http://$OS_IP:$CINDER_PORT/"
