# What all scripts here share. Everything listens on loopback, on ports of its own, and lives in $OS_RUN; nothing uses
# systemd, /etc or /var. The passwords protect nothing: they are of a cloud that lives for minutes on 127.0.0.1.
# Any of these may be set in the environment.
set -euo pipefail
OS_HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
OS_RUN=${OS_RUN:-$(dirname "$OS_HERE")/run-data}
OS_IP=127.0.0.1
REGION=${REGION:-RegionOne}
KEYSTONE_PORT=${KEYSTONE_PORT:-15000}
GLANCE_PORT=${GLANCE_PORT:-19292}
PLACEMENT_PORT=${PLACEMENT_PORT:-18778}
NOVA_PORT=${NOVA_PORT:-18774}
CINDER_PORT=${CINDER_PORT:-18776}
NEUTRON_PORT=${NEUTRON_PORT:-19696}
GNOCCHI_PORT=${GNOCCHI_PORT:-18041}
HEAT_PORT=${HEAT_PORT:-18004}
CLOUDKITTY_PORT=${CLOUDKITTY_PORT:-18889}
PROMETHEUS_PORT=${PROMETHEUS_PORT:-19090}
INFLUXDB_PORT=${INFLUXDB_PORT:-18086}
INFLUXDB_RPC_PORT=${INFLUXDB_RPC_PORT:-18088}
RABBIT_PORT=${RABBIT_PORT:-15673}
RABBIT_DIST_PORT=${RABBIT_DIST_PORT:-15674}
EPMD_PORT=${EPMD_PORT:-15675}
MARIADB_PORT=${MARIADB_PORT:-15306}
ADMIN_PASS=${ADMIN_PASS:-admin}
SERVICE_PASS=${SERVICE_PASS:-service}
NOTIFICATION_FORMAT=${NOTIFICATION_FORMAT:-both} # of Nova: unversioned, versioned or both
START_SECONDS=${START_SECONDS:-300}              # that one service may take to come up
AUTH_URL=http://$OS_IP:$KEYSTONE_PORT/v3
RABBIT_URL=rabbit://guest:guest@$OS_IP:$RABBIT_PORT/
PATH=/usr/sbin:/usr/bin:/sbin:/bin:$PATH # Debian's own Python, which has the OpenStack packages
export PATH OS_RUN REGION KEYSTONE_PORT GLANCE_PORT NOVA_PORT CINDER_PORT NEUTRON_PORT GNOCCHI_PORT HEAT_PORT CLOUDKITTY_PORT PROMETHEUS_PORT MARIADB_PORT ADMIN_PASS
mkdir -p "$OS_RUN"/{pid,log,etc,db,state}

die() { # die NAME MESSAGE: with the end of NAME's log
    echo "$2" >&2
    echo "The end of $OS_RUN/log/$1.log:" >&2
    tail -n 30 "$OS_RUN/log/$1.log" >&2 || true
    exit 1
}

runs() { local pid; pid=$(cat "$OS_RUN/pid/$1.pid" 2>/dev/null) && kill -0 "$pid" 2>/dev/null; }

# Starts a program in a session of its own, with a log and a pid file: background NAME COMMAND...
background() {
    local name=$1
    shift
    runs "$name" && return
    setsid "$@" >>"$OS_RUN/log/$name.log" 2>&1 </dev/null &
    echo $! >"$OS_RUN/pid/$name.pid"
}

# Runs a step that must come to an end, and notes what it prints: step NAME COMMAND...
step() {
    local name=$1
    shift
    timeout "$START_SECONDS" "$@" >>"$OS_RUN/log/$name.log" 2>&1 </dev/null || die "$name" "failed or took longer than $START_SECONDS s: $*"
}

# Waits until a test succeeds; gives up when the program dies: wait_for NAME COMMAND...
wait_for() {
    local name=$1 end=$((SECONDS + START_SECONDS))
    shift
    until "$@" >/dev/null 2>&1; do
        runs "$name" || die "$name" "$name died while starting."
        [ $SECONDS -lt $end ] || die "$name" "$name was not up after $START_SECONDS s."
        sleep 0.2
    done
}

wait_http() { wait_for "$1" curl -s --max-time 20 "$2"; }

# Ends the programs by their pid files: TERM to all, and KILL to the session of those still there after 10 s.
stop_these() {
    local name pid end=$((SECONDS + 10))
    for name in "$@"; do runs "$name" && kill -TERM "$(cat "$OS_RUN/pid/$name.pid")" 2>/dev/null || true; done
    for name in "$@"; do
        while runs "$name" && [ $SECONDS -lt $end ]; do sleep 0.1; done
        pid=$(cat "$OS_RUN/pid/$name.pid" 2>/dev/null || true)
        [ -z "$pid" ] || kill -KILL -- "-$pid" 2>/dev/null || true
        rm -f "$OS_RUN/pid/$name.pid"
    done
}

