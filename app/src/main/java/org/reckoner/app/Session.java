package org.reckoner.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.config.Configuration;
import org.reckoner.app.config.ConfigurationFile;
import org.reckoner.app.config.Secret;
import org.reckoner.app.config.Secrets;
import org.reckoner.app.config.Setting;
import org.reckoner.app.novabilling.OldLedger;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.ceilometer.Ceilometer;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Adapters;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.present.Table;

/// One run of the command line: what it was told, and what it opened on the way.
public final class Session implements AutoCloseable {

    /// How answers are printed.
    public enum Format {
        table,
        json,
        csv
    }

    private final PrintWriter out;
    private final PrintWriter err;
    private Optional<Path> configFile = Optional.empty();
    private Optional<String> ledgerUrl = Optional.empty();
    private Format format = Format.table;
    private Clock clock = Clock.systemUTC();
    private @Nullable Configuration configuration;
    private @Nullable Ledger ledger;

    public Session(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public void configFile(Path file) {
        configFile = Optional.of(file);
    }

    public void ledgerUrl(String url) {
        ledgerUrl = Optional.of(url);
    }

    public void format(Format chosen) {
        format = chosen;
    }

    /// Takes it to be another time than it is.
    public void now(Instant instant) {
        clock = Clock.fixed(instant, ZoneOffset.UTC);
    }

    public PrintWriter out() {
        return out;
    }

    /// For progress and warnings, so that answers can be piped on.
    public PrintWriter err() {
        return err;
    }

    public Format format() {
        return format;
    }

    public Clock clock() {
        return clock;
    }

    /// The month that runs, in UTC.
    public YearMonth month() {
        return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
    }

    /// Who does what is done, for the audit log.
    public String user() {
        return System.getProperty("user.name", "unknown");
    }

    public Configuration configuration() {
        if (configuration == null) {
            configuration = ConfigurationFile.read(configFile);
        }
        return configuration;
    }

    /// What is set in the file and the environment.
    public SortedMap<String, Setting> settings() {
        return ConfigurationFile.settings(configFile);
    }

    /// Notes in the audit log with which configuration work is done from now on, if it is another than before.
    public void noteConfiguration() {
        String state = settings().entrySet().stream()
                .map(setting -> setting.getKey() + ": " + setting.getValue().value())
                .collect(Collectors.joining("\n"));
        ledger().audit()
                .noteIfChanged(
                        "configuration.change",
                        configFile.map(Path::toString).orElse("reckoner.yaml"),
                        state,
                        clock.instant(),
                        user());
    }

    /// Replaces what the file says.
    public void configuration(Configuration chosen) {
        configuration = chosen;
    }

    /// Where the ledger is.
    public String ledgerUrl() {
        return ledgerUrl.orElse(configuration().ledger().url());
    }

    /// The ledger, opened at first use.
    public Ledger ledger() {
        if (ledger == null) {
            Configuration.LedgerSettings settings = configuration().ledger();
            String url = ledgerUrl();
            if (url.equals(Configuration.USUAL.ledger().url())) {
                makeFolder(Path.of(".reckoner"));
            }
            OldLedger.refuse(url);
            Database database = Database.open(
                    url,
                    settings.user(),
                    Secrets.read("RECKONER_LEDGER_PASSWORD", settings.passwordFile())
                            .or(() -> settings.password().map(Secret::text)));
            ledger = Ledger.over(database, configuration().invoices(), clock);
        }
        return ledger;
    }

    private static void makeFolder(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new AskedWrongly(
                    "cannot make the folder %s for the ledger: %s".formatted(folder, FileTrouble.reason(e)));
        }
    }

