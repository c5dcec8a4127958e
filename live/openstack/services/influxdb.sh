# InfluxDB, in which CloudKitty keeps what it has rated.
etc=$OS_RUN/etc/influxdb data=$OS_RUN/state/influxdb
mkdir -p "$etc" "$data"
cat >"$etc/influxdb.conf" <<X
reporting-disabled = true
bind-address = "$OS_IP:$INFLUXDB_RPC_PORT"
[meta]
dir = "$data/meta"
[data]
dir = "$data/data"
wal-dir = "$data/wal"
[http]
bind-address = "$OS_IP:$INFLUXDB_PORT"
log-enabled = false
[monitor]
store-enabled = false
X
background influxdb influxd -config "$etc/influxdb.conf"
wait_for influxdb curl -sf --max-time 20 "http://$OS_IP:$INFLUXDB_PORT/ping"
