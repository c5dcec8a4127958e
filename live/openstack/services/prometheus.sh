# Prometheus, with what is in $OS_RUN/state/prometheus. It keeps blocks of any age, writes down what it is asked, and
# scrapes what PROMETHEUS_SCRAPE names (host:port), each second.
etc=$OS_RUN/etc/prometheus data=$OS_RUN/state/prometheus
mkdir -p "$etc" "$data"
cat >"$etc/prometheus.yml" <<X
global:
  scrape_interval: 1s
  query_log_file: $OS_RUN/log/prometheus-queries.log
scrape_configs:
  - job_name: live
    static_configs:
      - targets: [${PROMETHEUS_SCRAPE:-}]
X
background prometheus prometheus --config.file="$etc/prometheus.yml" --storage.tsdb.path="$data" \
    --storage.tsdb.retention.time=100y --web.listen-address="$OS_IP:$PROMETHEUS_PORT"
wait_for prometheus curl -sf --max-time 20 "http://$OS_IP:$PROMETHEUS_PORT/-/ready"
