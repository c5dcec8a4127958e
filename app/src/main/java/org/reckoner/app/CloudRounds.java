package org.reckoner.app;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.Inventories;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.observation.Watermark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the cloud's services again and again what was missed, while the server runs.
public final class CloudRounds implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("reconcile");

    /// How far before the last reading deleted servers are asked for.
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final int PAGE_SIZE = 200;

    private final Session session;
    private final CountDownLatch told = new CountDownLatch(1);
    private Optional<Thread> thread = Optional.empty();

    private CloudRounds(Session session) {
        this.session = session;
    }

    /// Begins, if it is configured.
    public static CloudRounds start(Session session) {
        CloudRounds rounds = new CloudRounds(session);
        session.configuration()
                .openStack()
                .rounds()
                .ifPresent(configured -> rounds.thread =
                        Optional.of(Thread.ofPlatform().name("reconcile").start(() -> rounds.go(configured))));
        return rounds;
    }

    private void go(Configuration.Rounds rounds) {
        try {
            do {
                round(rounds);
            } while (!told.await(rounds.every().toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// A service that fails is asked again in the next round, and the others all the same.
    private void round(Configuration.Rounds rounds) {
        for (Inventory inventory : Inventories.named(rounds.services()).orElse(List.of())) {
            if (told.getCount() == 0) {
                return;
            }
            try {
                round(inventory, rounds);
            } catch (BadCloud | CloudFailure | AskedWrongly | LedgerException e) {
                LOG.error(
                        "{} could not be reconciled: {}. Again in {}",
                        inventory.service(),
                        e.getMessage(),
                        rounds.every());
            } catch (RuntimeException e) {
                LOG.error("{} could not be reconciled. Again in {}", inventory.service(), rounds.every(), e);
            }
        }
    }

    private void round(Inventory inventory, Configuration.Rounds rounds) {
        Configuration configuration = session.configuration();
        Instant now = session.clock().instant();
        Instant since = session.ledger()
                .readings()
                .last(new Watermark.Scope(inventory.service(), configuration.region()))
                .map(reading -> reading.beganAt().minus(BEFORE))
                .orElseGet(() -> YearMonth.from(now.atOffset(ZoneOffset.UTC))
                        .minusMonths(1)
                        .atDay(1)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant());
        CloudAccess access = CloudAccess.of(
                configuration,
                new CloudAccess.Choice(Optional.empty(), Optional.empty(), Optional.empty(), since),
                session.clock());
        if (!inventory.isIn(access.openStack())) {
            return;
        }
        Backfill backfill = new Backfill(
                access.openStack(),
                session.ledger(),
                access.region(),
                access.wanted(),
                new Backfill.Plan(false, PAGE_SIZE, new Backfill.Gone.Found(rounds.mostGone())),
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
                    inventory.service(), outcome.missing().size(), rounds.mostGone(), inventory.service());
        }
        LOG.info("{} reconciled: {} observations", inventory.service(), outcome.observations());
    }

    /// Waits for the service that is being read.
    @Override
    public void close() {
        told.countDown();
        thread.ifPresent(running -> {
            try {
                running.join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
