package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Keeps commands inside one transaction: those that can be understood as events, all others as dead letters.
final class Commands {

    private final Handle handle;
    private final Ledger ledger;
    private final EventReader reader;
    private final BiFunction<Handle, List<Event>, List<Outcome>> record;
    private final Instant now;
    private final List<Event> waiting = new ArrayList<>();
    private final List<Command> waitingCommands = new ArrayList<>();
    private int kept;
    private int dead;

    /// @param record writes events, and says what became of each
    Commands(
            Handle handle,
            Ledger ledger,
            EventReader reader,
            BiFunction<Handle, List<Event>, List<Outcome>> record,
            Instant now) {
        this.handle = handle;
        this.ledger = ledger;
        this.reader = reader;
        this.record = record;
        this.now = now;
    }

    Heart.Kept keep(List<Command> commands, List<DeadLetter.Fresh> letters) {
        letters.forEach(this::letter);
        commands.forEach(this::keep);
        flush();
        return new Heart.Kept(kept, dead);
    }

    private void keep(Command command) {
        if (!command.isNew()) {
            flush();
        }
        try {
            waiting.add(reader.event(complete(command)));
            waitingCommands.add(command);
        } catch (Problem problem) {
            refuse(command, problem);
        }
    }

    private void flush() {
        if (waiting.isEmpty()) {
            return;
        }
        List<Outcome> outcomes = record.apply(handle, waiting);
        for (int i = 0; i < outcomes.size(); i++) {
            switch (outcomes.get(i)) {
                case Outcome.Counted counted -> kept++;
                case Outcome.Refused(Problem problem) -> refuse(waitingCommands.get(i), problem);
            }
        }
        waiting.clear();
        waitingCommands.clear();
    }

    private void refuse(Command command, Problem problem) {
        letter(new DeadLetter.Fresh(
                command.origin(), Optional.of(command.method()), Optional.empty(), problem.detail(), command.body()));
    }

    private void letter(DeadLetter.Fresh letter) {
        dead += ledger.intake().refuse(handle, letter, now) ? 1 : 0;
    }

    /// The event with its owner, and with what its children held before.
    ///
    /// @throws Problem if that is not known
    private ObjectNode complete(Command command) {
        ObjectNode event = command.event().deepCopy();
        if (command.isNew()) {
            return event;
        }
        String rtype = event.path("rtype").asString("");
        String name = event.path("name").asString("");
        String account = owner(rtype, name, event.path("account").asString(""));
        event.put("account", account);
        long at = Micros.of(Moments.parse(event.path("datetime").asString(""))
                .orElseThrow(() -> Problem.badRequest("valid datetime must be specified")));
        for (JsonNode child : event.path("children")) {
            String type = child.path("rtype").asString("");
            if (command.asBefore().contains(type) && child instanceof ObjectNode object) {
                object.put("linear", held(account, rtype, name, type, at));
            }
        }
        return event;
    }

    private String owner(String rtype, String name, String caller) {
        List<String> having = handle.createQuery("""
                        SELECT a.name FROM heart_resource r JOIN heart_account a ON a.id = r.account_id
                        WHERE r.parent_id = 0 AND r.step = ? ORDER BY r.id""")
                .bind(0, Spelling.step(rtype, Optional.of(name)))
                .mapTo(String.class)
                .list();
        return having.contains(caller)
                ? caller
                : Stream.of(having)
                        .filter(all -> all.size() == 1)
                        .map(List::getFirst)
                        .findFirst()
                        .orElse(caller);
    }

    /// What a child held last, when it held anything.
    private BigDecimal held(String account, String rtype, String name, String child, long at) {
        return handle.createQuery("""
                        SELECT c.quantity FROM heart_account a
                        JOIN heart_resource p ON p.account_id = a.id
                        JOIN heart_resource r ON r.parent_id = p.id
                        JOIN heart_change c ON c.resource_id = r.id
                        WHERE a.name = :account AND p.parent_id = 0 AND p.step = :step
                          AND r.rtype = :child AND c.kind = 'linear' AND c.quantity <> '0' AND c.at <= :at
                        ORDER BY c.at DESC, c.event DESC, c.node DESC LIMIT 1""")
                .bind("account", account)
                .bind("step", Spelling.step(rtype, Optional.of(name)))
                .bind("child", child)
                .bind("at", at)
                .mapTo(String.class)
                .findOne()
                .map(BigDecimal::new)
                .orElseThrow(() -> Problem.badRequest(
                        "it is not known what %s %s held before: its start was never told. Tell the Heart by an event (POST /event), then replay this"
                                .formatted(rtype, name)));
    }
}
