package org.reckoner.deliver.hostbill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Altered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.hostbill.HostBillSimulator;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.Trouble;

/// What becomes of documents in HostBill.
class HostBillTest {

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    private HostBillInstallation installation = HostBillInstallation.start(true, true);
    private final List<HostBill> opened = new ArrayList<>();

    @BeforeEach
    void begin() {
        cloud = new Cloud(folder, List.of());
        cloud.issue(1);
    }

    @AfterEach
    void end() {
        opened.forEach(HostBill::close);
        installation.close();
        cloud.close();
    }

    private HostBill hostbill(Map<String, Object> settings) {
        HashMap<String, Object> more = new HashMap<>(Map.of("timeout", "PT5S"));
        more.putAll(settings);
        HostBill hostbill = new HostBill(installation.settings(more));
        opened.add(hostbill);
        return hostbill;
    }

    private void restart(boolean accumulates, boolean takesNegatives) {
        installation.close();
        installation = HostBillInstallation.start(accumulates, takesNegatives);
    }

    private HostBillSimulator simulator() {
        return installation.simulator();
    }

    private int account() {
        return installation.account(0);
    }

    private Outgoing first() {
        return cloud.outgoing("INV-2026-000001");
    }

    /// The same amounts under another number, as of a later period that HostBill still has in the same one
    /// of its own.
    private Outgoing second() {
        return new Altered(first().invoice())
                .number("INV-2026-000002")
                .period(BillingPeriod.parse("2026-12"))
                .outgoing();
    }

    private void counted(String volume, String base, String vat) {
        assertThat(simulator().counted(account(), "volume")).isEqualByComparingTo(new BigDecimal(volume));
        assertThat(simulator().counted(account(), "base")).isEqualByComparingTo(new BigDecimal(base));
        assertThat(simulator().counted(account(), "vat")).isEqualByComparingTo(new BigDecimal(vat));
    }

