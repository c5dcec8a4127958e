package org.reckoner.deliver;

import java.util.Optional;

/// A billing system that has printed forms of its documents. An adapter may implement it beside
/// [BillingSystem]; then `reckoner deliveries pdf` and `reckoner statement --pdf` fetch them.
public interface PaperSource {

    /// A billing system's own PDF of a document that it has; nothing if it gives none.
    static Optional<Paper> pdf(BillingSystem system, Receipt document) throws Undelivered {
        return system instanceof PaperSource papers
                ? papers.paper(document).filter(paper -> paper.type().equals("application/pdf"))
                : Optional.empty();
    }

    /// The billing system's own form of a document that it has.
    ///
    /// @param document as the billing system was told to have it
    /// @return nothing if it gives none
    /// @throws Undelivered if it cannot be asked now
    Optional<Paper> paper(Receipt document) throws Undelivered;

    /// @param type such as `application/pdf`
    record Paper(String type, byte[] content) {}
}
