package org.reckoner.serve.api;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Answers that are written while they are read. What fails half-way must not look whole: the connection is
/// cut, and the caller sees an answer without an end.
final class Streaming {

    private static final Logger LOG = LoggerFactory.getLogger("serve");

    private Streaming() {}

    @FunctionalInterface
    interface Content {
        void writeTo(ServletOutputStream out);
    }

    static void answer(Context context, Content content) {
        try {
            content.writeTo(context.outputStream());
        } catch (RuntimeException e) {
            LOG.warn("{} {}: the answer ends half-way: {}", context.method(), context.path(), e.toString());
            ServletContextRequest.getServletContextRequest(context.req())
                    .getServletChannel()
                    .abort(e);
        }
    }
}
