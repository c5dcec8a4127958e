package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Remembered;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// Which client of WHMCS pays for which project: as configured, or found by its e-mail address, or created with it.
///
/// The address is what makes creating safe: WHMCS has each only once, so that a client whose creation was not
/// answered, or was asked for twice, is found and not made again.
final class Clients {

    static final String[] SETTINGS = {"clients", "client-email", "client-country", "client-field"};

    private static final SecureRandom RANDOM = new SecureRandom();

    private final WhmcsApi api;
    private final Map<String, String> byProject;
    private final Optional<String> email;
    private final Optional<String> country;
    private final Optional<Integer> field;
    private final Remembered<Client> known = new Remembered<>();

    /// @param currency in which WHMCS invoices the client
    record Client(int id, String currency) {}

    Clients(WhmcsApi api, AdapterSettings settings) {
        this.api = api;
        byProject = settings.pairs("clients");
        email = settings.value("client-email", "an address such as {project}@clients.example.org", Clients::template);
        country = settings.value("client-country", "a country's two capital letters", Clients::country);
        field = settings.value("client-field", "the number of a custom field", Integer::valueOf);
    }

    private static String template(String text) {
        if (!text.matches("[^@\\s]*\\{(project|customer)}[^@\\s]*@[^@\\s]+")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    private static String country(String text) {
        if (!text.matches("[A-Z]{2}")) {
            throw new IllegalArgumentException();
        }
        return text;
    }

    /// The client of an account, if there is one.
    Optional<Client> find(Account account) throws Undelivered {
        Optional<Client> before = known.get(account.project());
        if (before.isPresent()) {
            return before;
        }
        Optional<Client> found = look(account);
        found.ifPresent(client -> known.put(account.project(), client));
        return found;
    }

    private Optional<Client> look(Account account) throws Undelivered {
        String id = byProject.get(account.project());
        Form by = id == null ? new Form().with("email", email(account)) : new Form().with("clientid", id);
        Said said = api.ask("GetClientsDetails", by.with("stats", "false"));
        if (said.isSuccess()) {
            Said client = said.part("client").orElse(said);
            Optional<String> told = client.text("email");
            if (id == null && told.isPresent() && !told.get().equalsIgnoreCase(email(account))) {
                throw new Undelivered.Refused(
                        "%s: asked for the client with the address %s, WHMCS tells one with %s; name the client of project %s under 'clients'"
                                .formatted(said.about(), email(account), told.get(), account.project()));
            }
            return Optional.of(new Client(
                    client.number(client.text("id").isPresent() ? "id" : "userid"), client.currency("currency_code")));
        }
        if (said.message().toLowerCase(Locale.ROOT).contains("client not found") && id == null) {
            return Optional.empty();
        }
        throw new Undelivered.Refused(
                "%s is refused for project %s: %s".formatted(said.about(), account.project(), said.message()));
    }

    private String email(Account account) throws Undelivered {
        String template = email.orElseThrow(() -> new Undelivered.Refused(
                "no client of WHMCS is known for project %s; name it under 'clients', or set 'client-email'"
                        .formatted(account.project())));
        if (template.contains("{customer}") && account.customer().isEmpty()) {
            throw new Undelivered.Refused(
                    "the account of project %s has no customer, which 'client-email' asks for; see: reckoner accounts set"
                            .formatted(account.project()));
        }
        return template.replace("{project}", account.project())
                .replace("{customer}", account.customer().orElse(""));
    }

    /// The client of an account, created if there is none.
    ///
    /// @throws Undelivered.Refused if it is invoiced in another currency
    Client findOrCreate(Account account, Currency currency) throws Undelivered {
        Optional<Client> found = find(account);
        Client client = found.isPresent() ? found.get() : create(account, currency);
        if (!client.currency().isEmpty() && !client.currency().equals(currency.getCurrencyCode())) {
            forget(account);
            throw new Undelivered.Refused("client %d of WHMCS is invoiced in %s, and project %s in %s"
                    .formatted(client.id(), client.currency(), account.project(), currency));
        }
        return client;
    }

    private Client create(Account account, Currency currency) throws Undelivered {
        String address = email(account);
        String code = country.orElseThrow(() -> new Undelivered.Refused(
                "WHMCS has no client with the address %s; make one, or set 'client-country' so that clients are made"
                        .formatted(address)));
        List<String> lines = account.address();
        Form form = new Form()
                .with("firstname", account.name())
                .with("lastname", account.customer().orElse(""))
                .with("companyname", account.name())
                .with("email", address)
                .with("address1", lines.isEmpty() ? "" : lines.getFirst())
                .with("address2", lines.size() < 2 ? "" : String.join(", ", lines.subList(1, lines.size())))
                .with("country", code)
                .with("currency", currencyId(currency))
                .with("password2", password())
                .with("noemail", "true")
                .with("skipvalidation", "true");
        field.ifPresent(number -> form.with("customfields", serialized(number, account.project())));
        Said said = api.ask("AddClient", form);
        Optional<Client> made = find(account);
        if (made.isEmpty() && said.isSuccess()) {
            throw new Undelivered.Unavailable(
                    "%s made a client with the address %s, but does not find it".formatted(said.about(), address));
        }
        if (made.isEmpty()) {
            throw new Undelivered.Refused(
                    "%s with the address %s is refused: %s".formatted(said.about(), address, said.message()));
        }
        return made.get();
    }

    private int currencyId(Currency currency) throws Undelivered {
        for (Said each : api.call("GetCurrencies", new Form()).list("currencies", "currency")) {
            if (each.needed("code").equals(currency.getCurrencyCode())) {
                return each.number("id");
            }
        }
        throw new Undelivered.Refused("WHMCS has no currency %s".formatted(currency));
    }

    /// Nobody knows it: the client asks WHMCS for another.
    private static String password() {
        byte[] bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().encodeToString(bytes);
    }

    /// An array of one text as PHP's `serialize` writes it, in Base64, as WHMCS asks for.
    private static String serialized(int key, String value) {
        int length = value.getBytes(StandardCharsets.UTF_8).length;
        String php = "a:1:{i:%d;s:%d:\"%s\";}".formatted(key, length, value);
        return Base64.getEncoder().encodeToString(php.getBytes(StandardCharsets.UTF_8));
    }

    /// What a client has paid or was given and not used yet; nothing if WHMCS does not tell the currency.
    Optional<Money> credit(int client) throws Undelivered {
        Said said = api.call(
                "GetClientsDetails", new Form().with("clientid", client).with("stats", "false"));
        Said told = said.part("client").orElse(said);
        BigDecimal credit = told.amount("credit");
        return told.text("currency_code").flatMap(Money::currency).map(unit -> Money.of(unit, credit));
    }

    /// It is not there any more.
    void forget(Account account) {
        known.forget(account.project());
    }
}
