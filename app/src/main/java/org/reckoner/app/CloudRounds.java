package org.reckoner.app;

import java.time.Instant;
import java.util.List;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the cloud's services again and again what was missed, while the server runs.
public final class CloudRounds {

    private static final Logger LOG = LoggerFactory.getLogger("reconcile");

    private static final int PAGE_SIZE = 200;

    private final Session session;
    private final Configuration.Rounds settings;

    private CloudRounds(Session session, Configuration.Rounds settings) {
        this.session = session;
        this.settings = settings;
    }

    /// Begins, if it is configured.
    public static void start(Session session, Rounds rounds) {
        session.configuration().openStack().rounds().ifPresent(settings -> {
            CloudRounds cloud = new CloudRounds(session, settings);
            rounds.start(LOG, "reconcile", settings.every(), () -> cloud.round(rounds));
        });
    }

    /// A service that fails is asked again in the next round, and the others all the same.
    private void round(Rounds rounds) {
        CloudAccess access =
                CloudAccess.of(session.configuration(), CloudAccess.Choice.configured(since("nova")), session.clock());
        for (Inventory inventory : Inventories.named(settings.services()).orElse(List.of())) {
            if (!rounds.areClosing()) {
                rounds.attempt(LOG, inventory.service(), settings.every(), () -> round(inventory, access));
            }
        }
    }

    private Instant since(String service) {
        return Backfill.since(session.ledger(), service, session.configuration().region())
                .orElseGet(() -> BillingPeriod.of(session.month().minusMonths(1))
                        .window()
                        .from());
    }

    private void round(Inventory inventory, CloudAccess access) {
        if (!inventory.isIn(access.openStack())) {
            return;
        }
        Window counted = new Window(since(inventory.service()), session.clock().instant());
        Backfill backfill = new Backfill(
                access,
                session.ledger(),
                new Backfill.Plan(false, PAGE_SIZE, new Backfill.Gone.Found(settings.mostGone())),
                session.clock());
        Discoveries discoveries = new Discoveries(counted, false);
        Backfill.Outcome outcome = backfill.of(inventory, compared -> {}, discoveries.in(inventory.service()));
        discoveries
                .sums()
                .forEach((key, sum) -> LOG.warn(
                        "{}: project {} missed {} of {} resources: {} s lost, {} s doubled, {} s otherwise, {} s uncertain",
                        key.service(),
                        access.wanted().nameOf(key.project()).orElse(key.project()),
                        sum.kinds(),
                        sum.resources(),
                        sum.seconds().lost(),
                        sum.seconds().doubled(),
                        sum.seconds().otherwise(),
                        sum.uncertain()));
        outcome.refused().forEach(refused -> LOG.error("{}: {}; left out", inventory.service(), refused));
        if (!outcome.missing().isEmpty()) {
            LOG.error(
                    "{}: {} of what the ledger has are not there any more, more than {} %; nothing of it was ended. If it is right: reckoner reconcile cloud {} --most-gone 100",
                    inventory.service(), outcome.missing().size(), settings.mostGone(), inventory.service());
        }
        LOG.info("{} reconciled: {} observations", inventory.service(), outcome.observations());
    }
}
