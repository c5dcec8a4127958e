package org.reckoner.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;

/// Kill Bill's catalog, as a user of the command line meets it. The server here knows nothing but a catalog; what the
/// real one makes of one is in the live tests.
class KillBillTest {

    private static final String THEIRS = """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <catalogs><versions>
              <version>
                <effectiveDate>2020-01-01T00:00:00+00:00</effectiveDate>
                <catalogName>Shop</catalogName>
                <plans>
                  <plan name="disk">
                    <finalPhase type="EVERGREEN">
                      <usages>
                        <usage name="disk-usage" billingMode="IN_ARREAR" usageType="CONSUMABLE" tierBlockPolicy="ALL_TIERS">
                          <billingPeriod>MONTHLY</billingPeriod>
                          <tiers>
                            <tier><blocks><tieredBlock><unit>gib-hours</unit><size>1</size><prices><price><currency>EUR</currency><value>0.004</value></price></prices><max>-1</max></tieredBlock></blocks></tier>
                          </tiers>
                        </usage>
                      </usages>
                    </finalPhase>
                  </plan>
                </plans>
              </version>
            </versions></catalogs>
            """;

    @TempDir
    private Path folder = Path.of(".");

    private volatile String xml = THEIRS;
    private volatile String json = "[]";
    private volatile String uploaded = "";
    private final SimulatedServer server = SimulatedServer.start(0, this::answer);
    private Path config = Path.of("reckoner.yaml");

