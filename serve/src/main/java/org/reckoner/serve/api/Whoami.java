package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Set;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.auth.Caller;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ObjectNode;

/// Who the server takes the caller for.
final class Whoami {

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/whoami", Whoami::get, Access.READER);
    }

    private static void get(Context context) {
        Parameters.only(context, Set.of());
        Caller caller = Requests.caller(context);
        ObjectNode json = Answers.object();
        json.put("name", caller.name());
        Answers.put(json, "project", caller.project());
        json.put("role", caller.role().name().toLowerCase(Locale.ROOT));
        json.put("sees", caller.isAdmin() ? "everything" : "own project");
        Answers.json(context, json);
    }
}
