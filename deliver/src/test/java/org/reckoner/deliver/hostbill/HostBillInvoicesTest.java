package org.reckoner.deliver.hostbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PaperSource.Paper;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource.Invoiced;
import org.reckoner.deliver.StatementSource.Statement;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.deliver.reconcile.Finding;
import org.reckoner.deliver.reconcile.Reconciliation;
import org.reckoner.simulators.hostbill.HostBillSimulator;
import org.reckoner.simulators.http.Trouble;

/// What is read back of HostBill's own invoices, and of credit.
class HostBillInvoicesTest {

    private static final LocalDate ENDED = LocalDate.parse("2026-12-05");

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    private final HostBillInstallation installation = HostBillInstallation.start(true, true);
    private final HostBillSimulator simulator = installation.simulator();
    private final HostBill hostbill =
            new HostBill(installation.settings(Map.of("negative", "usage", "timeout", "PT5S")));
    private final Backend backend = Backend.of("erp", hostbill);

    @BeforeEach
    void begin() {
        cloud = new Cloud(folder, List.of("erp"));
    }

    @AfterEach
    void end() {
        backend.close();
        installation.close();
        cloud.close();
    }

    /// Issues invoices to accounts and delivers them, on the first of December.
    private List<String> delivered(int accounts) throws Exception {
        List<String> numbers = cloud.issue(accounts);
        deliver();
        return numbers;
    }

    private void deliver() throws Exception {
        new Courier(cloud.ledger(), backend, cloud, new Random(1), attempt -> {}).deliverDue();
    }

    private List<Finding> reconciled() throws Exception {
        return Reconciliation.of(cloud.ledger(), "erp", hostbill, Cloud.NOVEMBER);
    }

    private Finding onlyFinding() throws Exception {
        List<Finding> findings = reconciled();
        assertThat(findings).hasSize(1);
        return findings.getFirst();
    }

    private Statement statement() throws Exception {
        return hostbill.statement(Account.unknown("project-0000")).orElseThrow();
    }

    private int account(int project) {
        return installation.account(project);
    }

    @Test
    void what_hostbill_has_invoiced_is_compared_with_what_was_delivered() throws Exception {
        List<String> numbers = delivered(3);
        int paid = simulator.invoice(account(0), ENDED);
        simulator.invoice(account(1), ENDED);
        simulator.invoiceStatus(paid, "Paid", LocalDate.parse("2026-12-20"));

        List<Finding> findings = reconciled();

        assertThat(findings).extracting(Finding::reference).containsExactlyElementsOf(numbers);
        assertThat(findings).extracting(Finding::kind).containsOnly(Finding.Kind.AGREES);
        assertThat(findings)
                .extracting(finding -> finding.status().orElseThrow())
                .containsExactly(Receipt.Status.PAID, Receipt.Status.OPEN, Receipt.Status.OPEN);
        assertThat(findings.getFirst().remoteId()).contains("invoice " + paid);
        assertThat(findings.getLast().remoteId().orElseThrow()).startsWith(account(2) + "/");
    }

    @Test
    void an_invoice_that_bills_less_is_told_with_what_it_bills() throws Exception {
        delivered(1);
        simulator.remove(account(0), simulator.usage(account(0)).getFirst().id());
        simulator.invoice(account(0), ENDED);

        Finding finding = onlyFinding();

        assertThat(finding.kind()).isEqualTo(Finding.Kind.DIFFERENT);
        assertThat(finding.there()).contains(Money.parse("EUR 27.48"));
        assertThat(finding.issued()).contains(Money.parse("EUR 37.48"));
    }

