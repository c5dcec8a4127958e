package org.reckoner.app.novabilling;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.Secret;

/// A database's URL as SQLAlchemy writes it, as the ledger's.
///
/// `sqlite:///ledger.db` is a path from the working directory, `sqlite:////var/lib/ledger.db` one from the
/// root; nova-billing's package has five slashes, which means the same.
/// `postgresql+psycopg2://user:password@host/name` names a driver, which does not matter here.
final class SqlAlchemyUrl {

    private static final Pattern FORM = Pattern.compile("([a-z0-9]+)(?:\\+[a-z0-9_]+)?://(.*)");
    private static final Pattern SSL_MODE = Pattern.compile("sslmode=[a-z-]+");

    private SqlAlchemyUrl() {}

    /// @throws IllegalArgumentException if it means no database that can hold the ledger; the message does
    ///     not quote it, as it may hold a password
    static Configuration.LedgerSettings ledger(String url) {
        Matcher form = FORM.matcher(url.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "expected sqlite:////PATH or postgresql://USER:PASSWORD@HOST:PORT/DATABASE, as SQLAlchemy writes it");
        }
        return switch (form.group(1)) {
            case "sqlite" -> sqlite(form.group(2));
            case "postgresql", "postgres" -> postgresql(form.group(2));
            case "mysql", "mariadb" ->
                throw new IllegalArgumentException(
                        "the ledger is kept in SQLite or PostgreSQL, not in MySQL. Make a dump of nova-billing's database with mysqldump, name a new ledger with --ledger, and take the dump over: reckoner --ledger jdbc:sqlite:PATH import nova-billing DUMP");
            default ->
                throw new IllegalArgumentException(
                        "the ledger is kept in SQLite or PostgreSQL, not in %s".formatted(form.group(1)));
        };
    }

    private static Configuration.LedgerSettings sqlite(String rest) {
        if (!rest.startsWith("/") || rest.length() < 2 || rest.startsWith("/:")) {
            throw new IllegalArgumentException(
                    "names no file: a path from the root has four slashes, sqlite:////var/lib/reckoner/ledger.db");
        }
        if (rest.contains("?")) {
            throw new IllegalArgumentException("has parameters after a '?', which are not understood here");
        }
        String path = rest.substring(1).replaceFirst("^/+", "/");
        return new Configuration.LedgerSettings("jdbc:sqlite:" + path);
    }

    private static Configuration.LedgerSettings postgresql(String rest) {
        URI uri;
        try {
            uri = new URI("postgresql://" + rest);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "cannot be read at character %d after '://'; other characters than letters and digits in a user or password are written as %%40 for @ and so on"
                            .formatted(Math.max(0, e.getIndex() - "postgresql://".length()) + 1));
        }
        String database = Optional.ofNullable(uri.getRawPath()).orElse("").replaceFirst("^/", "");
        if (uri.getHost() == null || database.isEmpty()) {
            throw new IllegalArgumentException(
                    "names no host or no database: postgresql://USER:PASSWORD@HOST/DATABASE");
        }
        String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
        if (!query.isEmpty() && !SSL_MODE.matcher(query).matches()) {
            throw new IllegalArgumentException(
                    "has parameters after the '?' that are not understood here; known is sslmode");
        }
        String[] login = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
        return new Configuration.LedgerSettings(
                "jdbc:postgresql://%s%s/%s%s"
                        .formatted(
                                uri.getHost(),
                                uri.getPort() < 0 ? "" : ":" + uri.getPort(),
                                database,
                                query.isEmpty() ? "" : "?" + query),
                Optional.of(login[0]).filter(user -> !user.isEmpty()).map(SqlAlchemyUrl::decoded),
                Optional.empty(),
                login.length < 2 ? Optional.empty() : Optional.of(new Secret(decoded(login[1]))));
    }

    private static String decoded(String part) {
        return URLDecoder.decode(part, StandardCharsets.UTF_8);
    }
}
