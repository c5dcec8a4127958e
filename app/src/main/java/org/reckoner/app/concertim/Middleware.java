package org.reckoner.app.concertim;

import java.util.Optional;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.config.ConcertimSection;
import org.reckoner.deliver.killbill.KillBill;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.serve.concertim.Bearers;
import org.reckoner.serve.concertim.Concertim;

/// What answers Concertim, with the Kill Bill behind it.
public final class Middleware implements AutoCloseable {

    private final Backend backend;
    private final Concertim server;

    private Middleware(Backend backend, Concertim server) {
        this.backend = backend;
        this.server = server;
    }

    /// Wired, and not listening yet; nothing if it is not configured.
    ///
    /// @throws BadConfiguration if the secret is missing or too short
    /// @throws AskedWrongly if the billing system is no Kill Bill
    public static Optional<Middleware> of(Session session) {
        return session.configuration()
                .concertim()
                .flatMap(section -> section.middleware().map(settings -> of(session, section, settings)));
    }

    private static Middleware of(Session session, ConcertimSection section, ConcertimSection.Middleware settings) {
        Bearers bearers = bearers(session, settings);
        Backend backend = session.backend(section.billing());
        if (!(backend.system() instanceof KillBill killBill)) {
            backend.close();
            throw new AskedWrongly("concertim.billing is '%s', which is no Kill Bill".formatted(section.billing()));
        }
        KillBillBilling billing = new KillBillBilling(
                section.billing(), section.since(), killBill.orders(), session.ledger(), session.clock());
        return new Middleware(backend, new Concertim(settings.settings(), bearers, billing, session.clock()));
    }

    private static Bearers bearers(Session session, ConcertimSection.Middleware settings) {
        try {
            return new Bearers(settings.secret().text(), settings.longestToken(), session.clock());
        } catch (IllegalArgumentException e) {
            throw new BadConfiguration("concertim.middleware: " + e.getMessage());
        }
    }

    /// @throws org.reckoner.serve.ServerException if the port is taken
    public void start() {
        server.start();
    }

    public int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
        backend.close();
    }
}
