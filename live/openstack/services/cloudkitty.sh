# CloudKitty's API, with tokens of Keystone, rules in MariaDB and data frames in InfluxDB (its API v2 needs that or
# Elasticsearch). It measures what Prometheus has, as live/metrics.yml says; see cloudkitty-processor.sh.
etc=$OS_RUN/etc/cloudkitty
mkdir -p "$etc" "$OS_RUN/state/cloudkitty"
cat >"$etc/cloudkitty.conf" <<X
[DEFAULT]
transport_url = $RABBIT_URL
api_paste_config = $etc/api-paste.ini
auth_strategy = keystone
host = fake-cloudkitty-1
[database]
connection = $(database cloudkitty)
[storage]
version = 2
backend = influxdb
[storage_influxdb]
host = $OS_IP
port = $INFLUXDB_PORT
database = cloudkitty
[collect]
collector = prometheus
metrics_conf = $(dirname "$OS_HERE")/metrics.yml
[collector_prometheus]
prometheus_url = http://$OS_IP:$PROMETHEUS_PORT/api/v1
[fetcher]
backend = keystone
[fetcher_keystone]
$(credentials cloudkitty)
[orchestrator]
coordination_url = file://$OS_RUN/state/cloudkitty
max_workers = 1
max_workers_reprocessing = 1
$(authtoken cloudkitty)
X
cp "$OS_HERE/paste/cloudkitty-api-paste.ini" "$etc/api-paste.ini"
printf "import sys\nsys.argv = ['cloudkitty', '--config-file', '%s']\nfrom cloudkitty.api.app import build_wsgi_app\napplication = build_wsgi_app()\n" \
    "$etc/cloudkitty.conf" >"$etc/wsgi.py"
if [ ! -f "$OS_RUN/state/cloudkitty-made" ]; then
    curl "${patient[@]}" -f -X POST "http://$OS_IP:$INFLUXDB_PORT/query" --data-urlencode 'q=CREATE DATABASE cloudkitty' >/dev/null
    step cloudkitty-made cloudkitty-dbsync --config-file "$etc/cloudkitty.conf" upgrade
    step cloudkitty-made cloudkitty-storage-init --config-file "$etc/cloudkitty.conf"
    touch "$OS_RUN/state/cloudkitty-made"
fi
register cloudkitty rating "http://$OS_IP:$CLOUDKITTY_PORT"
wsgi cloudkitty "$etc/wsgi.py" "$CLOUDKITTY_PORT"
wait_http cloudkitty "http://$OS_IP:$CLOUDKITTY_PORT/"
