package org.reckoner.deliver.concertim;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.time.Window;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// Tells Concertim what its teams, racks and devices cost in a month so far. Only what changed is sent. What goes
/// wrong with one of them stops no other; if Concertim does not answer several times in a row, the round ends.
///
/// A change can be repeated, so one whose answer was lost is seen as done, or is made, in the next round.
///
/// Settings: those of [Visualiser]; `cluster-id`, the dimension of price groups that is a cluster's id (none).
///
/// For one thread.
public final class Push implements AutoCloseable {

    private static final int SILENCES = 3;
    private static final String TEAMS = "teams";
    private static final String RACKS = "racks";
    private static final String DEVICES = "devices";

    private final Visualiser visualiser;
    private final Optional<String> clusterId;

    /// What was sent that lists may not show, by kind, id and key.
    private final TreeMap<String, String> sent = new TreeMap<>();

    /// @throws BadAdapter if a setting is missing or wrong
    public Push(AdapterSettings settings) {
        settings.noOthers(Stream.concat(Arrays.stream(Visualiser.SETTINGS), Stream.of("cluster-id"))
                .toArray(String[]::new));
        visualiser = new Visualiser(settings);
        clusterId = settings.text("cluster-id");
    }

    /// What is known of a team's money.
    public interface Money {

        /// The bill of a project in the running month.
        ///
        /// @throws Undelivered.Refused if it cannot be computed
        Bill bill(String project) throws Undelivered;

        /// What an account of the billing system can still spend; nothing if that is not known here.
        ///
        /// @throws Undelivered if it cannot be asked now
        Optional<BigDecimal> credits(String account) throws Undelivered;
    }

    /// A change that was made, or would be.
    ///
    /// @param name for people
    public record Change(String kind, String id, String name, SortedMap<String, String> values) {}

    /// @param what for people: `team alpha (3)`
    public record Trouble(String what, String why) {}

    /// What became of a round.
    ///
    /// @param unchanged how many teams, racks and devices had what they were to have
    public record Round(List<Change> changes, List<Trouble> troubles, int unchanged) {

        public Round {
            changes = List.copyOf(changes);
            troubles = List.copyOf(troubles);
        }
    }

    /// Tells everything that changed.
    ///
    /// @param dryRun whether it is only found out
    /// @throws Undelivered if the teams, racks or devices cannot be read
    public Round round(Money money, boolean dryRun) throws Undelivered {
        List<JsonNode> teams = visualiser.list(TEAMS);
        List<JsonNode> racks = visualiser.list(RACKS);
        List<JsonNode> devices = visualiser.list(DEVICES);
        Work work = new Work(dryRun);
        for (JsonNode team : teams) {
            if (work.silences == SILENCES) {
                break;
            }
            tell(team, racks, devices, money, work);
        }
        return new Round(work.changes, work.troubles, work.unchanged);
    }

    /// One round, as it goes.
    private static final class Work {
        private final boolean dryRun;
        private final List<Change> changes = new ArrayList<>();
        private final List<Trouble> troubles = new ArrayList<>();
        private int unchanged;
        private int silences;

        Work(boolean dryRun) {
            this.dryRun = dryRun;
        }
    }

    private static String id(JsonNode thing) {
        return thing.path("id").asString("");
    }

    private static String name(JsonNode thing) {
        return thing.path("name").asString("");
    }

    private void tell(JsonNode team, List<JsonNode> racks, List<JsonNode> devices, Money money, Work work) {
        String project = team.path("project_id").asString("");
        if (project.isEmpty()) {
            return; // not made in the cloud yet
        }
        Bill bill;
        try {
            bill = money.bill(project);
        } catch (Undelivered e) {
            work.troubles.add(new Trouble(told("team", team), String.valueOf(e.getMessage())));
            return;
        }
        List<JsonNode> own = racks.stream().filter(rack -> isOf(rack, id(team))).toList();
        List<JsonNode> inside = devices.stream()
                .filter(device -> own.stream().anyMatch(rack -> id(rack).equals(rackOf(device))))
                .toList();
        Costs costs = Costs.of(bill, layout(own, inside), clusterId);
        change(TEAMS, team, ofTeam(team, bill, costs, money, work), work);
        own.forEach(rack -> change(RACKS, rack, cost(costs.racks().getOrDefault(id(rack), BigDecimal.ZERO)), work));
        inside.forEach(device ->
                change(DEVICES, device, cost(costs.devices().getOrDefault(id(device), BigDecimal.ZERO)), work));
    }

    private static boolean isOf(JsonNode rack, String team) {
        return rack.path("owner")
                .path("id")
                .asString(rack.path("team_id").asString(""))
                .equals(team);
    }