    @Test
    void the_lines_of_all_regions_become_one_usage_of_each_variable() throws Exception {
        Outgoing document = first();

        Receipt saved = hostbill(Map.of()).create(document);

        assertThat(saved.total()).contains(document.invoice().total());
        assertThat(saved.remoteId()).startsWith(account() + "/");
        counted("19.98", "10.00", "7.50");
        assertThat(simulator().usage(account()))
                .extracting(HostBillSimulator.Usage::output)
                .containsExactly(
                        "Reckoner INV-2026-000001 2026-11 EUR 10.00",
                        "Reckoner INV-2026-000001 2026-11 EUR 7.50",
                        "Reckoner INV-2026-000001 2026-11 EUR 19.98");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void two_documents_in_one_period_of_hostbills_both_count(boolean accumulates) throws Exception {
        restart(accumulates, false);
        HostBill hostbill = hostbill(Map.of());

        hostbill.create(first());
        hostbill.create(second());

        counted("39.96", "20.00", "15.00");
        assertThat(hostbill.documents(Cloud.NOVEMBER))
                .extracting(Receipt::reference)
                .containsExactly("INV-2026-000001");
        assertThat(hostbill.documents(BillingPeriod.parse("2026-12")))
                .extracting(Receipt::total)
                .containsExactly(Optional.of(second().invoice().total()));
    }

    @Test
    void a_repeated_request_is_taken_back_where_usage_may_be_negative() throws Exception {
        HostBill hostbill = hostbill(Map.of("negative", "usage"));
        hostbill.documents(Cloud.NOVEMBER); // so that the account is known
        simulator().server().after(2, Trouble.TWICE); // its details, its usage, and then what is posted

        Receipt saved = hostbill.create(first());

        assertThat(saved.total()).contains(first().invoice().total());
        counted("19.98", "10.00", "7.50");
        assertThat(simulator().usage(account())).hasSize(9);
    }

    @Test
    void where_every_request_is_repeated_mending_stops_for_a_person() throws Exception {
        HostBill hostbill = hostbill(Map.of("negative", "usage"));
        simulator().server().share(100, 1, List.of(Trouble.TWICE));

        assertThatThrownBy(() -> hostbill.create(first()))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("repeats every request")
                .hasMessageContaining("nothing more is posted");

        assertThat(simulator().usage(account()))
                .as("each of the three variables with two mends, all twice")
                .hasSize(18);
    }

    @Test
    void usage_that_was_taken_and_is_not_shown_yet_is_not_posted_again() throws Exception {
        restart(true, false);
        HostBill hostbill = hostbill(Map.of());
        hostbill.documents(Cloud.NOVEMBER);
        AtomicReference<Reply> old = new AtomicReference<>();
        simulator()
                .server()
                .rewrite(
                        reply -> { // of a replica that lags behind
                            boolean tellsUsage = new String(reply.body(), UTF_8).contains("\"variable_name\"");
                            if (tellsUsage) {
                                old.compareAndSet(null, reply);
                            }
                            return tellsUsage ? Objects.requireNonNull(old.get()) : reply;
                        });
        assertThatThrownBy(() -> hostbill.create(first()))
                .isInstanceOf(Undelivered.Taken.class)
                .hasMessageContaining("took the usage of INV-2026-000001")
                .hasMessageContaining("is looked for again and not posted");
        assertThat(hostbill.find(first())).isEmpty();
        simulator().server().behave();

        assertThat(hostbill.find(first()).flatMap(Receipt::total))
                .contains(first().invoice().total());
        assertThat(simulator().usage(account())).hasSize(3);
    }

    @Test
    void elsewhere_a_person_removes_it() throws Exception {
        restart(true, false);
        HostBill hostbill = hostbill(Map.of());
        hostbill.documents(Cloud.NOVEMBER);
        simulator().server().after(2, Trouble.TWICE);
        assertThatThrownBy(() -> hostbill.create(first()))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("'base' of account " + account() + " twice")
                .hasMessageContaining("Remove the second one");

        List<HostBillSimulator.Usage> usage = simulator().usage(account());
        usage.subList(3, 6).forEach(each -> simulator().remove(account(), each.id()));

        assertThat(hostbill.find(first()).flatMap(Receipt::total))
                .contains(first().invoice().total());
    }

    @Test
    void what_others_post_is_left_alone() throws Exception {
        simulator().post(account(), "volume", "5", "by hand");

        hostbill(Map.of()).create(first());

        counted("24.98", "10.00", "7.50");
    }

    @Test
    void what_was_begun_is_finished() throws Exception {
        simulator().post(account(), "base", "10.00", "Reckoner INV-2026-000001 2026-11 EUR 10.00");

        assertThat(hostbill(Map.of()).find(first())).isPresent();

        counted("19.98", "10.00", "7.50");
    }

    @Test
    void once_hostbill_has_ended_its_period_nothing_is_sent_again_on_suspicion() throws Exception {
        HostBill hostbill = hostbill(Map.of());
        hostbill.create(first());
        simulator().invoice(account(), LocalDate.parse("2026-12-05"));

        assertThatThrownBy(() -> hostbill.find(first()))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("ended a period of the account " + account() + " on 2026-12-05")
                .hasMessageContaining("INV-2026-000001");
        assertThatThrownBy(() -> hostbill.documents(Cloud.NOVEMBER))
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("tells no usage of ended periods");
        counted("0", "0", "0");
    }

    @Test
    void a_credit_is_not_posted_as_negative_usage_unless_told_to() throws Exception {
        Outgoing note = cloud.outgoing(cloud.takeBack(first().reference()));

        assertThatThrownBy(() -> hostbill(Map.of()).create(note))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("takes back EUR 10.00 of 'base'")
                .hasMessageContaining("negative: usage");
        assertThat(simulator().usage(account())).isEmpty();
        hostbill(Map.of("negative", "usage")).create(first());
        hostbill(Map.of("negative", "usage")).create(note);
        counted("0", "0", "0");
    }

    @Test
    void taxes_may_be_left_to_hostbill() throws Exception {
        AdapterSettings usual = installation.settings(Map.of());
        HashMap<String, Object> values = new HashMap<>(usual.values());
        values.remove("tax-variable");
        try (HostBill hostbill =
                new HostBill(new AdapterSettings("erp", new java.util.TreeMap<>(values), usual.environment()))) {
            Receipt saved = hostbill.create(first());

            assertThat(saved.total()).isEmpty();
            counted("19.98", "10.00", "0");
        }
    }

    @Test
    void a_missing_variable_is_named_before_anything_is_posted() throws Exception {
        assertThatThrownBy(() -> hostbill(Map.of("variables", Map.of("volume", "storage")))
                        .create(first()))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("no metered variable storage");
        assertThat(simulator().usage(account())).isEmpty();
        hostbill(Map.of("other-variable", "base")).create(first());
        counted("0", "29.98", "7.50");
    }

    @Test
    void an_account_must_be_active_and_the_only_one() throws Exception {
        HostBill hostbill = hostbill(Map.of());
        simulator().status(account(), "Suspended");
        assertThatThrownBy(() -> hostbill.create(first()))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("no active metered account whose custom field 'openstack_project_id'")
                .hasMessageContaining("project-0000");

        simulator().status(account(), "Active");
        assertThat(hostbill.create(first()).total()).isPresent();
    }

    @Test
    void who_asks_too_often_comes_again_later() {
        simulator()
                .server()
                .rewrite(reply ->
                        Reply.json(200, "{\"success\": false, \"error\": [\"Too many API calls, slow down\"]}"));

        assertThatThrownBy(() -> hostbill(Map.of()).create(first()))
                .isInstanceOf(Undelivered.Throttled.class)
                .hasMessageContaining("slow down");
    }

    @Test
    void two_accounts_of_one_project_are_refused_each_time() throws Exception {
        installation.another("project-0000");
        HostBill hostbill = hostbill(Map.of());

        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> hostbill.create(first()))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("more than one active metered account");
            hostbill.documents(Cloud.NOVEMBER); // which reads all of them, too
        }
        assertThat(simulator().usage(account())).isEmpty();
    }

    @Test
    void deliveries_that_begin_at_once_do_not_each_read_all_accounts() throws Exception {
        hostbill(Map.of()).documents(Cloud.NOVEMBER);
        long reading = simulator().server().requests();
        HostBill hostbill = hostbill(Map.of());
        try (Cloud other = new Cloud(Files.createDirectory(folder.resolve("other")), List.of());
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<String> numbers = other.issue(8);
            List<Future<Receipt>> sent = new ArrayList<>();
            numbers.forEach(number -> sent.add(threads.submit(() -> hostbill.create(other.outgoing(number)))));
            for (Future<Receipt> each : sent) {
                each.get();
            }
        }
        assertThat(simulator().server().requests() - reading).isLessThan(3 * reading);
    }

    @Test
    void a_document_in_another_currency_is_refused() {
        assertThatThrownBy(
                        () -> hostbill(Map.of("currencies", Map.of("0", "USD"))).create(first()))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("INV-2026-000001 is in EUR")
                .hasMessageContaining("(USD)");
    }

    @Test
    void credentials_are_in_no_address_and_no_message() {
        AdapterSettings usual = installation.settings(Map.of("timeout", "PT5S"));
        AdapterSettings wrong =
                new AdapterSettings("erp", usual.values(), Map.of("RECKONER_DELIVER_ERP_API_KEY", "s3cr3t"));
        try (HostBill hostbill = new HostBill(wrong)) {
            assertThatThrownBy(() -> hostbill.find(first()))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("Authentication failed")
                    .hasMessageNotContaining("s3cr3t");
        }
    }

    @ParameterizedTest
    @CsvSource({"negative, yes, refuse or usage", "pasword, x, unknown settings"})
    void wrong_settings_are_named_when_it_is_opened(String key, String value, String said) {
        assertThatThrownBy(() -> hostbill(Map.of(key, value)))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining(key)
                .hasMessageContaining(said);
    }
}
