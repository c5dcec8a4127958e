package org.reckoner.simulators.odoo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// The two protocols.
final class FrontDoor {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final OdooSimulator odoo;

    FrontDoor(OdooSimulator odoo) {
        this.odoo = odoo;
    }

    Reply answer(Request request) {
        if (!"POST".equals(request.method())) {
            return notFound();
        }
        String[] path = request.path().split("/");
        if (path.length == 5
                && request.path().startsWith("/json/2/")
                && odoo.setup().version() >= 19) {
            return json(path[3], path[4], request);
        }
        return switch (request.path()) {
            case "/xmlrpc/2/common" -> xml(request, this::common);
            case "/xmlrpc/2/object" -> xml(request, this::object);
            default -> notFound();
        };
    }

    private static Reply notFound() {
        return Reply.text(404, "text/html; charset=utf-8", "<!doctype html><title>404 Not Found</title>");
    }

    private Reply json(String model, String method, Request request) {
        try {
            String authorization = request.headers().first("Authorization").orElse("");
            if (!authorization.toLowerCase(Locale.ROOT).startsWith("bearer ")
                    || !OdooSimulator.KEY.equals(authorization.substring("bearer ".length()))) {
                throw new Fault(Fault.Kind.DENIED, "Invalid apikey");
            }
            if (!request.headers().first("X-Odoo-Database").orElse("").equals(OdooSimulator.DATABASE)) {
                return notFound();
            }
            Map<String, Object> values = Records.map(JSON.readValue(request.body(), Object.class));
            List<Integer> ids = values.containsKey("ids") ? OdooSimulator.ids(values.remove("ids")) : List.of();
            Object result = odoo.call(model, method, ids, values);
            return Reply.json(200, written(result));
        } catch (Fault e) {
            LinkedHashMap<String, Object> error = new LinkedHashMap<>();
            error.put("name", e.kind().exception());
            error.put("message", e.text());
            error.put("arguments", List.of(e.text(), e.kind().status()));
            error.put("context", Map.of());
            error.put("debug", "Traceback (most recent call last):\n  File \"/opt/odoo/http.py\", line 2212\n");
            return Reply.json(e.kind().status(), JSON.writeValueAsString(error));
        } catch (JacksonException e) {
            return Reply.json(
                    400, "{\"name\": \"werkzeug.exceptions.BadRequest\", \"message\": \"Invalid JSON data\"}");
        }
    }

    /// Python writes numbers with a fraction as the shortest text that reads back as the same float.
    private static String written(Object value) {
        return switch (value) {
            case BigDecimal number -> python(number);
            case List<?> list ->
                "[" + String.join(", ", list.stream().map(FrontDoor::written).toList()) + "]";
            case Map<?, ?> map -> {
                List<String> entries = new ArrayList<>();
                map.forEach((key, each) -> entries.add(JSON.writeValueAsString(key) + ": " + written(each)));
                yield "{" + String.join(", ", entries) + "}";
            }
            case Object nothing when nothing == OdooSimulator.NOTHING -> "null";
            default -> JSON.writeValueAsString(value);
        };
    }

    static String python(BigDecimal number) {
        String text = Double.toString(number.doubleValue());
        return text.contains("E") ? text.replace(".0E", "E").replace('E', 'e') : text;
    }

    @FunctionalInterface
    private interface Service {
        Object call(String method, List<?> parameters);
    }

    private static Reply xml(Request request, Service service) {
        String answer;
        try {
            XmlRpc.Call call = XmlRpc.read(request.body());
            answer = XmlRpc.response(service.call(call.method(), call.parameters()));
        } catch (Fault e) {
            String trace = e.kind().code() == 1 ? "Traceback (most recent call last):\n  File \"rpc.py\"\n" : "";
            answer = XmlRpc.fault(e.kind().code(), trace + e.text());
        }
        return new Reply(200, "text/xml; charset=utf-8", answer.getBytes(UTF_8));
    }

    private Object common(String method, List<?> parameters) {
        return switch (method) {
            case "version" ->
                Map.of(
                        "server_version",
                        odoo.setup().version() + ".0",
                        "server_version_info",
                        List.of(odoo.setup().version(), 0, 0, "final", 0, ""),
                        "protocol_version",
                        1);
            case "authenticate" -> {
                mustBeTheDatabase(parameters.get(0));
                boolean known =
                        OdooSimulator.LOGIN.equals(parameters.get(1)) && OdooSimulator.KEY.equals(parameters.get(2));
                yield known ? OdooSimulator.USER : false;
            }
            default -> throw new Fault(Fault.Kind.VALUE, "Method not found: " + method);
        };
    }

    private Object object(String method, List<?> parameters) {
        if (!"execute_kw".equals(method)) {
            throw new Fault(Fault.Kind.VALUE, "not simulated: " + method);
        }
        mustBeTheDatabase(parameters.get(0));
        if (!Integer.valueOf(OdooSimulator.USER).equals(parameters.get(1))
                || !OdooSimulator.KEY.equals(parameters.get(2))) {
            throw new Fault(Fault.Kind.DENIED, "Access Denied");
        }
        String model = String.valueOf(parameters.get(3));
        String call = String.valueOf(parameters.get(4));
        List<?> places = (List<?>) parameters.get(5);
        TreeMap<String, Object> values = new TreeMap<>();
        for (int i = 0; i < places.size(); i++) {
            values.put(OdooSimulator.parameters(call).get(i), places.get(i));
        }
        if (parameters.size() > 6) {
            values.putAll(Records.map(parameters.get(6)));
        }
        boolean single = "create".equals(call) && values.get("vals_list") instanceof Map;
        List<Integer> ids = values.containsKey("ids") ? OdooSimulator.ids(values.remove("ids")) : List.of();
        Object result = odoo.call(model, call, ids, values);
        return single ? ((List<?>) result).getFirst() : result;
    }

    private static void mustBeTheDatabase(Object name) {
        if (!OdooSimulator.DATABASE.equals(name)) {
            throw new Fault(Fault.Kind.VALUE, "FATAL:  database \"%s\" does not exist".formatted(name));
        }
    }
}
