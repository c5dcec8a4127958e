package org.reckoner.serve.heart;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How the Heart answers. As shipped its errors were pages of HTML, which clients know by their not being
/// JSON; in legacy mode they are so again.
record Answers(boolean legacy) {

    /// The handler, with its problems told in the Heart's way.
    Handler of(Handler handler) {
        if (!legacy) {
            return handler;
        }
        return context -> {
            try {
                handler.handle(context);
            } catch (Problem problem) {
                page(context, problem);
            }
        };
    }

    private static void page(Context context, Problem problem) {
        int status = problem.status() == 415 ? 400 : problem.status();
        context.status(status)
                .result("<!DOCTYPE html>\n<title>%d %s</title>\n<h1>%s</h1>\n<p>%s</p>\n"
                        .formatted(
                                status, escaped(problem.title()), escaped(problem.title()), escaped(problem.detail())))
                .contentType("text/html; charset=utf-8");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    static void json(Context context, JsonNode body) {
        context.result(JsonMapper.shared().writeValueAsString(body)).contentType("application/json");
    }
}
