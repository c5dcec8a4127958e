# Nova: API, conductor, scheduler and one compute node with the fake virtualisation driver, which keeps servers in its
# memory only. Everything above the driver is real.
etc=$OS_RUN/etc/nova state=$OS_RUN/state/nova
mkdir -p "$etc" "$state/instances" "$state/lock"
cat >"$etc/nova.conf" <<X
[DEFAULT]
my_ip = $OS_IP
host = fake-compute-1
state_path = $state
instances_path = $state/instances
log_dir = $OS_RUN/log
transport_url = $RABBIT_URL
compute_driver = fake.FakeDriver
allow_resize_to_same_host = true
instance_usage_audit = true
instance_usage_audit_period = hour
reclaim_instance_interval = 0
shelved_offload_time = 0
heal_instance_info_cache_interval = 0
sync_power_state_interval = 0
update_resources_interval = 0
service_down_time = 300
[api]
auth_strategy = keystone
[api_database]
connection = $(database nova_api)
[database]
connection = $(database nova)
[conductor]
workers = 1
[scheduler]
workers = 1
discover_hosts_in_cells_interval = 10
[glance]
api_servers = http://$OS_IP:$GLANCE_PORT
[oslo_concurrency]
lock_path = $state/lock
[vnc]
enabled = false
[wsgi]
api_paste_config = $etc/api-paste.ini
[notifications]
notification_format = $NOTIFICATION_FORMAT
notify_on_state_change = vm_and_task_state
bdms_in_notifications = true
[placement]
$(credentials nova)
[neutron]
$(credentials nova)
[cinder]
os_region_name = $REGION
$(credentials nova)
[service_user]
send_service_user_token = true
$(credentials nova)
$(authtoken nova)
$(notifications)
X
cp "$OS_HERE/paste/nova-api-paste.ini" "$etc/api-paste.ini"
for program in manage compute conductor scheduler; do entry nova.cmd.$program "$etc/$program.py"; done
printf 'from nova.api.openstack.compute.wsgi import init_application\napplication = init_application()\n' >"$etc/wsgi.py"
manage=(step nova-manage python3 "$etc/manage.py" --config-file "$etc/nova.conf")
if [ ! -f "$OS_RUN/state/nova-made" ]; then
    "${manage[@]}" api_db sync
    "${manage[@]}" cell_v2 map_cell0 --database_connection "$(database nova_cell0)"
    "${manage[@]}" db sync
    "${manage[@]}" cell_v2 create_cell --name cell1 --database_connection "$(database nova)" --transport-url "$RABBIT_URL"
    touch "$OS_RUN/state/nova-made"
fi
register nova compute "http://$OS_IP:$NOVA_PORT/v2.1"
for program in conductor scheduler compute; do
    background nova-$program python3 "$etc/$program.py" --config-file "$etc/nova.conf"
done
OS_NOVA_CONFIG_DIR=$etc wsgi nova-api "$etc/wsgi.py" "$NOVA_PORT"
wait_http nova-api "http://$OS_IP:$NOVA_PORT/"
has_host() { curl -s --max-time 20 "http://$OS_IP:$NOVA_PORT/v2.1/os-hypervisors" -H "X-Auth-Token: $ADMIN_TOKEN" | grep -q hypervisor_hostname; }
ADMIN_TOKEN=$(token)
wait_for nova-compute eval 'has_host || { "${manage[@]}" cell_v2 discover_hosts; has_host; }'
