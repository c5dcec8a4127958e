package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.price.PriceBook;
import org.reckoner.ledger.DatabaseFails;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.price.PriceBooks;
import org.reckoner.present.PriceTable;
import org.reckoner.prices.PriceBookDiff;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What things cost. A project sees the book that prices it, without what was agreed with others; only admins
/// see the text as it was loaded, with its comments.
final class PriceBookRoutes {

    private static final int LARGEST_FILE = 2 * 1024 * 1024;
    private static final String YAML = "application/yaml";

    private final Ledger ledger;
    private final Idempotency idempotency;
    private final Clock clock;

    PriceBookRoutes(Ledger ledger, Idempotency idempotency, Clock clock) {
        this.ledger = ledger;
        this.idempotency = idempotency;
        this.clock = clock;
    }

    void routes(RoutesConfig routes) {
        String version = "/api/v1/price-books/{name}/versions/{version}";
        routes.get("/api/v1/price-books", this::list, Access.READER);
        routes.post("/api/v1/price-books", idempotency.once(this::load), Access.ADMIN);
        routes.get("/api/v1/price-books/{name}", this::newest, Access.READER);
        routes.get("/api/v1/price-books/{name}/versions", this::versions, Access.READER);
        routes.get(version, this::get, Access.READER);
        routes.get(version + "/source", this::source, Access.ADMIN);
        routes.get(version + "/changes", this::changes, Access.READER);
    }

    private void list(Context context) {
        Listing.checkQuery(context);
        Optional<String> project = Requests.caller(context).only();
        Listing.answer(
                context,
                1,
                (key, limit) -> names(project, key.map(List::getFirst), limit).stream()
                        .flatMap(name -> ledger.priceBooks().newest(name).stream())
                        .map(loaded -> new Listing.Item(List.of(loaded.book().name()), summary(loaded, project)))
                        .toList());
    }

    private List<String> names(Optional<String> project, Optional<String> after, int limit) {
        return project.map(
                        own -> own(own).filter(name -> after.isEmpty()).stream().toList())
                .orElseGet(() -> ledger.priceBooks().names(after, limit));
    }

    /// The book that prices a project.
    private Optional<String> own(String project) {
        try {
            return Optional.of(
                    ledger.biller().priceBookName(ledger.accounts().of(project).orElse(Account.unknown(project))));
        } catch (LedgerException noBook) {
            return nothingToShow(noBook);
        }
    }

    /// No book prices the project, or several might.
    private static Optional<String> nothingToShow(LedgerException noBook) {
        if (noBook instanceof DatabaseFails failure) {
            throw failure;
        }
        return Optional.empty();
    }

    private static ObjectNode summary(PriceBooks.Loaded loaded, Optional<String> project) {
        PriceBook book = VisiblePrices.of(loaded.book(), project);
        ObjectNode json = Answers.object();
        json.put("name", book.name());
        json.put("version", book.version());
        json.put("currency", book.currency().getCurrencyCode());
        Answers.putTime(
                json, "valid_from", Optional.of(book.validFrom().from()).filter(from -> from.isAfter(Instant.EPOCH)));
        json.put("prices", book.prices().size());
        json.put("loaded_at", loaded.loadedAt().toString());
        if (project.isEmpty()) {
            json.put("loaded_by", loaded.loadedBy());
            json.put("sha256", loaded.hash());
        }
        return json;
    }

    private void newest(Context context) {
        Parameters.only(context, Set.of());
        String name = name(context);
        answer(context, ledger.priceBooks().newest(name).orElseThrow(PriceBookRoutes::noSuchBook));
    }

    private void get(Context context) {
        Parameters.only(context, Set.of());
        answer(context, found(context, name(context), context.pathParam("version")));
    }

    private static void answer(Context context, PriceBooks.Loaded loaded) {
        Optional<String> project = Requests.caller(context).only();
        ObjectNode json = summary(loaded, project);
        json.set(
                "prices",
                JsonMapper.shared()
                        .readTree(PriceTable.of(VisiblePrices.of(loaded.book(), project))
                                .toJson()));
        Answers.tagged(context, json);
    }

    /// The name in the path.
    ///
    /// @throws Problem 404 if the caller may not see the book
    private String name(Context context) {
        String name = context.pathParam("name");
        Optional<String> project = Requests.caller(context).only();
        if (project.isPresent() && !own(project.get()).equals(Optional.of(name))) {
            throw noSuchBook();
        }
        return name;
    }

    private PriceBooks.Loaded found(Context context, String name, String version) {
        return Optional.of(version)
                .filter(text -> text.matches("[1-9][0-9]{0,8}"))
                .flatMap(text -> ledger.priceBooks().find(name, Integer.parseInt(text)))
                .orElseThrow(PriceBookRoutes::noSuchBook);
    }

    private static Problem noSuchBook() {
        return Problem.notFound("there is no such price book or version");
    }

    private void versions(Context context) {
        Listing.checkQuery(context);
        String name = name(context);
        Optional<String> project = Requests.caller(context).only();
        if (ledger.priceBooks().newest(name).isEmpty()) {
            throw noSuchBook();
        }
        Listing.answer(
                context,
                1,
                (key, limit) -> ledger.priceBooks().versions(name, below(key), limit).stream()
                        .map(loaded -> new Listing.Item(
                                List.of(Integer.toString(loaded.book().version())), summary(loaded, project)))
                        .toList());
    }

