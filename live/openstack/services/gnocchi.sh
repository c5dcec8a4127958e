# Gnocchi: its API and one metricd, with measures in files and the index in MariaDB.
etc=$OS_RUN/etc/gnocchi data=$OS_RUN/state/gnocchi
mkdir -p "$etc" "$data"
cat >"$etc/gnocchi.conf" <<X
[DEFAULT]
coordination_url = file://$data/coordination
parallel_operations = 4
[api]
auth_mode = keystone
paste_config = $etc/api-paste.ini
[indexer]
url = $(database gnocchi)
[storage]
driver = file
file_basepath = $data
[incoming]
driver = file
file_basepath = $data
[metricd]
workers = 1
metric_processing_delay = 1
greedy = true
$(authtoken gnocchi)
X
# The token filter reads a configuration of its own, and must be told which.
sed "s#@CONFIG@#$etc/gnocchi.conf#" "$OS_HERE/paste/gnocchi-api-paste.ini" >"$etc/api-paste.ini"
printf 'from gnocchi.cli.api import wsgi\napplication = wsgi()\n' >"$etc/wsgi.py"
# Debian's scripts of these names need the package gnocchi-common for nothing but a user.
entry gnocchi.cli.manage "$etc/upgrade.py"
sed -i 's/import main/import upgrade as main/' "$etc/upgrade.py"
entry gnocchi.cli.metricd "$etc/metricd.py"
sed -i 's/import main/import metricd as main/' "$etc/metricd.py"
[ -f "$OS_RUN/state/gnocchi-made" ] || step gnocchi-upgrade python3 "$etc/upgrade.py" --config-file "$etc/gnocchi.conf" --sacks-number 16
touch "$OS_RUN/state/gnocchi-made"
register gnocchi metric "http://$OS_IP:$GNOCCHI_PORT"
wsgi gnocchi "$etc/wsgi.py" "$GNOCCHI_PORT" --pyargv "--config-file $etc/gnocchi.conf"
background gnocchi-metricd python3 "$etc/metricd.py" --config-file "$etc/gnocchi.conf"
wait_http gnocchi "http://$OS_IP:$GNOCCHI_PORT/"
