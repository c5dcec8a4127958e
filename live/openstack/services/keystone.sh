# Keystone on SQLite, with notifications of projects and users.
etc=$OS_RUN/etc/keystone
mkdir -p "$etc/fernet" "$etc/credential"
chmod 700 "$etc/fernet" "$etc/credential"
cat >"$etc/keystone.conf" <<X
[DEFAULT]
log_file = $OS_RUN/log/keystone-app.log
notification_format = basic
[database]
connection = sqlite:///$OS_RUN/db/keystone.db?timeout=30
[token]
provider = fernet
expiration = 7200
[fernet_tokens]
key_repository = $etc/fernet
[credential]
key_repository = $etc/credential
[identity]
password_hash_rounds = 4
[cache]
enabled = true
backend = dogpile.cache.memory
$(notifications)
X
if [ ! -f "$OS_RUN/state/keystone-made" ]; then
    manage=(step keystone-manage keystone-manage --config-file "$etc/keystone.conf")
    "${manage[@]}" db_sync
    "${manage[@]}" fernet_setup --keystone-user root --keystone-group root
    "${manage[@]}" credential_setup --keystone-user root --keystone-group root
    "${manage[@]}" bootstrap --bootstrap-password "$ADMIN_PASS" --bootstrap-username admin --bootstrap-project-name admin \
        --bootstrap-role-name admin --bootstrap-service-name keystone --bootstrap-region-id "$REGION" \
        --bootstrap-admin-url "$AUTH_URL" --bootstrap-public-url "$AUTH_URL" --bootstrap-internal-url "$AUTH_URL"
    touch "$OS_RUN/state/keystone-made"
fi
OS_KEYSTONE_CONFIG_FILES=$etc/keystone.conf OS_KEYSTONE_CONFIG_DIR=$etc wsgi keystone /usr/bin/keystone-wsgi-public "$KEYSTONE_PORT"
wait_http keystone "$AUTH_URL/"
ensure projects project service >/dev/null
ensure roles role service >/dev/null