    @BeforeEach
    void begin() throws IOException {
        Files.writeString(folder.resolve("secret"), "hush\n");
        config = Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger: {url: "jdbc:sqlite:%1$s/ledger.db"}
                deliver:
                  kb:
                    adapter: killbill
                    settings:
                      url: %2$s
                      mode: usage
                      password-file: %1$s/secret
                      api-key-file: %1$s/secret
                      api-secret-file: %1$s/secret
                  archive:
                    adapter: files
                    settings: {folder: %1$s/archive}
                """.formatted(folder, server.url()));
    }

    @AfterEach
    void end() {
        server.close();
    }

    private Reply answer(Request request) {
        return switch (request.method() + " " + request.path()) {
            case "GET /1.0/kb/catalog" -> Reply.json(200, json);
            case "GET /1.0/kb/catalog/xml" -> Reply.text(200, "text/xml", xml);
            case "POST /1.0/kb/catalog/xml" -> {
                uploaded = request.text();
                yield new Reply(201, "text/plain", "".getBytes(UTF_8));
            }
            default -> Reply.json(404, "{\"code\": 0, \"message\": \"unheard of\"}");
        };
    }

    private Cli reckoner(String... arguments) {
        return Cli.at("2026-11-20T10:00:00Z", config, arguments);
    }

    private void load(String name, String... prices) throws IOException {
        StringBuilder book = new StringBuilder("price-book: %s%ncurrency: EUR%nprices:%n".formatted(name));
        for (String price : prices) {
            book.append(
                    "  - {id: %1$s, item: %1$s, meter: volume.size, per: GiB day, price: 0.01, when: {state: %1$s}}%n"
                            .formatted(price));
        }
        Path file = Files.writeString(folder.resolve(name + ".yaml"), book.toString());
        assertThat(reckoner("prices", "load", file.toString())).returns(0, Cli::exit);
    }

    @Test
    void prices_of_its_catalog_are_shown_first_and_loaded_when_told_to() throws IOException {
        Path own = Files.writeString(folder.resolve("own.yaml"), """
                price-book: standard
                currency: EUR
                prices:
                  - id: volume
                    sold-as: {kb: "disk/disk-usage"}
                    item: Volume
                    meter: volume.size
                    per: GiB hour
                    price: 0.003
                """);
        reckoner("prices", "load", own.toString());

        Cli shown = reckoner("prices", "sync", "kb", "--book", "standard");

        assertThat(shown.exit()).isEqualTo(1);
        assertThat(shown.out()).contains("~ price 'volume': price was '0.003', is '0.004'");
        assertThat(shown.err())
                .contains("The usage disk-usage of the plan disk is rounded up to whole blocks of 1 there, not here.")
                .contains("Nothing was changed");
        assertThat(reckoner("prices", "sync", "kb", "--book", "standard", "--load"))
                .returns(0, Cli::exit);
        assertThat(reckoner("prices", "show", "standard", "--source").out()).contains("price: 0.004");
        assertThat(reckoner("prices", "sync", "kb", "--book", "standard"))
                .returns(0, Cli::exit)
                .satisfies(again -> assertThat(again.out()).isEqualTo("no difference\n"));
    }

    @Test
    void a_currency_that_only_kill_bill_knows_is_told_and_left_out() {
        xml = THEIRS.replace("<prices>", "<prices><price><currency>BTC</currency><value>1</value></price>");

        Cli shown = reckoner("prices", "sync", "kb");

        assertThat(shown.err())
                .contains("a price in 'BTC', which is none of ISO 4217's currencies")
                .contains("(disk/disk-usage) at EUR 0.004 for 1 gib-hours")
                .doesNotContain("Exception");
    }

    @Test
    void a_page_in_place_of_a_catalog_makes_no_prices() {
        xml = "<html><body>Please log in</body>";

        Cli synced = reckoner("prices", "sync", "kb", "--load");

        assertThat(synced.exit()).isEqualTo(2);
        assertThat(synced.err())
                .contains("cannot be read, and nothing was made")
                .doesNotContain("Exception", "hush");
    }

    @Test
    void a_catalog_is_shown_without_being_uploaded_and_uploaded_with_a_unit_for_each_price() throws IOException {
        load("standard", "volume", "server");

        Cli shown = reckoner("killbill", "catalog", "kb", "--dry-run");

        assertThat(shown).returns(0, Cli::exit);
        assertThat(shown.out())
                .contains("openstack-billed-volume", "openstack-billed-server", "openstack-billed-tax")
                .contains("<effectiveDate>2020-01-01");
        assertThat(uploaded).isEmpty();

        assertThat(reckoner("killbill", "catalog", "kb"))
                .returns(0, Cli::exit)
                .satisfies(said -> assertThat(said.out()).contains("uploaded a catalog for standard"));
        assertThat(uploaded).isEqualTo(shown.out());
    }

    @Test
    void a_new_version_keeps_the_units_of_the_one_before_and_holds_from_the_day_that_is_told() throws IOException {
        load("standard", "volume");
        load("other", "gpu");
        reckoner("killbill", "catalog", "kb", "standard", "--dry-run");
        json = """
                [{"name": "Reckoner", "effectiveDate": "2020-01-01T00:00:00.000Z", "currencies": ["EUR"],
                  "units": [{"name": "openstack-billed-volume"}, {"name": "openstack-billed-tax"}]}]
                """;

        assertThat(reckoner("killbill", "catalog", "kb", "standard").out())
                .contains("the catalog has all units already");
        assertThat(uploaded).isEmpty();

        assertThat(reckoner("killbill", "catalog", "kb", "other", "--from", "2027-01-01"))
                .returns(0, Cli::exit);
        assertThat(uploaded)
                .contains("openstack-billed-gpu", "openstack-billed-volume")
                .contains("<effectiveDate>2027-01-01");
    }

    @Test
    void what_is_asked_wrongly_is_said() throws IOException {
        assertThat(reckoner("killbill", "catalog", "kb").err()).contains("no price book is loaded");
        load("standard", "volume");
        assertThat(reckoner("killbill", "catalog", "kb", "gold").err()).contains("no price book 'gold' is loaded");
        assertThat(reckoner("killbill", "catalog", "archive").err()).contains("archive is no Kill Bill");
        assertThat(reckoner("killbill", "catalog", "kb", "--from", "soon").err())
                .contains("--from is a day such as 2026-12-01, not 'soon'");
        json = "[{\"name\": \"Theirs\", \"effectiveDate\": \"2020-01-01\", \"units\": [{\"name\": \"vm\"}]}]";
        assertThat(reckoner("killbill", "catalog", "kb"))
                .returns(2, Cli::exit)
                .satisfies(said -> assertThat(said.err())
                        .contains("the catalog 'Theirs', which is not Reckoner's and is left alone"));
        assertThat(uploaded).isEmpty();
    }
}
