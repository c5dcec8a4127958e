package org.reckoner.serve.concertim;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.javalin.util.JavalinException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.reckoner.serve.ServerException;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Listening;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The middleware that Concertim calls for orders, credits and invoices, on a port of its own, as Concertim puts
/// its paths right behind `http://host:42356`.
///
/// Every request but `GET /` bears a token ([Bearers]). Concertim is trusted with all accounts, as it was: it is
/// the one that knows which of its users may see which team.
public final class Concertim implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("serve");
    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final int LARGEST_BODY = 64 * 1024;
    private static final int LARGEST_PAGE = 1000;
    private static final int USUAL_PAGE = 100;
    private static final BigDecimal LARGEST_CREDIT = new BigDecimal(1_000_000);

    /// What the middleware did beside billing, by method and path.
    private static final List<String> NOT_OFFERED = List.of(
            "POST /user",
            "DELETE /user",
            "PATCH /user",
            "POST /team",
            "DELETE /team",
            "POST /create_team",
            "DELETE /delete_team",
            "GET /team/{id}/quotas",
            "GET /team/limits",
            "POST /team_role",
            "PATCH /team_role",
            "DELETE /team_role",
            "POST /update_status/{type}/{id}",
            "POST /key_pairs",
            "GET /key_pairs",
            "DELETE /key_pairs",
            "GET /statistics",
            "POST /create_user_project",
            "DELETE /delete_user",
            "POST /change_user_details");

    private final ConcertimSettings settings;
    private final Bearers bearers;
    private final Billing billing;
    private final Clock clock;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Javalin javalin;

    public Concertim(ConcertimSettings settings, Bearers bearers, Billing billing, Clock clock) {
        this.settings = settings;
        this.bearers = bearers;
        this.billing = billing;
        this.clock = clock;
        this.javalin = Javalin.create(this::configure);
    }

    private void configure(JavalinConfig config) {
        new Listening(settings.host(), settings.port(), IDLE, LARGEST_BODY).configure(config);
        routes(config.routes);
    }

    private void routes(RoutesConfig routes) {
        Answers.errors(routes);
        routes.beforeMatched(this::admit);
        routes.get("/", context -> context.result("Running").contentType("text/plain"), Access.PUBLIC);
        post(routes, "/create_order", this::createOrder);
        post(routes, "/delete_order", this::deleteOrder);
        post(routes, "/add_order_tag", this::tag);
        post(routes, "/credits", this::credit);
        post(routes, "/add_credits", this::credit);
        post(routes, "/get_credits", this::credits);
        post(routes, "/get_draft_invoice", this::draft);
        post(routes, "/list_paginated_invoices", this::invoices);
        post(routes, "/get_account_invoice", this::invoice);
        for (String one : NOT_OFFERED) {
            String[] words = one.split(" ", 2);
            routes.addHttpHandler(
                    HandlerType.findOrCreate(words[0]), words[1], context -> notOffered(), Access.SERVICE);
        }
    }

    /// What a request asks for, and where its answer goes.
    private interface Work {
        ObjectNode answer(Asked asked, Context context) throws Unbilled;
    }

    private static void post(RoutesConfig routes, String path, Work work) {
        routes.post(
                path,
                context -> {
                    if (Requests.body(context).length > LARGEST_BODY) {
                        throw Problem.tooLarge("a body has at most %d bytes".formatted(LARGEST_BODY));
                    }
                    Answers.done(context, work.answer(new Asked(Requests.object(context)), context));
                },
                Access.SERVICE);
    }

    private void admit(Context context) {
        if (!context.routeRoles().contains(Access.PUBLIC)) {
            bearers.check(Optional.ofNullable(context.header("Authorization")));
        }
    }

    private static void notOffered() {
        throw Problem.of(
                501,
                "NotOffered",
                "this middleware has the billing of Concertim and nothing else; have it answered by the service that manages the cloud");
    }

    private static String account(Asked asked) {
        return asked.text("billing_account_id", "billing_acct_id");
    }

    /// The caller's `Idempotency-Key`; without it every request is another one.
    private static String key(Context context) {
        String given = context.header("Idempotency-Key");
        if (given == null) {
            return UUID.randomUUID().toString();
        }
        if (!given.matches("[!-~]{1,100}")) {
            throw Asked.wrong("the header Idempotency-Key is to be 1 to 100 visible characters of ASCII");
        }
        return given;
    }

    private ObjectNode createOrder(Asked asked, Context context) throws Unbilled {
        String account = account(asked);
        Optional<String> stack = asked.optionalText("openstack_stack_id");
        Optional<String> name = asked.optionalText("openstack_stack_name");
        String key = stack.map(id -> "stack/" + id).orElseGet(() -> key(context));
        Billing.Standing standing = billing.standing(account);
        if (standing.remaining().compareTo(settings.creditThreshold()) <= 0) {
            throw Problem.of(
                    402,
                    "NotEnoughCredits",
                    "the account has %s %s left, and an order needs more than %s: add credits"
                            .formatted(
                                    Answers.plain(standing.remaining()).toPlainString(),
                                    standing.currency(),
                                    settings.creditThreshold().toPlainString()));
        }
        String order = billing.order(account, key);
        if (stack.isPresent()) {
            billing.tag(order, "openstack_stack_id", stack.get());
        }
        if (stack.isPresent() && name.isPresent()) {
            billing.tag(order, "openstack_stack_name", name.get());
        }
        LOG.info("Concertim ordered {} for the account {}", order, account);
        return Answers.object().put("order", order);
    }

    private ObjectNode deleteOrder(Asked asked, Context context) throws Unbilled {
        String order = asked.text("order_id");
        billing.end(order);
        LOG.info("Concertim ended the order {}", order);
        return Answers.object().put("order", order);
    }

    private ObjectNode tag(Asked asked, Context context) throws Unbilled {
        String order = asked.text("order_id");
        String name = asked.text("tag_name");
        String value = asked.text("tag_value");
        return Answers.object().put("tag", billing.tag(order, name, value));
    }

    private ObjectNode credit(Asked asked, Context context) throws Unbilled {
        String account = account(asked);
        BigDecimal amount = asked.number("amount", "credits_to_add");
        if (amount.signum() == 0 || amount.abs().compareTo(LARGEST_CREDIT) >= 0) {
            throw Asked.wrong("'amount' is not to be 0, and less than %s".formatted(LARGEST_CREDIT.toPlainString()));
        }
        billing.credit(account, key(context), amount);
        LOG.info("Concertim added credits of {} to the account {}", amount, account);
        return Answers.object().put("credits", Answers.plain(amount));
    }

    private ObjectNode credits(Asked asked, Context context) throws Unbilled {
        return Answers.object()
                .put("credits", Answers.plain(billing.standing(account(asked)).remaining()));
    }

    private ObjectNode draft(Asked asked, Context context) throws Unbilled {
        LocalDate day = asked.day("target_date").orElseGet(() -> LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC));
        Optional<Billing.Paper> draft = billing.draft(account(asked), day);
        ObjectNode answer = Answers.object();
        if (draft.isPresent()) {
            answer.set("draft_invoice", Answers.paper(draft.get()));
        } else {
            answer.putNull("draft_invoice");
        }
        return answer;
    }

    private ObjectNode invoices(Asked asked, Context context) throws Unbilled {
        int offset = asked.whole("offset", 0, 0, Integer.MAX_VALUE);
        int limit = asked.whole("limit", USUAL_PAGE, 1, LARGEST_PAGE);
        Billing.Page page = billing.invoices(account(asked), offset, limit);
        ObjectNode answer = Answers.object().put("total_invoices", page.total());
        ArrayNode list = answer.putArray("invoices");
        page.invoices().forEach(paper -> list.add(Answers.paper(paper)));
        return answer;
    }

    /// Under both names that generations of the middleware gave it.
    private ObjectNode invoice(Asked asked, Context context) throws Unbilled {
        ObjectNode paper = Answers.paper(billing.invoice(account(asked), asked.text("invoice_id")));
        ObjectNode answer = Answers.object();
        answer.set("invoice", paper);
        answer.set("account_invoice", paper);
        return answer;
    }

    /// Begins to listen.
    ///
    /// @throws ServerException if the port is taken or the host is not this machine's
    public void start() {
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw new ServerException(
                    "cannot listen for Concertim on %s:%d: %s. Is the old middleware still there? Set concertim.middleware.host and port."
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
        LOG.info("Listening for Concertim on http://{}:{}", settings.host(), port());
    }

    public int port() {
        return javalin.port();
    }

    /// Everything that was added to the router, for the tests.
    List<Endpoint> endpoints() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .toList();
    }

    /// Lets requests end, then stops listening.
    @Override
    public void close() {
        if (stopped.compareAndSet(false, true)) {
            try {
                javalin.stop();
            } catch (JavalinException e) {
                LOG.warn("requests of Concertim did not end within {} and were cut off", Listening.GRACE, e);
            }
        }
    }
}
