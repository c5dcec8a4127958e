package org.reckoner.deliver.odoo;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Site;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Odoo's JSON-2 API, of version 19 and later: `POST /json/2/MODEL/METHOD`.
final class JsonTwo implements Rpc {

    /// Of Odoo's `LockError`: another transaction holds what this one needs.
    private static final int CONFLICT = 409;

    private final Site site;
    private final String database;
    private final String key;

    JsonTwo(Site site, String database, String key) {
        this.site = site;
        this.database = database;
        this.key = key;
    }

    @Override
    public JsonNode call(String model, String method, List<Long> ids, ObjectNode values) throws Undelivered {
        ObjectNode body = values.deepCopy();
        if (!ids.isEmpty()) {
            body.set("ids", JSON.valueToTree(ids));
        }
        HttpRequest request = site.request("/json/2/%s/%s".formatted(model, method))
                .header("Authorization", "bearer " + key)
                .header("X-Odoo-Database", database)
                .header("Content-Type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        Answer answer = site.send(request);
        if (answer.isSuccess()) {
            return answer.json();
        }
        if (!answer.header("Content-Type").orElse("").startsWith("application/json")) {
            throw new Undelivered.Unavailable(
                    "%s answered %d; look at 'url' and 'database', and whether this Odoo is of version 19 or later"
                            .formatted(answer.request(), answer.status()));
        }
        String reason = answer.withoutSecrets().json().path("message").asString("no reason given");
        if (answer.status() == CONFLICT) {
            throw new Undelivered.Unavailable("Odoo cannot do %s of %s now: %s".formatted(method, model, reason));
        }
        throw new Undelivered.Refused("Odoo refuses %s of %s: %s".formatted(method, model, reason));
    }

    @Override
    public void close() {
        site.close();
    }
}