    private static int below(Optional<List<String>> key) {
        return Math.toIntExact(Math.min(Integer.MAX_VALUE, Parameters.id(key).orElse((long) Integer.MAX_VALUE)));
    }

    private void source(Context context) {
        Parameters.only(context, Set.of());
        PriceBooks.Loaded loaded = found(context, name(context), context.pathParam("version"));
        Answers.tagged(
                context, YAML + "; charset=utf-8", loaded.text().getBytes(StandardCharsets.UTF_8), loaded.hash());
    }

    /// What changes from another version of the book, the one before unless one is named.
    private void changes(Context context) {
        Parameters.only(context, Set.of("from"));
        String name = name(context);
        Optional<String> project = Requests.caller(context).only();
        PriceBooks.Loaded after = found(context, name, context.pathParam("version"));
        int version = after.book().version();
        PriceBooks.Loaded before =
                found(context, name, Requests.query(context, "from").orElse(Integer.toString(version - 1)));
        ObjectNode json = Answers.object();
        json.put("name", name);
        json.put("from", before.book().version());
        json.put("to", version);
        ArrayNode changes = json.putArray("changes");
        PriceBookDiff.between(VisiblePrices.of(before.book(), project), VisiblePrices.of(after.book(), project))
                .forEach(change -> change(changes.addObject(), change));
        Answers.tagged(context, json);
    }

    private static void change(ObjectNode json, PriceBookDiff.Change change) {
        json.put("subject", change.subject());
        switch (change) {
            case PriceBookDiff.Added(String subject, var content) -> {
                json.put("change", "added");
                content.forEach(json.putObject("content")::put);
            }
            case PriceBookDiff.Removed(String subject, var content) -> {
                json.put("change", "removed");
                content.forEach(json.putObject("content")::put);
            }
            case PriceBookDiff.Changed(String subject, String field, String before, String after) ->
                json.put("change", "changed")
                        .put("field", field)
                        .put("before", before)
                        .put("after", after);
        }
    }

    private void load(Context context) {
        Parameters.only(context, Set.of("dry_run", "why"));
        boolean dryRun = Parameters.flag(context, "dry_run").orElse(false);
        String text = text(context);
        switch (PriceBookFile.read("body", text)) {
            case PriceBookFile.Refused refused -> refuse(context, refused);
            case PriceBookFile.Read read
            when dryRun -> {
                ObjectNode json = Answers.object();
                json.put("name", read.book().name());
                json.put("prices", read.book().prices().size());
                problems(json.putArray("warnings"), read.warnings());
                Answers.json(context, json);
            }
            case PriceBookFile.Read read -> keep(context, read, text);
        }
    }

    private void keep(Context context, PriceBookFile.Read read, String text) {
        Optional<PriceBooks.Loaded> before =
                ledger.priceBooks().newest(read.book().name());
        PriceBooks.Loaded loaded = ledger.priceBooks()
                .load(
                        read.book(),
                        text,
                        clock.instant(),
                        Requests.caller(context).name(),
                        Requests.query(context, "why"));
        boolean isNew = before.map(old -> old.book().version() < loaded.book().version())
                .orElse(true);
        ObjectNode json = summary(loaded, Optional.empty());
        problems(json.putArray("warnings"), read.warnings());
        context.status(isNew ? 201 : 200);
        Answers.json(context, json);
    }

    private static void refuse(Context context, PriceBookFile.Refused refused) {
        ObjectNode json = Answers.object();
        json.put("type", "about:blank");
        json.put("title", "Cannot be processed");
        json.put("status", 422);
        json.put("detail", "the price book is refused; nothing was loaded");
        problems(json.putArray("errors"), refused.errors());
        problems(json.putArray("warnings"), refused.warnings());
        context.status(422).result(json.toString()).contentType("application/problem+json");
    }

    private static void problems(ArrayNode json, List<org.reckoner.prices.yaml.Problem> problems) {
        problems.forEach(problem -> json.addObject()
                .put("line", problem.line())
                .put("column", problem.column())
                .put("path", problem.path())
                .put("message", problem.message()));
    }

    /// @throws Problem 415 unless it is declared as YAML, 413 if it is too large, 400 if it is no UTF-8
    private static String text(Context context) {
        String type = Optional.ofNullable(context.contentType()).orElse("");
        if (!type.matches("(?i)(application|text)/(x-)?yaml\\s*(;.*)?")) {
            throw Problem.unsupportedMediaType("the Content-Type must be application/yaml");
        }
        byte[] body = Requests.body(context);
        if (body.length > LARGEST_FILE) {
            throw Problem.tooLarge("a price book has at most %d bytes".formatted(LARGEST_FILE));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.indexOf('\0') >= 0) {
                throw Problem.badRequest("the body holds the character U+0000");
            }
            return text;
        } catch (CharacterCodingException e) {
            throw Problem.badRequest("the body is no UTF-8");
        }
    }
}
