# Heat: its API and one engine. Its policy lets an admin list the stacks of all projects, as Reckoner asks.
etc=$OS_RUN/etc/heat
mkdir -p "$etc"
cat >"$etc/heat.conf" <<X
[DEFAULT]
log_dir = $OS_RUN/log
host = fake-heat-1
transport_url = $RABBIT_URL
num_engine_workers = 1
max_nested_stack_depth = 5
auth_encryption_key = of-a-cloud-that-lives-for-minute
heat_metadata_server_url = http://$OS_IP:$HEAT_PORT
region_name_for_services = $REGION
environment_dir = $etc/environment.d
template_dir = $etc/templates
[database]
connection = $(database heat)
[paste_deploy]
api_paste_config = $etc/api-paste.ini
[oslo_policy]
policy_file = $etc/policy.yaml
[clients_keystone]
auth_uri = ${AUTH_URL%/v3}
[trustee]
auth_type = password
auth_url = $AUTH_URL
username = heat
password = $SERVICE_PASS
user_domain_id = default
$(authtoken heat)
$(notifications)
X
cp "$OS_HERE/paste/heat-api-paste.ini" "$etc/api-paste.ini"
echo '"stacks:global_index": "role:admin"' >"$etc/policy.yaml"
printf 'from heat.httpd.heat_api import init_application\napplication = init_application()\n' >"$etc/wsgi.py"
# Debian's scripts of these names need the daemon packages.
entry heat.cmd.manage "$etc/manage.py"
printf 'from heat.cmd.engine import main\nmain()\n' >"$etc/engine.py"
[ -f "$OS_RUN/state/heat-made" ] || step heat-manage python3 "$etc/manage.py" --config-file "$etc/heat.conf" db_sync
touch "$OS_RUN/state/heat-made"
register heat orchestration "http://$OS_IP:$HEAT_PORT/v1/%(project_id)s"
background heat-engine python3 "$etc/engine.py" --config-file "$etc/heat.conf"
wsgi heat-api "$etc/wsgi.py" "$HEAT_PORT" --pyargv "--config-file $etc/heat.conf"
wait_http heat-api "http://$OS_IP:$HEAT_PORT/"
