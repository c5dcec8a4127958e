package org.reckoner.deliver.odoo;

import java.util.List;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Calls of methods of Odoo's models. Each is a transaction of its own.
sealed interface Rpc extends AutoCloseable permits JsonTwo, XmlRpc {

    JsonMapper JSON = JsonMapper.shared();

    /// @param ids the records that the method is called on; empty for methods of the model itself
    /// @param values the method's parameters in its own order, by name; numbers are exact decimals
    /// @return what the method returned; `false` where Odoo has nothing
    /// @throws Undelivered.Refused if Odoo says that it cannot do this, and why
    JsonNode call(String model, String method, List<Long> ids, ObjectNode values) throws Undelivered;

    @Override
    void close();

    /// @param context what Odoo is to assume: `active_test`, `allowed_company_ids`
    record Session(Rpc rpc, ObjectNode context) {

        /// The records that a domain chooses, by id.
        ///
        /// @param limit at most so many; 0 for all
        List<JsonNode> search(String model, ArrayNode domain, List<String> fields, int limit) throws Undelivered {
            ObjectNode values = JSON.createObjectNode();
            values.set("domain", domain);
            values.set("fields", JSON.valueToTree(fields));
            if (limit > 0) {
                values.put("limit", limit);
            }
            values.put("order", "id");
            JsonNode found = call(model, "search_read", List.of(), values);
            if (!found.isArray()) {
                throw new Undelivered.Unavailable("Odoo answered search_read of %s with no list".formatted(model));
            }
            return found.values().stream().toList();
        }

        /// @return the new record's id
        long create(String model, ObjectNode record) throws Undelivered {
            ObjectNode values = JSON.createObjectNode();
            values.putArray("vals_list").add(record);
            JsonNode ids = call(model, "create", List.of(), values);
            if (!ids.isArray() || ids.size() != 1 || !ids.get(0).isIntegralNumber()) {
                throw new Undelivered.Unavailable("Odoo answered create of %s with no id".formatted(model));
            }
            return ids.get(0).longValue();
        }

        /// Afterwards it is not there, whoever deleted it: a repeated request or another process may have
        /// been faster.
        ///
        /// @throws Undelivered.Refused if Odoo says that it cannot be deleted
        void delete(String model, long id) throws Undelivered {
            try {
                mustBeDone("unlink", model, call(model, "unlink", id));
            } catch (Undelivered.Refused e) {
                if (isThere(model, id)) {
                    throw e;
                }
            }
        }

        private boolean isThere(String model, long id) throws Undelivered {
            return !search(model, all(condition("id", "=", id)), List.of("id"), 1)
                    .isEmpty();
        }

        void write(String model, long id, ObjectNode changes) throws Undelivered {
            ObjectNode values = JSON.createObjectNode();
            values.set("vals", changes);
            mustBeDone("write", model, call(model, "write", List.of(id), values));
        }

        /// Odoo returns `true` from both (ORM API, "unlink" and "write"); whoever answers something else
        /// may not be Odoo.
        private static void mustBeDone(String method, String model, JsonNode answer) throws Undelivered {
            if (!answer.isBoolean() || !answer.booleanValue()) {
                throw new Undelivered.Unavailable(
                        "Odoo answered %s of %s without saying that it is done".formatted(method, model));
            }
        }

        JsonNode call(String model, String method, List<Long> ids, ObjectNode values) throws Undelivered {
            if (!context.isEmpty()) {
                values.set("context", context);
            }
            return rpc.call(model, method, ids, values);
        }

        JsonNode call(String model, String method, long id) throws Undelivered {
            return call(model, method, List.of(id), JSON.createObjectNode());
        }
    }

    /// @throws Undelivered.Unavailable if the record tells no id
    static long id(JsonNode record) throws Undelivered {
        JsonNode id = record.path("id");
        if (!id.isIntegralNumber() || !id.canConvertToLong() || id.longValue() <= 0) {
            throw new Undelivered.Unavailable("Odoo told a record without an id");
        }
        return id.longValue();
    }

    /// `[field, operator, value]`.
    static ArrayNode condition(String field, String operator, Object value) {
        return JSON.createArrayNode().add(field).add(operator).add(JSON.<JsonNode>valueToTree(value));
    }

    /// All of these conditions.
    static ArrayNode all(ArrayNode... conditions) {
        return JSON.createArrayNode().addAll(List.of(conditions));
    }
}
