package org.reckoner.app;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.observation.Watermark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the cloud's services again and again what was missed, while the server runs.
public final class CloudRounds {

    private static final Logger LOG = LoggerFactory.getLogger("reconcile");

    /// How far before the last reading deleted servers are asked for.
    private static final Duration BEFORE = Duration.ofDays(1);

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
        for (Inventory inventory : Inventories.named(settings.services()).orElse(List.of())) {
            if (!rounds.areClosing()) {
                rounds.attempt(LOG, inventory.service(), settings.every(), () -> round(inventory));
            }
        }
    }

    private void round(Inventory inventory) {
        Configuration configuration = session.configuration();
        Instant now = session.clock().instant();
        Instant since = session.ledger()
                .readings()
                .last(new Watermark.Scope(inventory.service(), configuration.region()))
                .map(reading -> reading.beganAt().minus(BEFORE))
                .orElseGet(() -> BillingPeriod.of(session.month().minusMonths(1))
                        .window()
                        .from());
        CloudAccess access = CloudAccess.of(configuration, CloudAccess.Choice.configured(since), session.clock());
        if (!inventory.isIn(access.openStack())) {
            return;
        }
        Backfill backfill = new Backfill(
                access.openStack(),
                session.ledger(),
                access.region(),
                access.wanted(),
                new Backfill.Plan(false, PAGE_SIZE, new Backfill.Gone.Found(settings.mostGone())),
                session.clock());
        Discoveries discoveries = new Discoveries(new Window(since, now), false);
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
