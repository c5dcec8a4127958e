package org.reckoner.serve;

/// The server cannot run; the message says why and what to do.
public final class ServerException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
