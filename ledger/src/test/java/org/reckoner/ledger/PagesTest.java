package org.reckoner.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.account.Accounts.Replaced;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Parked;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.observation.Recorded;
import org.reckoner.ledger.observation.Resources;
import org.reckoner.ledger.observation.Timelines;

/// Lists that are read page by page hold each thing once, in order, whatever the size of the pages.
class PagesTest extends OnEachDatabase {

    private static final Timelines.Filter ALL =
            new Timelines.Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private void tellOfVolumes() {
        for (int i = 0; i < 7; i++) {
            house.tell(Told.of(
                    "v" + i,
                    "2027-01-0" + (i + 1),
                    Report.NOTHING.owner("p" + i % 3).state("available").level("volume.size", i + 1)));
        }
        house.tell(Told.about(
                Told.image("i1"), "2027-01-01", Report.NOTHING.owner("p1").state("active")));
    }

    /// Everything, read in pages of each size.
    private static <T, K> List<T> inPages(int size, Function<T, K> key, Read<T, K> read) {
        List<T> all = new ArrayList<>();
        List<T> page = read.page(Optional.empty(), size);
        while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(size);
            all.addAll(page);
            page = read.page(Optional.of(key.apply(page.getLast())), size);
        }
        return all;
    }

    private interface Read<T, K> {
        List<T> page(Optional<K> after, int limit);
    }

    @Test
    void accounts_are_those_that_owned_something_and_those_that_were_set_up() {
        tellOfVolumes();
        house.set("a-set", Optional.empty());
        house.set("p1", Optional.of("standard"));
        house.set("z-set", Optional.empty());

        for (int size = 1; size < 8; size++) {
            assertThat(inPages(size, Account::project, house.ledger().accounts()::page))
                    .isEqualTo(house.ledger().accounts().all())
                    .extracting(Account::project)
                    .containsExactly("a-set", "p0", "p1", "p2", "z-set");
        }
        assertThat(house.ledger().accounts().of("p1")).hasValue(house.account("p1"));
        assertThat(house.ledger().accounts().of("p2")).hasValue(Account.unknown("p2"));
        assertThat(house.ledger().accounts().of("p9")).isEmpty();
    }

    @Test
    void an_account_bears_the_name_that_the_cloud_gave_until_one_is_set() {
        house.tell(Told.of(
                "v", "2027-01-01", Report.NOTHING.owner("p").state("available").attribute("project_name", "acme")));

        assertThat(house.ledger().accounts().of("p")).hasValue(house.account("p"));
        assertThat(house.ledger().accounts().page(Optional.empty(), 1))
                .extracting(Account::name)
                .containsExactly("acme");
    }

    @Test
    void an_account_is_replaced_only_if_it_is_as_expected() {
        Account account = Account.unknown("p").named("one");
        assertThat(replace(account, Optional.of(account))).isEqualTo(Replaced.NOT_AS_EXPECTED);
        assertThat(replace(account, Optional.empty())).isEqualTo(Replaced.CREATED);
        assertThat(replace(account.named("two"), Optional.of(account))).isEqualTo(Replaced.CHANGED);
        assertThat(replace(account.named("three"), Optional.of(account))).isEqualTo(Replaced.NOT_AS_EXPECTED);
        assertThat(house.account("p").name()).isEqualTo("two");
        assertThat(house.ledger().audit().latest(10))
                .filteredOn(entry -> entry.subject().equals("p"))
                .extracting(AuditLog.Entry::why)
                .containsOnly(Optional.of("because"));
    }

    private Replaced replace(Account account, Optional<Account> expected) {
        return house.ledger()
                .accounts()
                .replace(account, expected::equals, house.clock().instant(), House.OPERATOR, Optional.of("because"));
    }

    @Test
    void resources_are_filtered_by_project_region_type_and_time() {
        tellOfVolumes();

        for (int size = 1; size < 10; size++) {
            assertThat(resources(ALL, size)).containsExactly("i1", "v0", "v1", "v2", "v3", "v4", "v5", "v6");
            assertThat(resources(filter(Optional.of("p1"), Optional.empty(), Optional.empty()), size))
                    .containsExactly("i1", "v1", "v4");
            assertThat(resources(filter(Optional.of("p1"), Optional.of("RegionOne"), Optional.of("volume")), size))
                    .containsExactly("v1", "v4");
            assertThat(resources(filter(Optional.empty(), Optional.of("Elsewhere"), Optional.empty()), size))
                    .isEmpty();
            assertThat(resources(
                            new Timelines.Filter(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of("volume"),
                                    Optional.of(new Window(Told.time("2027-01-01"), Told.time("2027-01-03")))),
                            size))
                    .containsExactly("v0", "v1");
        }
    }

    private static Timelines.Filter filter(Optional<String> project, Optional<String> region, Optional<String> type) {
        return new Timelines.Filter(project, region, type, Optional.empty());
    }

    private List<String> resources(Timelines.Filter filter, int size) {
        Timelines timelines = house.ledger().timelines();
        long cutoff = house.ledger().observations().cutoff();
        return inPages(
                        size,
                        Timeline::resource,
                        (Optional<ResourceId> after, int limit) -> timelines.page(filter, after, limit, cutoff))
                .stream()
                .map(timeline -> timeline.resource().id())
                .toList();
    }

    @Test
    void a_page_has_the_timelines_as_they_are_known_at_the_cutoff() {
        tellOfVolumes();
        Timelines timelines = house.ledger().timelines();
        long cutoff = house.ledger().observations().cutoff();
        house.tell(Told.of("v0", "2027-01-10", Report.NOTHING.owner("p9").level("volume.size", 99)));

        assertThat(timelines.page(ALL, Optional.empty(), 10, cutoff))
                .allSatisfy(timeline -> assertThat(timeline)
                        .isEqualTo(timelines.of(timeline.resource(), cutoff).orElseThrow()));
        assertThat(timelines.page(ALL, Optional.empty(), 10, 0))
                .hasSize(8)
                .allMatch(timeline -> timeline.segments().isEmpty());
    }

    @Test
    void what_a_project_ever_owned_is_known() {
        tellOfVolumes();
        house.tell(Told.of("v0", "2027-01-10", Report.NOTHING.owner("p9").level("volume.size", 99)));

        assertThat(house.ledger().resources().everOwned("p9", Told.volume("v0")))
                .isTrue();
        assertThat(house.ledger().resources().everOwned("p9", Told.volume("v1")))
                .isFalse();
    }

    @Test
    void what_exists_has_no_end_yet() {
        tellOfVolumes();
        house.tell(Told.gone("v1", "2027-02-01"));
        Resources resources = house.ledger().resources();

        assertThat(resources.existing("RegionOne", "volume", Optional.empty()))
                .extracting(ResourceId::id)
                .containsExactly("v0", "v2", "v3", "v4", "v5", "v6");
        assertThat(resources.existing("RegionOne", "volume", Optional.of("p1")))
                .extracting(ResourceId::id)
                .containsExactly("v4");
        assertThat(resources.existing("Elsewhere", "volume", Optional.empty())).isEmpty();
    }

    @Test
    void all_that_was_told_of_some_resources_is_read_at_once() {
        tellOfVolumes();
        house.tell(Told.resized("v1", "2027-02-01", 9));
        Observations observations = house.ledger().observations();

        var told = observations.told(List.of(Told.volume("v1"), Told.image("i1"), Told.volume("unheard-of")));

        assertThat(told).containsOnlyKeys(Told.volume("v1"), Told.image("i1"));
        assertThat(told.get(Told.volume("v1")))
                .isEqualTo(observations.recorded(Told.volume("v1"), observations.cutoff()).stream()
                        .map(Recorded::observation)
                        .toList());
    }

    @Test
    void documents_are_read_in_either_order_of_the_chain() {
        tellOfVolumes();
        house.complete("2027-05-01");
        house.issueAll("2027-01");
        house.voided("INV-2027-000002");
        house.issueAll("2027-02");
        List<String> numbers = house.documents().stream()
                .map(document -> document.columns().number())
                .toList();
        Invoices.Filter all =
                new Invoices.Filter(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

        for (int size = 1; size < 9; size++) {
            assertThat(numbers(all, false, size)).isEqualTo(numbers).hasSizeGreaterThan(5);
            assertThat(numbers(all, true, size)).isEqualTo(numbers.reversed());
            assertThat(numbers(
                            new Invoices.Filter(
                                    Optional.of("p1"),
                                    Optional.of(House.month("2027-01")),
                                    Optional.of(Invoice.Kind.INVOICE),
                                    Optional.of(true)),
                            false,
                            size))
                    .containsExactly("INV-2027-000002");
            assertThat(numbers(
                            new Invoices.Filter(
                                    Optional.empty(),
                                    Optional.empty(),
                                    Optional.of(Invoice.Kind.CREDIT_NOTE),
                                    Optional.of(false)),
                            true,
                            size))
                    .containsExactly("CN-2027-000001");
        }
    }

    private List<String> numbers(Invoices.Filter filter, boolean newestFirst, int size) {
        return inPages(
                        size,
                        Invoices.Summary::number,
                        (Optional<String> after, int limit) ->
                                house.ledger().invoices().page(filter, newestFirst, after, limit))
                .stream()
                .map(Invoices.Summary::number)
                .toList();
    }

    @Test
    void the_audit_log_and_dead_letters_are_read_in_either_order() {
        house.set("p1", Optional.empty());
        house.set("p2", Optional.empty());
        for (int i = 0; i < 3; i++) {
            house.ledger()
                    .intake()
                    .take(
                            List.of(),
                            List.of(new DeadLetter.Fresh("q", Optional.empty(), Optional.empty(), "odd", "b" + i)));
        }
        house.ledger().intake().replay(2, List.of());
        AuditLog.Filter set = new AuditLog.Filter(Optional.of("account.set"), Optional.empty(), Optional.of("olga"));

        for (int size = 1; size < 5; size++) {
            for (boolean newestFirst : List.of(true, false)) {
                List<String> subjects = inPages(
                                size,
                                AuditLog.Noted::id,
                                (Optional<Long> after, int limit) ->
                                        house.ledger().audit().page(set, newestFirst, after, limit))
                        .stream()
                        .map(noted -> noted.entry().subject())
                        .toList();
                assertThat(subjects).isEqualTo(newestFirst ? List.of("p2", "p1") : List.of("p1", "p2"));
                assertThat(letters(Optional.empty(), newestFirst, size))
                        .isEqualTo(newestFirst ? List.of(3L, 2L, 1L) : List.of(1L, 2L, 3L));
                assertThat(letters(Optional.of(true), newestFirst, size))
                        .isEqualTo(newestFirst ? List.of(3L, 1L) : List.of(1L, 3L));
                assertThat(letters(Optional.of(false), newestFirst, size)).containsExactly(2L);
            }
        }
    }

    private List<Long> letters(Optional<Boolean> waiting, boolean newestFirst, int size) {
        return inPages(
                        size,
                        DeadLetter::id,
                        (Optional<Long> after, int limit) ->
                                house.ledger().deadLetters().page(waiting, newestFirst, after, limit))
                .stream()
                .map(DeadLetter::id)
                .toList();
    }

    @Test
    void drafts_and_parked_accounts_are_read_by_project() {
        tellOfVolumes();
        house.load(House.book("other", "EUR", "2.00"));
        house.complete("2027-05-01");
        for (String project : List.of("p0", "p1")) {
            house.set(project, Optional.of("standard"));
            house.ledger().issuing().draft(house.account(project), House.month("2027-01"), House.OPERATOR);
        }
        house.issue("p2", "2027-01");
        house.issue("p2", "2027-02");

        for (int size = 1; size < 4; size++) {
            assertThat(inPages(
                            size,
                            (Invoice draft) -> draft.account().project(),
                            (Optional<String> after, int limit) ->
                                    house.ledger().issuing().drafts(House.month("2027-01"), after, limit)))
                    .extracting(draft -> draft.account().project())
                    .containsExactly("p0", "p1");
            assertThat(inPages(
                            size,
                            Parked::key,
                            (Optional<Parked.Key> after, int limit) ->
                                    house.ledger().issuing().parked(Optional.empty(), after, limit)))
                    .extracting(Parked::key)
                    .containsExactly(new Parked.Key("p2", "2027-01"), new Parked.Key("p2", "2027-02"));
        }
        assertThat(house.ledger().issuing().parked(Optional.of(House.month("2027-02")), Optional.empty(), 9))
                .hasSize(1);
        house.ledger().issuing().release(house.account("p2"), House.month("2027-02"), "olga", "seen");
        assertThat(house.ledger()
                        .issuing()
                        .parked(Optional.of(House.month("2027-02")), Optional.empty(), 9)
                        .getFirst()
                        .released())
                .hasValueSatisfying(release -> assertThat(release.by()).isEqualTo("olga"));
        assertThat(house.ledger().issuing().findDraft("p0", House.month("2027-01")))
                .isPresent();
        assertThat(house.ledger().issuing().findDraft("p2", House.month("2027-01")))
                .isEmpty();
    }

    @Test
    void price_books_are_read_by_name_and_their_versions_newest_first() {
        house.load(House.book("another", "EUR", "2.00"));
        house.load(House.book("standard", "EUR", "3.00"));

        assertThat(inPages(1, Function.<String>identity(), house.ledger().priceBooks()::names))
                .containsExactly("another", "standard");
        assertThat(house.ledger().priceBooks().versions("standard", 2, 9))
                .extracting(loaded -> loaded.book().version())
                .containsExactly(1);
        assertThat(house.ledger()
                        .priceBooks()
                        .newest("standard")
                        .orElseThrow()
                        .book()
                        .version())
                .isEqualTo(2);
        assertThat(house.ledger().priceBooks().find("standard", 3)).isEmpty();
    }
}
