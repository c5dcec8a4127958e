package org.reckoner.serve.heart;

/// The generations of the Heart's API whose paths are all served.
///
/// @see #prefix
enum Generation {
    /// Heart 2.0: paths without a prefix; accounts by name.
    G1("", "/bill", "bill"),
    /// Heart 2.1 as 2.0; accounts by id.
    V1("/v1", "/bill", "bill"),
    /// Heart 2.1, with cost centers, reports and renaming.
    V2("/v2", "/report", "accounts");

    final String prefix;
    final String bill;
    final String billKey;

    Generation(String prefix, String bill, String billKey) {
        this.prefix = prefix;
        this.bill = bill;
        this.billKey = billKey;
    }

    boolean namesAccounts() {
        return this == G1;
    }

    boolean hasCostCenters() {
        return this == V2;
    }
}
