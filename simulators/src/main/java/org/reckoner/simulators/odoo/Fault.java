package org.reckoner.simulators.odoo;

/// What Odoo raises. The call's transaction is undone.
final class Fault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// @see #exception how Python calls it
    enum Kind {
        USER("odoo.exceptions.UserError", 422, 2),
        VALIDATION("odoo.exceptions.ValidationError", 422, 2),
        MISSING("odoo.exceptions.MissingError", 404, 2),
        DENIED("werkzeug.exceptions.Unauthorized", 401, 3),
        NOT_FOUND("werkzeug.exceptions.NotFound", 404, 1),
        UNPROCESSABLE("werkzeug.exceptions.UnprocessableEntity", 422, 1),
        VALUE("builtins.ValueError", 500, 1);

        private final String exception;
        private final int status;
        private final int code;

        Kind(String exception, int status, int code) {
            this.exception = exception;
            this.status = status;
            this.code = code;
        }

        String exception() {
            return exception;
        }

        /// of the answer in JSON-2
        int status() {
            return status;
        }

        /// in XML-RPC
        int code() {
            return code;
        }
    }

    private final Kind kind;

    Fault(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
