# One RabbitMQ node with an Erlang port mapper of its own.
home=$OS_RUN/state/rabbitmq
mkdir -p "$home/home" "$home/mnesia"
cat >"$OS_RUN/etc/rabbitmq.conf" <<X
listeners.tcp.1 = $OS_IP:$RABBIT_PORT
log.console = true
log.console.level = warning
log.file = false
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 50MB
X
: >"$OS_RUN/etc/rabbitmq-env.conf"
echo '[].' >"$OS_RUN/etc/rabbitmq-plugins"
cat >"$OS_RUN/etc/rabbitmq.env" <<X
export HOME="$home/home" ERL_EPMD_PORT=$EPMD_PORT ERL_EPMD_ADDRESS=$OS_IP
export RABBITMQ_NODENAME=reckoner-live@localhost RABBITMQ_CONFIG_FILE="$OS_RUN/etc/rabbitmq.conf"
export RABBITMQ_CONF_ENV_FILE="$OS_RUN/etc/rabbitmq-env.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$OS_RUN/etc/rabbitmq-plugins"
export RABBITMQ_MNESIA_BASE="$home/mnesia" RABBITMQ_LOG_BASE="$OS_RUN/log" RABBITMQ_DIST_PORT=$RABBIT_DIST_PORT
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none"
X
(
    . "$OS_RUN/etc/rabbitmq.env"
    background epmd epmd -address "$OS_IP" -port "$EPMD_PORT"
    background rabbitmq /usr/lib/rabbitmq/bin/rabbitmq-server
)
wait_for rabbitmq bash -c "exec 3<>/dev/tcp/$OS_IP/$RABBIT_PORT"
