# neutron-server with no agents: networks, routers and floating IPs are real records that no switch ever hears of.
etc=$OS_RUN/etc/neutron state=$OS_RUN/state/neutron
mkdir -p "$etc" "$state/lock"
cat >"$etc/neutron.conf" <<X
[DEFAULT]
bind_host = $OS_IP
bind_port = $NEUTRON_PORT
host = fake-net-1
state_path = $state
log_file = $OS_RUN/log/neutron-app.log
transport_url = $RABBIT_URL
auth_strategy = keystone
core_plugin = ml2
service_plugins = router
api_workers = 0
rpc_workers = 0
rpc_state_report_workers = 0
api_paste_config = $etc/api-paste.ini
notify_nova_on_port_status_changes = false
notify_nova_on_port_data_changes = false
[ml2]
type_drivers = flat,vxlan
tenant_network_types = vxlan
mechanism_drivers =
extension_drivers = port_security
[ml2_type_vxlan]
vni_ranges = 1:1000
[ml2_type_flat]
flat_networks = *
[database]
connection = $(database neutron)
[oslo_concurrency]
lock_path = $state/lock
$(authtoken neutron)
$(notifications)
X
cp "$OS_HERE/paste/neutron-api-paste.ini" "$etc/api-paste.ini"
entry neutron.db.migration.cli "$etc/manage.py"
entry neutron.cmd.eventlet.server "$etc/server.py"
[ -f "$OS_RUN/state/neutron-made" ] || step neutron-manage python3 "$etc/manage.py" --config-file "$etc/neutron.conf" upgrade heads
touch "$OS_RUN/state/neutron-made"
register neutron network "http://$OS_IP:$NEUTRON_PORT"
background neutron-server python3 "$etc/server.py" --config-file "$etc/neutron.conf"
wait_http neutron-server "http://$OS_IP:$NEUTRON_PORT/"
