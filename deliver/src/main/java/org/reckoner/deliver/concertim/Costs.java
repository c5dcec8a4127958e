package org.reckoner.deliver.concertim;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.rate.Charge;

/// What a team's racks and devices cost, out of the bill of its project.
///
/// The bill's total is what its lines come to, each rounded once. It is shared out among the racks and the rest of
/// the project by their exact costs ([Shares]), and so is each rack's among its devices and the rest of its cluster.
/// So racks and rest are the team's cost to the cent, and devices and rest the rack's.
///
/// @param team the bill's total, without taxes
/// @param racks by id
/// @param devices by id
/// @param rest what is of no rack
record Costs(
        BigDecimal team, SortedMap<String, BigDecimal> racks, SortedMap<String, BigDecimal> devices, BigDecimal rest) {

    private static final String REST = "";

    /// What a team has.
    ///
    /// @param racks all of them
    /// @param stacks the rack of each Heat stack
    /// @param devices by the id that the cloud gave what they show
    record Layout(List<String> racks, SortedMap<String, String> stacks, SortedMap<String, Place> devices) {

        Layout {
            racks = List.copyOf(racks);
        }
    }

    record Place(String device, String rack) {}

    /// @param clusterId the dimension of price groups that is a cluster's id
    static Costs of(Bill bill, Layout layout, Optional<String> clusterId) {
        TreeMap<String, Ratio> racks = new TreeMap<>();
        TreeMap<String, TreeMap<String, Ratio>> within = new TreeMap<>();
        layout.racks().forEach(rack -> {
            racks.put(rack, Ratio.ZERO);
            within.put(rack, new TreeMap<>());
        });
        layout.devices().values().forEach(place -> add(within, place.rack(), place.device(), Ratio.ZERO));
        for (InvoiceLine line : bill.lines()) {
            Optional<String> ofLine = clusterId
                    .map(dimension -> line.key().group().getOrDefault(dimension, ""))
                    .flatMap(stack -> Optional.ofNullable(layout.stacks().get(stack)));
            Ratio left = line.exact();
            for (Charge charge : line.charges()) {
                left = left.minus(charge.amount());
                Optional<Place> place = Optional.ofNullable(
                        layout.devices().get(charge.resource().id()));
                String rack = place.map(Place::rack).or(() -> ofLine).orElse(REST);
                racks.merge(rack, charge.amount(), Ratio::plus);
                add(within, rack, place.map(Place::device).orElse(REST), charge.amount());
            }
            racks.merge(ofLine.orElse(REST), left, Ratio::plus);
            add(within, ofLine.orElse(REST), REST, left);
        }
        return rounded(bill.total().amount(), racks, within);
    }

    private static void add(TreeMap<String, TreeMap<String, Ratio>> within, String rack, String device, Ratio amount) {
        within.computeIfAbsent(rack, any -> new TreeMap<>()).merge(device, amount, Ratio::plus);
    }

    private static Costs rounded(
            BigDecimal total, TreeMap<String, Ratio> exact, TreeMap<String, TreeMap<String, Ratio>> within) {
        TreeMap<String, BigDecimal> racks = new TreeMap<>(Shares.of(total, exact));
        TreeMap<String, BigDecimal> devices = new TreeMap<>();
        racks.forEach((rack, cost) -> {
            if (!rack.equals(REST)) {
                devices.putAll(Shares.of(cost, within.getOrDefault(rack, new TreeMap<>())));
            }
        });
        devices.remove(REST);
        BigDecimal none = BigDecimal.ZERO.setScale(total.scale());
        BigDecimal rest = Optional.ofNullable(racks.remove(REST)).orElse(none);
        return new Costs(total, racks, devices, rest);
    }
}
