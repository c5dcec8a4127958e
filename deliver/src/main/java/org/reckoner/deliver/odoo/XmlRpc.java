package org.reckoner.deliver.odoo;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Optional;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Site;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Odoo's XML-RPC API, which all versions have up to now: `/xmlrpc/2/common` to log in, and `execute_kw` of
/// `/xmlrpc/2/object`.
final class XmlRpc implements Rpc {

    private static final int REFUSED = 2;
    private static final int ACCESS_DENIED = 3;
    private static final int ACCESS_ERROR = 4;

    private final Site site;
    private final String database;
    private final String user;
    private final String key;
    private volatile Optional<Long> uid = Optional.empty();

    /// @param key an API key or a password
    XmlRpc(Site site, String database, String user, String key) {
        this.site = site;
        this.database = database;
        this.user = user;
        this.key = key;
    }

    @Override
    public JsonNode call(String model, String method, List<Long> ids, ObjectNode values) throws Undelivered {
        ArrayNode parameters = JSON.createArrayNode()
                .add(database)
                .add(uid())
                .add(key)
                .add(model)
                .add(method);
        ArrayNode places = parameters.addArray();
        ObjectNode named = values.deepCopy();
        if (!ids.isEmpty()) {
            places.add(JSON.valueToTree(ids));
        }
        // the values of new records are looked for by place
        Optional.ofNullable(named.remove("vals_list")).ifPresent(places::add);
        parameters.add(named);
        return send("object", "execute_kw", parameters, method + " of " + model);
    }

    private long uid() throws Undelivered {
        Optional<Long> known = uid;
        if (known.isPresent()) {
            return known.get();
        }
        ArrayNode parameters = JSON.createArrayNode().add(database).add(user).add(key);
        parameters.addObject();
        JsonNode answer = send("common", "authenticate", parameters, "the log-in");
        if (!answer.isIntegralNumber()) {
            throw new Undelivered.Unavailable(
                    "Odoo does not let the user '%s' into the database '%s'; look at the credentials"
                            .formatted(user, database));
        }
        uid = Optional.of(answer.longValue());
        return answer.longValue();
    }

    private JsonNode send(String service, String method, ArrayNode parameters, String what) throws Undelivered {
        Answer answer = site.send(site.request("/xmlrpc/2/" + service)
                .header("Content-Type", "text/xml; charset=utf-8")
                .POST(BodyPublishers.ofByteArray(XmlRpcText.call(method, parameters)))
                .build());
        if (!answer.isSuccess()) {
            throw new Undelivered.Unavailable(
                    "%s answered %d; look at 'url'".formatted(answer.request(), answer.status()));
        }
        return switch (XmlRpcText.read(answer.body())) {
            case XmlRpcText.Result result -> result.value();
            case XmlRpcText.Fault fault ->
                throw refusal(new XmlRpcText.Fault(fault.code(), answer.without(fault.text())), what);
            case XmlRpcText.Unreadable unreadable ->
                throw new Undelivered.Unavailable("%s answered with what is not whole XML-RPC: %s"
                        .formatted(answer.request(), unreadable.reason()));
        };
    }

    /// What has code 1 may be anything: a mistake of ours, or two transactions that met.
    private Undelivered refusal(XmlRpcText.Fault fault, String what) {
        String reason = "Odoo refuses %s: %s".formatted(what, lastLine(fault.text()));
        String all = "Odoo refuses %s: %s".formatted(what, fault.text().strip());
        return switch (fault.code()) {
            case REFUSED -> new Undelivered.Refused(all);
            case ACCESS_DENIED -> {
                uid = Optional.empty();
                yield new Undelivered.Unavailable(reason + "; look at the credentials");
            }
            case ACCESS_ERROR -> new Undelivered.Unavailable(all + "; look at the user's permissions");
            default -> new Undelivered.Unavailable(reason);
        };
    }

    /// Of a traceback the line that says what happened.
    private static String lastLine(String text) {
        return text.strip().lines().reduce((first, second) -> second).orElse("no reason given");
    }

    @Override
    public void close() {
        site.close();
    }
}
