package org.reckoner.ledger;

import java.time.Clock;
import org.reckoner.ledger.account.Accounts;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.idempotency.IdempotentRequests;
import org.reckoner.ledger.invoice.Biller;
import org.reckoner.ledger.invoice.InvoiceRules;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.ledger.invoice.Verification;
import org.reckoner.ledger.observation.DeadLetters;
import org.reckoner.ledger.observation.Intake;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.observation.ProjectNames;
import org.reckoner.ledger.observation.Readings;
import org.reckoner.ledger.observation.Resources;
import org.reckoner.ledger.observation.Timelines;
import org.reckoner.ledger.observation.Watermarks;
import org.reckoner.ledger.price.PriceBooks;
import org.reckoner.ledger.sample.Samples;

/// Everything that the ledger can do, wired over one database.
public record Ledger(
        Database database,
        AuditLog audit,
        Observations observations,
        Timelines timelines,
        Resources resources,
        ProjectNames projectNames,
        Samples samples,
        DeadLetters deadLetters,
        Watermarks watermarks,
        Readings readings,
        Intake intake,
        PriceBooks priceBooks,
        Accounts accounts,
        Biller biller,
        Invoices invoices,
        Issuing issuing,
        Verification verification,
        Deliveries deliveries,
        IdempotentRequests idempotentRequests)
        implements AutoCloseable {

    /// @param rules what the operator decides about invoices
    /// @param clock what time it is; bills never ask it, issuing and recording do
    public static Ledger over(Database database, InvoiceRules rules, Clock clock) {
        AuditLog audit = new AuditLog(database);
        Observations observations = new Observations(database);
        Timelines timelines = new Timelines(database);
        ProjectNames projectNames = new ProjectNames(database);
        DeadLetters deadLetters = new DeadLetters(database, audit);
        Watermarks watermarks = new Watermarks(database, audit);
        Samples samples = new Samples(database);
        Intake intake = new Intake(database, observations, samples, deadLetters, watermarks, clock);
        PriceBooks priceBooks = new PriceBooks(database, audit);
        Accounts accounts = new Accounts(database, observations, projectNames, audit);
        Biller biller =
                new Biller(observations, timelines, projectNames, watermarks, priceBooks, rules.defaultPriceBook());
        Invoices invoices = new Invoices(database);
        Issuing issuing =
                new Issuing(database, observations, watermarks, priceBooks, biller, invoices, audit, rules, clock);
        Verification verification = new Verification(database, priceBooks, biller, invoices);
        return new Ledger(
                database,
                audit,
                observations,
                timelines,
                new Resources(database),
                projectNames,
                samples,
                deadLetters,
                watermarks,
                new Readings(database),
                intake,
                priceBooks,
                accounts,
                biller,
                invoices,
                issuing,
                verification,
                new Deliveries(database, audit),
                new IdempotentRequests(database));
    }

    @Override
    public void close() {
        database.close();
    }
}