    /// A billing system of the configuration, opened; the caller closes it.
    ///
    /// @throws AskedWrongly if none of that name is configured
    /// @throws BadAdapter if it cannot work as it is configured
    public Backend backend(String name) {
        List<Configuration.BackendSettings> all = configuration().deliver();
        Configuration.BackendSettings settings = all.stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AskedWrongly("no billing system '%s' is configured under deliver; known are %s"
                        .formatted(name, all.isEmpty() ? "none" : String.join(", ", backendNames()))));
        return new Backend(
                name,
                Adapters.open(
                        settings.adapter(),
                        settings.jar(),
                        new AdapterSettings(name, settings.settings(), System.getenv())),
                settings.connections(),
                settings.interval(),
                Backend.USUAL_LEASE,
                Backend.USUAL_MOST_ATTEMPTS);
    }

    public List<String> backendNames() {
        return configuration().deliver().stream()
                .map(Configuration.BackendSettings::name)
                .toList();
    }

    public Notifications notifications(Optional<String> region) {
        Configuration.Collect collect = configuration().collect();
        return new Notifications(
                region.orElse(configuration().region()),
                collect.declared(),
                collect.ignore(),
                wantedSamples(),
                collect.maxClockSkew(),
                clock);
    }

    /// Which samples are wanted: none if nothing is configured under `samples`.
    ///
    /// @throws org.reckoner.collect.distil.BadMapping if the mapping says something that is not known
    private Ceilometer wantedSamples() {
        return configuration()
                .samples()
                .map(settings ->
                        Telemetry.of(settings, type -> Optional.empty()).wanted())
                .orElse(Ceilometer.UNWANTED);
    }

    /// What makes use of samples, if that is configured. The volume types that Cinder told of are those known
    /// now.
    ///
    /// @throws org.reckoner.collect.distil.BadMapping if the mapping says something that is not known
    public Optional<Sampling> sampling() {
        return configuration()
                .samples()
                .map(settings -> new Sampling(
                        ledger(), configuration().region(), Telemetry.of(settings, Telemetry.volumeTypes(ledger()))));
    }

    /// @throws AskedWrongly if nobody of this id or name is known
    public Account account(String projectOrName) {
        return knownAccount(projectOrName)
                .orElseThrow(() -> new AskedWrongly(
                        "there is no account '%s'; see: reckoner accounts list".formatted(projectOrName)));
    }

    /// The account of that project id, else the one of that name, if there is one.
    ///
    /// @throws AskedWrongly if several have that name
    public Optional<Account> knownAccount(String projectOrName) {
        Optional<Account> found = ledger().accounts().find(projectOrName);
        if (found.isPresent()) {
            return found;
        }
        List<String> namesakes = ledger().accounts().all().stream()
                .filter(account -> account.name().equals(projectOrName))
                .map(Account::project)
                .toList();
        if (!namesakes.isEmpty()) {
            throw new AskedWrongly("%d accounts are named '%s'; choose one by its project: %s"
                    .formatted(namesakes.size(), projectOrName, String.join(", ", namesakes)));
        }
        return Optional.empty();
    }

    /// @throws AskedWrongly if the text is no period
    public static BillingPeriod period(String label) {
        try {
            return BillingPeriod.parse(label);
        } catch (IllegalArgumentException e) {
            throw new AskedWrongly(String.valueOf(e.getMessage()));
        }
    }

    /// Prints a list in the chosen format.
    public void print(Table table) {
        out.print(
                switch (format) {
                    case table -> table.toText(width());
                    case json -> table.toJson();
                    case csv -> table.toCsv();
                });
        out.flush();
    }

    /// The terminal's width; no limit when the answer goes elsewhere.
    public int width() {
        String columns = System.getenv("COLUMNS");
        return System.console() != null && columns != null && columns.matches("[0-9]{1,4}")
                ? Integer.parseInt(columns)
                : Table.ANY_WIDTH;
    }

    public void say(String line) {
        out.println(line);
        out.flush();
    }

    public void warn(String line) {
        err.println(line);
        err.flush();
    }

    @Override
    public void close() {
        if (ledger != null) {
            ledger.close();
        }
    }
}
