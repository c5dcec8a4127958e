package org.reckoner.collect.glance;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;
import org.reckoner.core.meter.Report;

/// What Glance sends. Its messages carry no context, only the image.
public final class Glance {

    public static final Service SERVICE = new Service(
            "glance",
            List.of(
                    Rule.understood("image.send", "bytes downloaded of an image", Glance::sent),
                    Rule.ignored("image.member.*", "who else may use an image; the owner pays"),
                    Rule.ignored("image.cache.*", "a copy that Glance keeps for itself"),
                    Rule.understood("image.*", "the whole state of an image", Glance::image),
                    Rule.ignored("metadef_*", "a definition of metadata"),
                    Rule.ignored("metadef.*", "a definition of metadata"),
                    Rule.ignored("task.*", "a task of Glance; the image's own messages tell what came of it")));

    private static final String NOBODYS = "the image belongs to no project, so nobody pays for it";

    /// An exbibyte.
    private static final long MOST_BYTES = 1L << 60;

    private Glance() {}

    private static Meaning image(Notification notification, Payload fields) throws Refusal {
        String id = fields.id("id", "the id of the image");
        Optional<String> owner = fields.owner("owner");
        if (owner.isEmpty()) {
            return new Meaning.Passed(NOBODYS);
        }
        Report report = report(fields, owner.get());
        boolean gone = notification.eventType().equals("image.delete")
                || fields.optionalText("status").equals(Optional.of("deleted"))
                || fields.isTrue("deleted");
        Optional<Instant> ended =
                fields.time("deleted_at").or(() -> gone ? Optional.of(notification.timestamp()) : Optional.empty());
        return new Meaning.Told("image", id, ended.isPresent() ? report.ended(ended.get()) : report);
    }

    /// All of an image but its end.
    static Report report(Payload fields, String owner) throws Refusal {
        String status = fields.id("status", "the image's status, such as active");
        Optional<BigDecimal> size = fields.optionalQuantity("size", "bytes", MOST_BYTES);
        Report report = Report.NOTHING.owner(owner).level("image", 1).complete("property.");
        if (!(status.equals("deleted") && size.isPresent())) { // what it was before is not told
            report = report.state(status);
        }
        for (String attribute : List.of("name", "visibility", "disk_format")) {
            Optional<String> value = fields.optionalText(attribute);
            if (value.isPresent()) {
                report = report.attribute(attribute, value.get());
            }
        }
        var properties = fields.pairs("properties");
        if (properties.isPresent()) {
            for (var property : properties.get().entrySet()) {
                report = report.attribute("property." + property.getKey(), property.getValue());
            }
        }
        if (size.isPresent()) {
            report = report.level("image.size", size.get());
        }
        Optional<Instant> created = fields.time("created_at");
        return created.isPresent() ? report.began(created.get()) : report;
    }

    private static Meaning sent(Notification notification, Payload fields) throws Refusal {
        String id = fields.id("image_id", "the id of the image");
        Optional<String> owner = fields.owner("owner_id");
        if (owner.isEmpty()) {
            return new Meaning.Passed(NOBODYS);
        }
        BigDecimal bytes = fields.quantity("bytes_sent", "bytes", MOST_BYTES);
        return new Meaning.Told("image", id, Report.NOTHING.owner(owner.get()).flow("image.download", bytes));
    }
}
