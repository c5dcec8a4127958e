package org.reckoner.app.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.reckoner.app.Session;
import org.reckoner.ledger.invoice.Verification;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;

@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Prove the ledger. Reads only.",
            "",
            "Checked are the chain of invoices, their sums, that computing them again gives the same, and that no"
                    + " second is billed twice or lost. Exit code 1 if anything is wrong."
        })
final class VerifyCommand implements Callable<Integer> {

    private final Session session;

    VerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<Verification.Finding> findings;
        try (Progress progress = Progress.of("Verifying", 0)) {
            findings = session.ledger().verification().verify(document -> progress.step(1));
        }
        session.print(table(findings));
        findings.forEach(finding -> finding.broken().forEach(broken -> session.warn("WRONG  " + broken)));
        return findings.stream().allMatch(Verification.Finding::holds) ? 0 : 1;
    }

    public static Table table(List<Verification.Finding> findings) {
        return Table.of(
                List.of(Column.text("law"), Column.number("checked"), Column.text("holds")),
                findings.stream()
                        .map(finding -> List.of(
                                finding.law(),
                                Long.toString(finding.checked()),
                                finding.holds()
                                        ? "yes"
                                        : "NO: " + finding.broken().size()))
                        .toList());
    }
}
