package org.reckoner.deliver.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.OpenInvoice;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;

/// What every adapter must do, ours and a stranger's. Extend it, and open the adapter on an empty billing
/// system.
public abstract class AdapterContract {

    @TempDir
    protected Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    @SuppressWarnings("NullAway.Init")
    private BillingSystem system;

    /// The adapter, on a billing system without documents. Called before each test.
    protected abstract BillingSystem open() throws Exception;

    /// A second adapter on the same billing system, as after a restart.
    protected abstract BillingSystem openAgain() throws Exception;

    @BeforeEach
    void begin() throws Exception {
        cloud = new Cloud(folder, List.of());
        system = open();
    }

    @AfterEach
    void end() {
        system.close();
        cloud.close();
    }

    @Test
    void what_was_never_sent_is_not_found() throws Exception {
        Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());

        assertThat(system.find(document)).isEmpty();
        assertThat(system.documents(Cloud.NOVEMBER)).isEmpty();
    }

    @Test
    void what_was_saved_is_found_by_its_reference_with_its_total_to_the_cent() throws Exception {
        Outgoing document = cloud.outgoing(cloud.issue(3).get(2));

        Receipt saved = system.create(document);

        assertThat(saved.reference()).isEqualTo(document.reference());
        assertThat(saved.remoteId()).isNotBlank();
        saved.total()
                .ifPresent(
                        total -> assertThat(total).isEqualTo(document.invoice().total()));
        assertThat(system.find(document)).contains(saved);
    }

    @Test
    void another_document_of_the_same_total_is_not_found_in_its_place() throws Exception {
        List<String> numbers = cloud.issue(2);
        system.create(cloud.outgoing(numbers.getFirst()));

        assertThat(system.find(cloud.outgoing(numbers.getLast()))).isEmpty();
    }

    @Test
    void what_was_saved_is_found_after_a_restart() throws Exception {
        Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());
        String id = system.create(document).remoteId();

        try (BillingSystem again = openAgain()) {
            assertThat(again.find(document).map(Receipt::remoteId)).contains(id);
        }
    }

    @Test
    void the_documents_of_a_period_are_all_there_and_no_others() throws Exception {
        List<String> numbers = cloud.issue(7);
        for (String number : numbers) {
            system.create(cloud.outgoing(number));
        }

        assertThat(system.documents(Cloud.NOVEMBER))
                .extracting(Receipt::reference)
                .containsExactlyInAnyOrderElementsOf(numbers);
        assertThat(system.documents(BillingPeriod.parse("2026-10"))).isEmpty();
    }

    @Test
    void a_credit_note_takes_its_invoice_back() throws Exception {
        String number = cloud.issue(1).getFirst();
        Receipt invoice = system.create(cloud.outgoing(number));
        Outgoing note = cloud.outgoing(cloud.takeBack(number), Optional.of(invoice.remoteId()));

        Receipt saved = system.create(note);

        saved.total()
                .ifPresent(total -> assertThat(total).isEqualTo(note.invoice().total()));
        assertThat(system.find(note)).isPresent();
    }

    @Test
    void many_threads_may_send_at_once() throws Exception {
        List<String> numbers = cloud.issue(24);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<Receipt>> sent = new ArrayList<>();
            numbers.forEach(number -> sent.add(threads.submit(() -> system.create(cloud.outgoing(number)))));
            for (Future<Receipt> each : sent) {
                assertThat(numbers).contains(each.get().reference());
            }
        }
        assertThat(system.documents(Cloud.NOVEMBER)).hasSize(24);
    }

    @Test
    void an_invoice_can_be_written_line_by_line_and_is_closed_once_it_is_committed() throws Exception {
        Invoice header = new Altered(cloud.invoice(cloud.issue(1).getFirst()))
                .number("BY-HAND-1")
                .lines(List.of(), List.of())
                .invoice();
        OpenInvoice invoice = new OpenInvoice(system, header);
        invoice.addSection("north");
        invoice.addLine("north", "Support", BigDecimal.ONE, "hour", Money.parse("EUR 12.50"));
        assertThatThrownBy(() -> invoice.addLine("west", "Support", BigDecimal.ONE, "hour", Money.parse("EUR 1.00")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was not declared");

        String id = invoice.commit();

        assertThat(id).isNotBlank().isEqualTo(invoice.commit());
        assertThatThrownBy(() -> invoice.addSection("south")).isInstanceOf(IllegalStateException.class);
        assertThat(system.documents(header.period()))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.reference()).isEqualTo("BY-HAND-1"));
    }
}
