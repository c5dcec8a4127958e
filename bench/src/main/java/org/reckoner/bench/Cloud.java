package org.reckoner.bench;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// A cloud to be billed: so many volumes of [#ACCOUNTS] accounts, each with one segment that is still open;
/// and instances that start afterwards. The same for every run and every server.
///
/// @param resources how many volumes
/// @param first the month in which all volumes are created
record Cloud(long resources, YearMonth first) {

    static final int ACCOUNTS = 100;
    private static final int SECONDS = 20 * 86_400;

    /// Whose a resource or an instance is; they take turns.
    static String account(long number) {
        return "tenant-%03d".formatted(number % ACCOUNTS);
    }

    static String volume(long number) {
        return "volume-%08d".formatted(number);
    }

    /// Gigabytes.
    static long size(long number) {
        return 1 + number % 500;
    }

    Instant created(long number) {
        return at(first, number);
    }

    private static Instant at(YearMonth month, long number) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(number * 7919 % SECONDS);
    }

    /// The event of a volume's creation.
    String volumeEvent(long number) {
        return """
                {"account":"%s","rtype":"nova/volume","name":"%s","datetime":"%s","linear":%d}""".formatted(account(number), volume(number), created(number), size(number));
    }

    /// What nova-billing's listener posts of a `run_instance`: the instance, and its disk, memory and CPUs as
    /// its children.
    String instanceEvent(long number) {
        return """
                {"account":"%s","rtype":"nova/instance","name":"%s","datetime":"%s","fixed":0,\
                "attrs":{"instance_type":"m1.small"},"children":[{"rtype":"local_gb","linear":20},\
                {"rtype":"memory_mb","linear":2048},{"rtype":"vcpus","linear":1}]}""".formatted(account(number), uuid(number), at(first.plusMonths(1), number));
    }

    /// Nova's notification of an instance's creation, as one line of a recording.
    String notification(long number) {
        Instant at = at(first.plusMonths(1), number);
        return """
                {"message_id":"%s","publisher_id":"compute.c%d","event_type":"compute.instance.create.end",\
                "priority":"INFO","timestamp":"%s","payload":{"tenant_id":"%s","instance_id":"%s",\
                "display_name":"web-%d","instance_type":"m1.small","instance_type_id":2,\
                "instance_flavor_id":"2","memory_mb":2048,"disk_gb":20,"vcpus":1,"root_gb":20,\
                "ephemeral_gb":0,"host":"c1","node":"c1","availability_zone":"nova","created_at":"%s",\
                "terminated_at":"","deleted_at":"","launched_at":"%s","state":"active",\
                "state_description":"","metadata":{},"image_meta":{},"message":"Success"}}""".formatted(uuid(-number - 1), number % 50, at, account(number), uuid(number), number, at, at);
    }

    /// Random to look at, as those of real clouds, and always the same.
    private static String uuid(long number) {
        SplittableRandom random = new SplittableRandom(number);
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /// Volumes as one request.
    String volumes(long from, long to) {
        return LongStream.range(from, to).mapToObj(this::volumeEvent).collect(Collectors.joining(",", "[", "]"));
    }

    /// Instances as one request.
    String instances(long from, long to) {
        return LongStream.range(from, to).mapToObj(this::instanceEvent).collect(Collectors.joining(",", "[", "]"));
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%,d resources", resources);
    }
}
