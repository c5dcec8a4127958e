# Glance with its images in files. GLANCE_PASTE names another pipeline than its own.
etc=$OS_RUN/etc/glance images=$OS_RUN/state/images
mkdir -p "$etc" "$images"/{staging,tasks}
cat >"$etc/glance-api.conf" <<X
[DEFAULT]
log_file = $OS_RUN/log/glance-app.log
bind_host = $OS_IP
transport_url = $RABBIT_URL
enabled_backends = file:file
node_staging_uri = file://$images/staging
[glance_store]
default_backend = file
[file]
filesystem_store_datadir = $images
[os_glance_staging_store]
filesystem_store_datadir = $images/staging
[os_glance_tasks_store]
filesystem_store_datadir = $images/tasks
[database]
connection = $(database glance)
[paste_deploy]
flavor = keystone
config_file = $etc/glance-api-paste.ini
$(authtoken glance)
$(notifications)
X
cp "${GLANCE_PASTE:-$OS_HERE/paste/glance-api-paste.ini}" "$etc/glance-api-paste.ini"
entry glance.cmd.manage "$etc/manage.py"
printf 'from glance.common.wsgi_app import init_app\napplication = init_app()\n' >"$etc/wsgi.py"
[ -f "$OS_RUN/state/glance-made" ] || step glance-manage python3 "$etc/manage.py" --config-file "$etc/glance-api.conf" db_sync
touch "$OS_RUN/state/glance-made"
register glance image "http://$OS_IP:$GLANCE_PORT"
OS_GLANCE_CONFIG_DIR=$etc wsgi glance "$etc/wsgi.py" "$GLANCE_PORT"
wait_http glance "http://$OS_IP:$GLANCE_PORT/"