    @Test
    void usage_that_is_there_twice_is_a_doubled_document() throws Exception {
        String number = delivered(1).getFirst();
        simulator
                .usage(account(0))
                .forEach(each -> simulator.post(
                        account(0), each.variable(), each.quantity().toPlainString(), each.output()));

        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.DOUBLED);
        assertThat(hostbill.documents(Cloud.NOVEMBER))
                .extracting(Receipt::reference, Receipt::total)
                .containsExactly(
                        tuple(number, Optional.of(Money.parse("EUR 37.48"))),
                        tuple(number, Optional.of(Money.parse("EUR 37.48"))));
    }

    @Test
    void usage_that_was_taken_back_after_it_came_twice_is_no_doubled_document() throws Exception {
        cloud.issue(1);
        hostbill.documents(Cloud.NOVEMBER); // so that the account is known
        simulator.server().after(2, Trouble.TWICE); // its details, its usage, and then what is posted
        deliver();

        assertThat(simulator.usage(account(0))).hasSize(9);
        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.AGREES);
    }

    @Test
    void what_hostbill_no_longer_adds_up_is_told_with_what_is_left_of_it() throws Exception {
        String number = delivered(1).getFirst();
        String note = cloud.takeBack(number);
        deliver();
        simulator.accumulateNothing();

        assertThat(reconciled())
                .extracting(
                        Finding::reference,
                        Finding::kind,
                        finding -> finding.there().orElseThrow())
                .containsExactly(
                        tuple(note, Finding.Kind.AGREES, Money.parse("EUR -37.48")),
                        tuple(number, Finding.Kind.DIFFERENT, Money.parse("EUR 0.00")));
    }

    @Test
    void a_quantity_that_somebody_posts_as_ours_is_a_difference_of_the_last_document() throws Exception {
        delivered(1);
        simulator.post(account(0), "volume", "2.52", "Reckoner: all of this period so far, after INV-1: EUR 2.52");

        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.DIFFERENT);
        assertThat(onlyFinding().there()).contains(Money.parse("EUR 40.00"));
    }

    @Test
    void what_others_post_to_the_running_period_is_no_difference() throws Exception {
        delivered(1);
        simulator.post(account(0), "volume", "5", "by hand");

        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.AGREES);
    }

    @Test
    void an_invoice_of_what_nobody_confirmed_is_told_beside_the_documents() throws Exception {
        String number = cloud.issue(1).getFirst();
        Outgoing document = cloud.outgoing(number);
        hostbill.create(document); // of which Reckoner never heard
        int invoice = simulator.invoice(account(0), ENDED);

        assertThat(reconciled())
                .extracting(
                        Finding::reference,
                        Finding::kind,
                        finding -> finding.remoteId().orElse(""),
                        finding -> finding.there().map(Money::toString).orElse(""))
                .containsExactly(
                        tuple(number, Finding.Kind.WAITING, "", ""),
                        tuple(
                                "account %d of project-0000".formatted(account(0)),
                                Finding.Kind.EXTRA,
                                "invoice " + invoice,
                                "EUR 37.48"));
    }

    @Test
    void an_invoice_of_what_others_post_to_an_account_is_nobodys_concern() throws Exception {
        simulator.post(account(0), "volume", "5", "by hand");
        simulator.invoice(account(0), ENDED);
        simulator.post(account(0), "volume", "5", "by hand");
        simulator.invoice(account(1), ENDED);

        assertThat(reconciled()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Cancelled, CANCELLED", "Refunded, CANCELLED", "Collections, AGREES", "Draft, AGREES"})
    void what_became_of_the_invoice_is_told(String status, Finding.Kind kind) throws Exception {
        delivered(1);
        simulator.invoiceStatus(simulator.invoice(account(0), ENDED), status, ENDED);

        assertThat(onlyFinding().kind()).isEqualTo(kind);
    }

    @Test
    void a_removed_invoice_leaves_its_documents_missing() throws Exception {
        delivered(1);
        simulator.removeInvoice(simulator.invoice(account(0), ENDED));

        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.MISSING);
    }

    @Test
    void documents_of_one_period_of_hostbills_are_compared_together() throws Exception {
        String number = delivered(1).getFirst();
        String note = cloud.takeBack(number);
        deliver();
        int invoice = simulator.invoice(account(0), ENDED);

        assertThat(simulator.usage(account(0))).isEmpty();
        assertThat(reconciled())
                .extracting(
                        Finding::reference,
                        Finding::kind,
                        finding -> finding.remoteId().orElse(""))
                .containsExactly(
                        tuple(note, Finding.Kind.AGREES, "invoice " + invoice),
                        tuple(number, Finding.Kind.AGREES, "invoice " + invoice));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void what_was_delivered_on_the_day_the_period_ended_is_where_the_sums_are_right(boolean before) throws Exception {
        String first = delivered(1).getFirst();
        LocalDate today = LocalDate.parse("2026-12-01");
        if (before) {
            int invoice = simulator.invoice(account(0), today);
            assertThat(onlyFinding().remoteId()).contains("invoice " + invoice);
        } else {
            // an empty period ended earlier that day, and the invoice of it bills nothing
            List<HostBillSimulator.Usage> usage = simulator.usage(account(0));
            usage.forEach(each -> simulator.remove(account(0), each.id()));
            simulator.invoice(account(0), today);
            usage.forEach(each ->
                    simulator.post(account(0), each.variable(), each.quantity().toPlainString(), each.output()));
            int later = simulator.invoice(account(0), LocalDate.parse("2027-01-01"));
            assertThat(onlyFinding().remoteId()).contains("invoice " + later);
        }
        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.AGREES);
        assertThat(onlyFinding().reference()).isEqualTo(first);
    }

    @Test
    void taxes_that_hostbill_adds_do_not_make_a_difference() throws Exception {
        delivered(1);
        simulator.invoice(account(0), ENDED, new BigDecimal("9.37"));

        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.AGREES);
    }

    @Test
    void accounts_that_have_ended_since_are_compared_too() throws Exception {
        delivered(2);
        simulator.invoice(account(0), ENDED);
        simulator.status(account(0), "Terminated");
        simulator.status(account(1), "Suspended");

        assertThat(reconciled()).extracting(Finding::kind).containsOnly(Finding.Kind.AGREES);
    }

    @Test
    void a_document_that_may_have_been_invoiced_is_refused_with_what_hostbill_billed() throws Exception {
        String number = delivered(1).getFirst();
        int invoice = simulator.invoice(account(0), ENDED);

        assertThatThrownBy(() -> hostbill.find(cloud.outgoing(number)))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("To be posted were EUR 37.48")
                .hasMessageContaining("HostBill has billed 37.48 for its use on the invoice %d of 2026-12-05 (Unpaid)"
                        .formatted(invoice));
    }

    @Test
    void a_statement_has_every_invoice_of_the_client_and_its_credit() throws Exception {
        delivered(1);
        int metered = simulator.invoice(account(0), ENDED, new BigDecimal("7.50"));
        int byHand = simulator.invoiceByHand(account(0), LocalDate.parse("2026-12-08"), "Advice", "100.00");
        simulator.invoice(account(1), ENDED);
        simulator.credit(account(0), "60.00");
        simulator.useCredit(metered, "44.98");
        simulator.invoiceStatus(metered, "Paid", LocalDate.parse("2026-12-09"));

        Statement statement = statement();

        assertThat(statement.customer()).isEqualTo("client " + simulator.client(account(0)));
        assertThat(statement.credit()).contains(Money.parse("EUR 15.02"));
        assertThat(statement.invoices())
                .containsExactly(
                        new Invoiced(
                                Integer.toString(metered),
                                Integer.toString(metered),
                                ENDED,
                                Optional.of(ENDED.plusDays(14)),
                                Optional.of(LocalDate.parse("2026-12-09")),
                                Optional.of(Money.parse("EUR 44.98")),
                                Receipt.Status.PAID,
                                "Paid"),
                        new Invoiced(
                                Integer.toString(byHand),
                                Integer.toString(byHand),
                                LocalDate.parse("2026-12-08"),
                                Optional.of(LocalDate.parse("2026-12-22")),
                                Optional.empty(),
                                Optional.of(Money.parse("EUR 100.00")),
                                Receipt.Status.OPEN,
                                "Unpaid"));
        assertThat(hostbill.statement(Account.unknown("nobody"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"true, 25", "true, 7", "false, 25", "false, 100"})
    void all_pages_of_a_list_are_read_whether_or_not_it_tells_how_many(boolean tells, int rows) throws Exception {
        for (int i = 0; i < 60; i++) {
            simulator.invoiceByHand(account(0), ENDED.plusDays(i), "Advice", "1.00");
        }
        simulator.tellsPages(tells);
        simulator.perPage(rows);

        assertThat(statement().invoices()).hasSize(60).doesNotHaveDuplicates();
    }

    @Test
    void an_invoice_that_is_added_meanwhile_makes_none_come_twice() throws Exception {
        writeByHand(30);
        simulator.perPage(10);
        simulator.meanwhile("getClientInvoices", () -> writeByHand(1));

        assertThat(statement().invoices()).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void one_that_is_removed_meanwhile_moves_another_where_nobody_looks_so_that_nothing_is_told() {
        writeByHand(30);
        int newest = simulator.invoiceByHand(account(0), ENDED, "Advice", "1.00");
        simulator.perPage(10);
        simulator.meanwhile("getClientInvoices", () -> simulator.removeInvoice(newest));

        assertThatThrownBy(this::statement)
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("getClientInvoices lost rows while it was read: 30 of 31");
    }

    private void writeByHand(int invoices) {
        for (int i = 0; i < invoices; i++) {
            simulator.invoiceByHand(account(0), ENDED, "Advice", "1.00");
        }
    }

    @Test
    void the_pdf_is_hostbills_own() throws Exception {
        delivered(1);
        String invoice = Integer.toString(simulator.invoice(account(0), ENDED));

        Paper paper = hostbill.paper(new Receipt(invoice, invoice, Optional.empty(), Receipt.Status.OPEN))
                .orElseThrow();

        assertThat(paper.type()).isEqualTo("application/pdf");
        assertThat(new String(paper.content(), StandardCharsets.US_ASCII))
                .startsWith("%PDF-")
                .contains("HostBill's invoice " + invoice);
        assertThat(hostbill.paper(new Receipt("INV-1", account(0) + "/101", Optional.empty(), Receipt.Status.OPEN)))
                .as("of usage there is none")
                .isEmpty();
        assertThatThrownBy(() -> hostbill.paper(new Receipt("1", "1", Optional.empty(), Receipt.Status.OPEN)))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("Invoice not found");
    }

    @Test
    void half_an_answer_is_no_statement() throws Exception {
        delivered(1);
        simulator.invoice(account(0), ENDED);
        long before = simulator.server().requests();
        statement();
        int requests = Math.toIntExact(simulator.server().requests() - before);
        for (int well = 0; well < requests; well += 7) {
            simulator.server().after(well, well % 2 == 0 ? Trouble.HALF_ANSWER : Trouble.ERROR_AFTER);
            assertThatThrownBy(this::statement).isInstanceOf(Undelivered.Unavailable.class);
            simulator.server().behave();
        }
    }

    @Test
    void what_was_delivered_after_the_period_ended_is_not_looked_for_on_its_invoice() throws Exception {
        cloud.issue(1);
        simulator.invoice(account(0), ENDED);
        cloud.pass(Duration.ofDays(6));
        deliver();
        int later = simulator.invoice(account(0), LocalDate.parse("2027-01-05"));

        assertThat(onlyFinding().kind()).isEqualTo(Finding.Kind.AGREES);
        assertThat(onlyFinding().remoteId()).contains("invoice " + later);
    }
}
