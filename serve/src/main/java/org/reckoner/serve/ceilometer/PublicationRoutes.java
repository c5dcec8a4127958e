package org.reckoner.serve.ceilometer;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Optional;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.json.JsonMapper;

/// `POST /ceilometer`: a list of samples or events, as Ceilometer's HTTP publisher sends them.
///
/// What cannot be understood of a list holds up nothing: it becomes a dead letter and the answer is 200,
/// because Ceilometer sends nothing twice.
public final class PublicationRoutes {

    private final Optional<Publications> publications;

    /// @param publications none if no samples are wanted
    public PublicationRoutes(Optional<Publications> publications) {
        this.publications = publications;
    }

    public void routes(RoutesConfig routes) {
        routes.post("/ceilometer", this::take, Access.TELEMETRY);
    }

    private void take(Context context) {
        Publications wanted = publications.orElseThrow(
                () -> Problem.unavailable("no samples are taken here: samples.mapping is not configured"));
        Publications.Taken taken = wanted.take().apply(Requests.listOrObject(context));
        context.json(JsonMapper.shared()
                .createObjectNode()
                .put("added", taken.added())
                .put("known", taken.known())
                .put("ignored", taken.ignored())
                .put("refused", taken.refused()));
    }
}
