package org.reckoner.simulators.hostbill;

/// What HostBill refuses.
final class Wrong extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Wrong(String message) {
        super(message);
    }
}
