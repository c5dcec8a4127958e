# Placement, without which Nova's scheduler finds no host.
etc=$OS_RUN/etc/placement
mkdir -p "$etc"
cat >"$etc/placement.conf" <<X
[DEFAULT]
log_file = $OS_RUN/log/placement-app.log
[api]
auth_strategy = keystone
[placement_database]
connection = $(database placement)
$(authtoken placement)
X
entry placement.cmd.manage "$etc/manage.py"
printf 'from placement.wsgi import init_application\napplication = init_application()\n' >"$etc/wsgi.py"
[ -f "$OS_RUN/state/placement-made" ] || step placement-manage python3 "$etc/manage.py" --config-file "$etc/placement.conf" db sync
touch "$OS_RUN/state/placement-made"
register placement placement "http://$OS_IP:$PLACEMENT_PORT"
OS_PLACEMENT_CONFIG_DIR=$etc wsgi placement "$etc/wsgi.py" "$PLACEMENT_PORT"
wait_http placement "http://$OS_IP:$PLACEMENT_PORT/"
