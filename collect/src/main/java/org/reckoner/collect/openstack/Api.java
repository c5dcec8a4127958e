package org.reckoner.collect.openstack;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Supplier;
import tools.jackson.core.JacksonException;

/// The API of one service, whose answers are read as they come in: where it is, and how one is let in. Only
/// reads, though some services want to be asked by POST. For one thread.
public sealed interface Api {

    /// What is asked.
    ///
    /// @param path below the API's root, with the query
    /// @param body JSON to be posted; none for a GET
    record Question(String path, Optional<String> body) {

        public static Question get(String path) {
            return new Question(path, Optional.empty());
        }

        public static Question post(String path, String json) {
            return new Question(path, Optional.of(json));
        }

        HttpRequest.Builder to(URI root) {
            HttpRequest.Builder request = Transport.longRequest(URI.create(root + path));
            return body.isEmpty()
                    ? request.GET()
                    : request.header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(body.get(), StandardCharsets.UTF_8));
        }
    }

    /// Reads an answer. If the answer breaks off, it is called again with another from the beginning.
    @FunctionalInterface
    interface Reader<T> {

        /// @throws IOException if the connection breaks
        /// @throws JacksonException if it is not JSON, or not all of it
        /// @throws CloudFailure if it is not what was asked for; then it is not asked again
        T read(InputStream answer) throws IOException;
    }

    sealed interface Reply<T> {

        /// @param link the header of that name: where the next page is
        record Fine<T>(T value, Optional<String> link) implements Reply<T> {}

        /// @param reason what the service says of it, shortened
        record Refused<T>(int status, String reason) implements Reply<T> {}
    }

    /// Asks, and again while that can help.
    ///
    /// @throws CloudFailure if there is no whole answer after all attempts
    /// @throws BadCloud if the service cannot be found, or the credentials are not taken
    <T> Reply<T> ask(Question question, Reader<T> reader);

    /// What the service is called, and where, for messages.
    String called();

    /// A service in the catalogue of a cloud.
    ///
    /// @param cloud logs in when something is asked, so that a Keystone that is away holds up nothing before
    static Api of(Supplier<OpenStack> cloud, Service service) {
        return new InCatalogue(cloud, service);
    }

    /// A service that has a log-in of its own, or none.
    ///
    /// @param root the address, with the version
    static Api at(String title, URI root, Entrance entrance, Trust trust, Clock clock) {
        return at(title, root, entrance, trust, clock, Thread::sleep, Patience.USUAL);
    }

    static Api at(
            String title,
            URI root,
            Entrance entrance,
            Trust trust,
            Clock clock,
            Transport.Pause pause,
            Patience patience) {
        String text = root.toString().replaceFirst("/+$", "");
        return new Standalone(title, URI.create(text), entrance, new Transport(trust, clock, pause, patience));
    }

    /// How one is let in where Keystone is not asked.
    sealed interface Entrance {

        /// By nothing.
        record Open() implements Entrance {}

        /// By a name and a password in each request (RFC 7617).
        record Basic(String user, Secret password) implements Entrance {}

        /// By a token in each request (RFC 6750).
        record Bearer(Secret token) implements Entrance {}

        private Optional<String> authorization() {
            return switch (this) {
                case Open() -> Optional.empty();
                case Basic(String user, Secret password) ->
                    Optional.of("Basic "
                            + Base64.getEncoder()
                                    .encodeToString((user + ":" + password.value()).getBytes(StandardCharsets.UTF_8)));
                case Bearer(Secret token) -> Optional.of("Bearer " + token.value());
            };
        }
    }

    record InCatalogue(Supplier<OpenStack> cloud, Service service) implements Api {

        @Override
        public <T> Reply<T> ask(Question question, Reader<T> reader) {
            return cloud.get().stream(service, question, reader);
        }

        @Override
        public String called() {
            return service.title();
        }
    }

    final class Standalone implements Api {

        private final String title;
        private final URI root;
        private final Entrance entrance;
        private final Transport transport;

        private Standalone(String title, URI root, Entrance entrance, Transport transport) {
            this.title = title;
            this.root = root;
            this.entrance = entrance;
            this.transport = transport;
        }

        @Override
        public <T> Reply<T> ask(Question question, Reader<T> reader) {
            HttpRequest.Builder request = question.to(root);
            entrance.authorization().ifPresent(words -> request.header("Authorization", words));
            return transport.stream(title, request.build(), reader);
        }

        @Override
        public String called() {
            return "%s at %s".formatted(title, root);
        }
    }
}
