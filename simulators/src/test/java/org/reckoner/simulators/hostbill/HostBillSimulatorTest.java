package org.reckoner.simulators.hostbill;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class HostBillSimulatorTest {

    private final HostBillSimulator hostbill = HostBillSimulator.start(0, false);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void end() {
        client.shutdownNow();
        hostbill.close();
    }

    private int account(boolean accumulates) {
        int product = hostbill.product("Cloud", Map.of(), List.of(Variable.ofMoney("instance", accumulates)));
        return hostbill.account(product, Optional.of("abc"), "0");
    }

    @Test
    void usage_is_added_up_or_the_last_one_counts() throws Exception {
        for (boolean accumulates : List.of(true, false)) {
            int account = account(accumulates);
            call("meteredAddUsage&account_id=" + account + "&variable=instance&qty=3.6&output=a");
            assertThat(call("meteredAddUsageBulk&account_id=" + account + "&variables%5Binstance%5D%5Bqty%5D=1.2"))
                    .contains("\"usage_ids\":{\"instance\":\"");

            assertThat(hostbill.counted(account, "instance")).isEqualByComparingTo(accumulates ? "4.8" : "1.2");
            assertThat(call("meteredGetUsage&account_id=" + account))
                    .contains("\"usage\":\"" + (accumulates ? "4.8" : "1.2"), "\"output\":\"a\"");
        }
    }

    @Test
    void failures_answer_200_and_say_so() throws Exception {
        int account = account(true);

        assertThat(call("meteredAddUsage&account_id=" + account + "&variable=instance"))
                .contains("\"success\":false", "\"error\":[\"Wrong parameter\"]");
        assertThat(call("meteredAddUsage&account_id=" + account + "&variable=instance&qty=-1"))
                .contains("\"success\":false");
        assertThat(call("meteredAddUsage&account_id=9999&variable=instance&qty=1"))
                .contains("Account not found");
        assertThat(call("noSuchCall")).contains("Method not found");
    }

    @Test
    void accounts_come_in_pages_and_custom_fields_may_be_false() throws Exception {
        int product = hostbill.product("Cloud", Map.of(), List.of());
        for (int i = 0; i < 30; i++) {
            hostbill.account(product, Optional.empty(), "0");
        }

        assertThat(call("getAccounts&page=0")).contains("\"id\":\"40\"").doesNotContain("\"id\":\"15\"");
        assertThat(call("getAccounts&page=1")).contains("\"id\":\"15\"", "\"totalpages\":2");
        assertThat(call("getAccountDetails&id=15")).contains("\"custom\":false", "\"paytype\":\"Regular\"");
        assertThat(call("meteredGetUsage&account_id=15")).contains("\"variables\":[]");
    }

    @Test
    void a_period_ends_with_an_invoice_and_its_usage_is_told_no_more() throws Exception {
        int account = account(true);
        hostbill.post(account, "instance", "9.95", "");

        hostbill.invoice(account, LocalDate.of(2026, 12, 5));

        assertThat(call("getInvoiceDetails&id=58")).contains("\"total\":\"9.95\"", "\"linetotal\":9.95");
        assertThat(hostbill.counted(account, "instance")).isEqualByComparingTo(BigDecimal.ZERO);
        assertThat(call("getAccountDetails&id=" + account)).contains("\"previous_invoice\":\"2026-12-05\"");
    }

    private String call(String rest) throws Exception {
        String query = "api_id=" + HostBillSimulator.ID + "&api_key=" + HostBillSimulator.KEY + "&call=" + rest;
        return client.send(
                        HttpRequest.newBuilder(URI.create(hostbill.server().url() + "/admin/api.php?" + query))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
