package org.reckoner.deliver.killbill;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// Which units the versions of a tenant's catalog have. Kill Bill takes usage of any unit, and bills none
/// that the version of that day does not have, without a word.
///
/// @param name the catalog's; empty if there is none
/// @param units by the day from which a version holds
/// @param currencies of the newest version
record Versions(String name, SortedMap<LocalDate, SortedSet<String>> units, SortedSet<String> currencies) {

    static final Versions NONE = new Versions("", new TreeMap<>(), new TreeSet<>());

    Versions {
        units = Collections.unmodifiableSortedMap(new TreeMap<>(units));
        currencies = Collections.unmodifiableSortedSet(new TreeSet<>(currencies));
    }

    static Versions read(Api api) throws Undelivered {
        TreeMap<LocalDate, SortedSet<String>> units = new TreeMap<>();
        List<JsonNode> versions = new ArrayList<>();
        api.look("/catalog").ifPresent(all -> all.forEach(versions::add));
        String name = "";
        TreeSet<String> currencies = new TreeSet<>();
        for (JsonNode version : versions) {
            TreeSet<String> names = new TreeSet<>();
            version.path("units").forEach(unit -> names.add(unit.path("name").asString("")));
            LocalDate from = from(version);
            units.put(from, names);
            if (from.equals(units.lastKey())) {
                name = version.path("name").asString("");
                currencies.clear();
                version.path("currencies").forEach(currency -> currencies.add(currency.asString("")));
            }
        }
        return new Versions(name, units, currencies);
    }

    private static LocalDate from(JsonNode version) throws Undelivered.Unavailable {
        try {
            return Subscription.day(version.path("effectiveDate").asString(""));
        } catch (DateTimeException e) {
            throw new Undelivered.Unavailable("Kill Bill tells a catalog in an unknown form: " + e.getMessage(), e);
        }
    }

    boolean has(String unit, LocalDate day) {
        return last(units.headMap(day.plusDays(1))).contains(unit);
    }

    /// Of the newest version.
    SortedSet<String> newest() {
        return last(units);
    }

    private static SortedSet<String> last(SortedMap<LocalDate, SortedSet<String>> versions) {
        return versions.values().stream().reduce((one, next) -> next).orElse(Collections.emptySortedSet());
    }

    boolean knows(Set<String> wanted) {
        return newest().containsAll(wanted);
    }
}
