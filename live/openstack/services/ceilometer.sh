# Ceilometer's notification agent. CEILOMETER_PIPELINE says what becomes of the samples, CEILOMETER_METERS is a folder of
# definitions besides its own.
etc=$OS_RUN/etc/ceilometer
mkdir -p "$etc/meters.d"
[ -z "${CEILOMETER_METERS:-}" ] || cp "$CEILOMETER_METERS"/*.yaml "$etc/meters.d/"
cat >"$etc/ceilometer.conf" <<X
[DEFAULT]
log_file = $OS_RUN/log/ceilometer-app.log
transport_url = $RABBIT_URL
pipeline_cfg_file = $etc/pipeline.yaml
[notification]
workers = 1
batch_size = 50
batch_timeout = 1
pipelines = meter
notification_control_exchanges = nova
notification_control_exchanges = glance
notification_control_exchanges = openstack
[meter]
meter_definitions_dirs = /usr/lib/python3/dist-packages/ceilometer/data/meters.d
meter_definitions_dirs = $etc/meters.d
X
cp "${CEILOMETER_PIPELINE:?CEILOMETER_PIPELINE is not set: no samples would go anywhere}" "$etc/pipeline.yaml"
entry ceilometer.cmd.agent_notification "$etc/agent.py"
background ceilometer python3 "$etc/agent.py" --config-file "$etc/ceilometer.conf" --config-dir "$etc"
# Its queue may be there without it: the services make it, so that nothing is lost until it comes.
agent_reads() { "$OS_HERE/rabbitmqctl" list_queues name consumers | grep -qx 'notifications.info[[:space:]]*[1-9].*'; }
wait_for ceilometer agent_reads