    private static String rackOf(JsonNode device) {
        return device.path("location").path("rack_id").asString("");
    }

    private static Costs.Layout layout(List<JsonNode> racks, List<JsonNode> devices) {
        TreeMap<String, String> stacks = new TreeMap<>();
        List<String> ids = racks.stream().map(Push::id).toList();
        racks.forEach(rack -> {
            String stack = rack.path("metadata").path("openstack_stack_id").asString("");
            if (!stack.isEmpty()) {
                stacks.put(stack, id(rack));
            }
        });
        TreeMap<String, Costs.Place> places = new TreeMap<>();
        devices.forEach(device -> device.path("metadata").forEachEntry((key, value) -> {
            boolean names = key.startsWith("openstack_") && key.endsWith("_id") && !key.equals("openstack_stack_id");
            if (names && !value.asString("").isEmpty()) {
                places.put(value.asString(""), new Costs.Place(id(device), rackOf(device)));
            }
        }));
        return new Costs.Layout(ids, stacks, places);
    }

    private static SortedMap<String, String> ofTeam(JsonNode team, Bill bill, Costs costs, Money money, Work work) {
        TreeMap<String, String> values = new TreeMap<>(cost(costs.team()));
        Window month = bill.period().window();
        values.put("billing_period_start", day(month.from()));
        values.put("billing_period_end", day(month.to()));
        String account = team.path("billing_acct_id").asString("");
        try {
            Optional<BigDecimal> credits = account.isEmpty() ? Optional.empty() : money.credits(account);
            credits.ifPresent(left -> values.put("credits", left.toPlainString()));
        } catch (Undelivered e) {
            work.troubles.add(new Trouble(told("team", team), "its credits are not known: " + e.getMessage()));
        }
        return values;
    }

    private static SortedMap<String, String> cost(BigDecimal cost) {
        return new TreeMap<>(Map.of("cost", cost.toPlainString()));
    }

    private static String day(Instant instant) {
        return LocalDate.ofInstant(instant, ZoneOffset.UTC).toString();
    }

    private static String told(String kind, JsonNode thing) {
        return "%s %s (%s)".formatted(kind, name(thing), id(thing));
    }

    /// Sends what is not there yet.
    private void change(String kind, JsonNode thing, SortedMap<String, String> wanted, Work work) {
        if (work.silences == SILENCES) {
            return;
        }
        TreeMap<String, String> values = new TreeMap<>(wanted);
        values.entrySet().removeIf(value -> isThere(kind, thing, value.getKey(), value.getValue()));
        if (values.isEmpty()) {
            work.unchanged++;
            return;
        }
        if (values.containsKey("billing_period_start") || values.containsKey("billing_period_end")) {
            wanted.keySet().stream()
                    .filter(key -> key.startsWith("billing_period_"))
                    .forEach(key -> values.put(key, wanted.getOrDefault(key, "")));
        }
        try {
            if (!work.dryRun) {
                visualiser.change(kind, id(thing), values);
                values.forEach((key, value) -> sent.put(place(kind, thing, key), value));
            }
            work.silences = 0;
            work.changes.add(new Change(kind, id(thing), name(thing), values));
        } catch (Undelivered.Refused e) {
            work.silences = 0;
            work.troubles.add(new Trouble(told(singular(kind), thing), String.valueOf(e.getMessage())));
        } catch (Undelivered e) {
            work.silences++;
            // it may be there or not
            values.keySet().forEach(key -> sent.remove(place(kind, thing, key)));
            work.troubles.add(new Trouble(told(singular(kind), thing), String.valueOf(e.getMessage())));
            if (work.silences == SILENCES) {
                work.troubles.add(new Trouble(
                        "the rest of this round",
                        "left out, as Concertim did not answer %d times".formatted(SILENCES)));
            }
        }
    }

    private static String singular(String kind) {
        return kind.substring(0, kind.length() - 1);
    }

    private static String place(String kind, JsonNode thing, String key) {
        return kind + "/" + id(thing) + "/" + key;
    }

    private boolean isThere(String kind, JsonNode thing, String key, String wanted) {
        JsonNode shown = thing.path(key);
        String there = shown.isMissingNode() ? sent.getOrDefault(place(kind, thing, key), "") : shown.asString("");
        if (key.startsWith("billing_period_")) {
            return there.startsWith(wanted); // a day, also told as a moment
        }
        return there.matches("-?[0-9]{1,20}([.][0-9]{1,20})?")
                && new BigDecimal(there).compareTo(new BigDecimal(wanted)) == 0;
    }

    @Override
    public void close() {
        visualiser.close();
    }
}