# A WSGI service under uWSGI: wsgi NAME FILE PORT [uWSGI arguments]. Without "Connection: close" clients that keep
# connections alive meet a server that doesn't and doesn't say so. One thread a process: Nova and Cinder are patched by
# eventlet, and a second thread can hang for ever in their notifier.
wsgi() {
    local name=$1 file=$2 port=$3
    shift 3
    background "$name" uwsgi_python3 --master --die-on-term --need-app --lazy-apps --enable-threads --processes 2 --threads 1 \
        --http-socket "$OS_IP:$port" --buffer-size 65535 --thunder-lock --disable-logging --add-header "Connection: close" \
        --wsgi-file "$file" "$@"
}

# An entry point that Debian ships only in the daemon packages, which bring units and users: entry MODULE FILE [PRELUDE]
entry() { printf 'import sys\n%sfrom %s import main\nsys.exit(main())\n' "${3:-}" "$1" >"$2"; }

database() { echo "mysql+pymysql://os:os@$OS_IP:$MARIADB_PORT/$1?charset=utf8"; }

# A request that is made again when no answer comes: a worker of uWSGI may end in the middle of one.
patient=(-sS --max-time 60 --retry 5 --retry-delay 1 --retry-all-errors)
# Keystone's API with the admin's token: keystone METHOD PATH [JSON]
keystone() {
    : "${ADMIN_TOKEN:=$(token)}"
    curl "${patient[@]}" -X "$1" "$AUTH_URL$2" -H "X-Auth-Token: $ADMIN_TOKEN" -H 'Content-Type: application/json' ${3:+-d "$3"}
}
token() {
    curl "${patient[@]}" -i -X POST "$AUTH_URL/auth/tokens" -H 'Content-Type: application/json' -d '{"auth": {
        "identity": {"methods": ["password"], "password": {"user": {"name": "admin", "domain": {"id": "default"}, "password": "'"$ADMIN_PASS"'"}}},
        "scope": {"project": {"name": "admin", "domain": {"id": "default"}}}}}' |
        tr -d '\r' | awk 'tolower($1) == "x-subject-token:" {print $2}'
}
# The id of a named thing, which is made if missing: ensure COLLECTION KIND NAME [more JSON fields]
# Asked again until it is there, as a start of another service may make it meanwhile.
ensure() {
    local id try
    for try in 1 2 3 4 5; do
        id=$(keystone GET "/$1?name=$3" | python3 -c 'import json, sys; print(*[x["id"] for x in json.load(sys.stdin)[sys.argv[1]]])' "$1") || { sleep "$try"; continue; }
        [ -z "$id" ] || { echo "$id"; return; }
        keystone POST "/$1" '{"'"$2"'": {"name": "'"$3"'"'"${4:-}"'}}' >/dev/null || sleep "$try"
    done
    die keystone "Keystone did not make $2 $3."
}
# Registers a service with Keystone: its user (with the role `service` too, which Cinder asks of Nova), its endpoint.
# register NAME TYPE URL
register() {
    local project user role service interface
    project=$(ensure projects project service)
    user=$(ensure users user "$1" ', "password": "'"$SERVICE_PASS"'"')
    for role in admin service; do
        keystone PUT "/projects/$project/users/$user/roles/$(ensure roles role $role)"
    done
    service=$(ensure services service "$1" ', "type": "'"$2"'"')
    keystone GET "/endpoints?service_id=$service" | grep -q '"url"' || for interface in public internal; do
        keystone POST /endpoints '{"endpoint": {"interface": "'$interface'", "region_id": "'"$REGION"'", "service_id": "'"$service"'", "url": "'"$3"'"}}' >/dev/null
    done
}

credentials() { # of a service user, as configuration: credentials NAME
    cat <<X
auth_url = $AUTH_URL
auth_type = password
project_domain_id = default
user_domain_id = default
project_name = service
username = $1
password = $SERVICE_PASS
region_name = $REGION
X
}
authtoken() {
    printf '[keystone_authtoken]\nwww_authenticate_uri = %s\nservice_token_roles_required = false\n' "$AUTH_URL"
    credentials "$1"
}
notifications() {
    printf '[oslo_messaging_notifications]\ndriver = messagingv2\ntopics = notifications\ntransport_url = %s\n' "$RABBIT_URL"
}
