package org.reckoner.deliver.killbill;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A project's subscription, and one for each of its clusters. Its external key is the project's id, or that
/// and the cluster's (`PROJECT/CLUSTER`). Those that other integrations made are found by the custom field
/// `openstack_stack_id`, or by being the only living one of an account.
///
/// Settings: `plan` (`openstack-standard-monthly`), of subscriptions that are made.
final class Subscriptions {

    static final String PLAN = "openstack-standard-monthly";
    static final String STACK_ID = "openstack_stack_id";
    static final String STACK_NAME = "openstack_stack_name";

    private static final List<Integer> EXISTS = List.of(1015, 1019);
    private static final int TRACKING_ID_EXISTS = 50000;

    private final Api api;
    private final Accounts accounts;
    private final String plan;
    private final ConcurrentHashMap<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    Subscriptions(Api api, Accounts accounts, AdapterSettings settings) {
        this.api = api;
        this.accounts = accounts;
        plan = settings.text("plan").orElse(PLAN);
    }

    /// A project, or a Heat stack of it.
    ///
    /// @param id of the stack; empty for what belongs to none
    record Cluster(String id, String name) implements Comparable<Cluster> {

        static final Cluster NONE = new Cluster("", "");

        @Override
        public int compareTo(Cluster other) {
            return id.compareTo(other.id);
        }

        String key(String project) {
            return id.isEmpty() ? project : project + "/" + id;
        }
    }

    Subscription read(String id) throws Undelivered {
        return Subscription.read(api.get("/subscriptions/" + Api.word(id)));
    }

    Subscription findOrCreate(String account, String project, Cluster cluster, LocalDate from) throws Undelivered {
        Optional<Subscription> there = find(account, project, cluster);
        return there.isPresent() ? there.get() : create(account, project, cluster, from);
    }

    /// The subscription of a key of the caller's, which is not for any cluster yet. If the answer to its making
    /// is lost it is looked for once more.
    Subscription findOrCreate(String account, String key, LocalDate from) throws Undelivered {
        Optional<Subscription> there = byKey(key);
        if (there.isPresent()) {
            return there.get();
        }
        Undelivered lost;
        try {
            make(account, key, Cluster.NONE, from);
            lost = new Undelivered.Unavailable(
                    "Kill Bill made the subscription %s and does not find it".formatted(key));
        } catch (Undelivered.Unavailable e) {
            lost = e;
        }
        Optional<Subscription> made = byKey(key);
        if (made.isEmpty()) {
            throw lost;
        }
        return made.get();
    }

    private Optional<Subscription> byKey(String key) throws Undelivered {
        Optional<JsonNode> found = api.look("/subscriptions?externalKey=" + Api.word(key));
        return found.isPresent() && Accounts.needed(found.get(), "externalKey").equals(key)
                ? Optional.of(Subscription.read(found.get()))
                : Optional.empty();
    }

    private Optional<Subscription> find(String account, String project, Cluster cluster) throws Undelivered {
        Optional<Subscription> byKey = byKey(cluster.key(project));
        return byKey.isPresent() || cluster.id().isEmpty() ? byKey : byStack(account, cluster);
    }

    private Optional<Subscription> byStack(String account, Cluster cluster) throws Undelivered {
        List<Subscription> found = new ArrayList<>();
        for (String id : accounts.search("SUBSCRIPTION", STACK_ID, cluster.id())) {
            Subscription each = read(id);
            if (each.account().equals(account)) {
                found.add(each);
            }
        }
        if (found.stream().anyMatch(each -> each.end().isEmpty())) {
            found.removeIf(each -> each.end().isPresent());
        }
        if (found.size() > 1) {
            throw new Undelivered.Refused("the subscriptions %s of Kill Bill all claim to be of the stack %s"
                    .formatted(found.stream().map(Subscription::id).toList(), cluster.id()));
        }
        return found.stream().findFirst();
    }

    private Subscription create(String account, String project, Cluster cluster, LocalDate from) throws Undelivered {
        String key = cluster.key(project);
        make(account, key, cluster, from);
        return find(account, project, cluster)
                .orElseThrow(() -> new Undelivered.Unavailable(
                        "Kill Bill made the subscription %s and does not find it".formatted(key)));
    }

    /// Kill Bill takes a first day that has passed, and bills from it. That the key is taken is no mistake.
    private void make(String account, String key, Cluster cluster, LocalDate from) throws Undelivered {
        ObjectNode body = Answer.JSON
                .createObjectNode()
                .put("accountId", account)
                .put("externalKey", key)
                .put("bundleExternalKey", key)
                .put("planName", plan);
        Answer answer = api.tryPost("/subscriptions?entitlementDate=%1$s&billingDate=%1$s".formatted(from), body);
        if (Api.code(answer).filter(EXISTS::contains).isEmpty()) {
            tag(Api.made(Api.accepted(answer)), cluster);
        }
    }

    private void tag(String subscription, Cluster cluster) throws Undelivered {
        TreeMap<String, String> values = new TreeMap<>();
        if (!cluster.id().isEmpty()) {
            values.put(STACK_ID, cluster.id());
        }
        if (!cluster.name().isEmpty()) {
            values.put(STACK_NAME, cluster.name());
        }
        accounts.saveFields("subscriptions", subscription, values);
    }

    /// Posts usage of one subscription, all of it or nothing. Kill Bill looks for the tracking id and then
    /// inserts, without a unique index, so two posts of one subscription must not run at the same time.
    ///
    /// @param usage whole numbers by day and unit
    /// @param trackingId that it was already posted under is no mistake
    void post(String subscription, TreeMap<LocalDate, TreeMap<String, Long>> usage, String trackingId)
            throws Undelivered {
        ObjectNode body = Answer.JSON
                .createObjectNode()
                .put("subscriptionId", subscription)
                .put("trackingId", trackingId);
        TreeMap<String, ObjectNode> units = new TreeMap<>();
        usage.forEach((day, amounts) -> amounts.forEach((unit, amount) -> units.computeIfAbsent(unit, name -> {
                    ObjectNode record = Answer.JSON.createObjectNode().put("unitType", name);
                    record.putArray("usageRecords");
                    return record;
                })
                .withArray("usageRecords")
                .addObject()
                .put("recordDate", day.toString())
                .put("amount", amount)));
        body.putArray("unitUsageRecords").addAll(units.values());
        exclusively(subscription, () -> {
            Answer answer = api.tryPost("/usages", body);
            if (Api.code(answer).filter(code -> code == TRACKING_ID_EXISTS).isEmpty()) {
                Api.mustBe(Api.MADE, answer);
            }
            return answer;
        });
    }

    /// What must not be done by two threads to one subscription.
    interface Work<T> {
        T work() throws Undelivered;
    }

    <T> T exclusively(String subscription, Work<T> work) throws Undelivered {
        ReentrantLock lock = locks.computeIfAbsent(subscription, id -> new ReentrantLock());
        lock.lock();
        try {
            return work.work();
        } finally {
            lock.unlock();
        }
    }
}
