# MariaDB without durability. (On SQLite, Nova's processes lock each other out within a dozen requests.)
data=$OS_RUN/state/mariadb
sql=(mariadb --no-defaults -S "$data/mariadb.sock" -u root)
[ -d "$data/mysql" ] || { mkdir -p "$data" && step mariadb mariadb-install-db --no-defaults --user=root --datadir="$data" \
    --auth-root-authentication-method=normal --skip-test-db; }
background mariadb mariadbd --no-defaults --user=root --datadir="$data" --socket="$data/mariadb.sock" --pid-file="$data/mariadb.pid" \
    --bind-address="$OS_IP" --port="$MARIADB_PORT" --max-connections=400 --skip-log-bin --performance-schema=off --skip-name-resolve \
    --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --innodb-buffer-pool-size=128M --innodb-log-file-size=32M \
    --character-set-server=utf8mb3 --collation-server=utf8mb3_general_ci
wait_for mariadb "${sql[@]}" -e 'select 1'
{
    for name in nova nova_api nova_cell0 placement glance cinder neutron gnocchi heat cloudkitty; do echo "create database if not exists $name;"; done
    echo "create user if not exists os@'$OS_IP' identified by 'os'; grant all on *.* to os@'$OS_IP';"
} | "${sql[@]}"
