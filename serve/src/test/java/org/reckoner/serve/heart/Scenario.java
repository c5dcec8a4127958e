package org.reckoner.serve.heart;

import java.util.List;

/// The story that nova-billing's own tests tell: one server and two volumes of the account `systenant` in
/// January 2011, at tariffs that are whole numbers a second.
final class Scenario {

    static final String VALUES = """
            {"local_gb": 63113904, "memory_mb": 94670856, "vcpus": 31556952, "glance/image": 31556952,
             "nova/volume": 31556952}""";

    static final String TARIFFS =
            "{\"datetime\": \"2010-01-01T00:00:00.000000Z\", \"migrate\": false, \"values\": " + VALUES + "}";

    private Scenario() {}

    static void tell(House house, String prefix, String account) {
        must(house.post(prefix + "/tariff", TARIFFS));
        events(account).forEach(event -> must(house.post(prefix + "/event", event)));
    }

    private static void must(House.Answer answer) {
        if (answer.status() != 200) {
            throw new AssertionError(answer.toString());
        }
    }

    static List<String> events(String account) {
        return List.of(
                run(account, 2),
                server(account, 3, 0, 0),
                server(account, 4, 2048, 1),
                server(account, 5, 2048, 0),
                server(account, 6, 2048, 1),
                server(account, 7, 2048, 0),
                server(account, 8, 2048, 1),
                """
                {%s, "fixed": null, "children": [{"rtype": "local_gb", "fixed": null},
                 {"rtype": "memory_mb", "fixed": null}, {"rtype": "vcpus", "fixed": null}]}""".formatted(head(account, "nova/instance", 16, 9)),
                run(account, 10),
                server(account, 11, 0, 0),
                server(account, 12, 2048, 1),
                volume(account, 12, 2, "\"linear\": 1024"),
                volume(account, 12, 3, "\"linear\": 20"),
                volume(account, 3, 4, "\"linear\": 1024"),
                volume(account, 3, 5, "\"linear\": 20"),
                volume(account, 12, 6, "\"fixed\": null"));
    }

    private static String head(String account, String rtype, int name, int day) {
        return "\"account\": \"%s\", \"rtype\": \"%s\", \"name\": %d, \"datetime\": \"2011-01-%02dT00:00:00Z\""
                .formatted(account, rtype, name, day);
    }

    private static String run(String account, int day) {
        return """
                {%s, "fixed": 0, "attrs": {"instance_type": "m1.small"}, "children": [
                 {"rtype": "local_gb", "linear": 20}, {"rtype": "memory_mb", "linear": 2048},
                 {"rtype": "vcpus", "linear": 1}]}""".formatted(head(account, "nova/instance", 16, day));
    }

    private static String server(String account, int day, int memory, int vcpus) {
        return """
                {%s, "children": [{"rtype": "memory_mb", "linear": %d}, {"rtype": "vcpus", "linear": %d}]}""".formatted(head(account, "nova/instance", 16, day), memory, vcpus);
    }

    private static String volume(String account, int name, int day, String quantity) {
        return "{%s, %s}".formatted(head(account, "nova/volume", name, day), quantity);
    }
}
