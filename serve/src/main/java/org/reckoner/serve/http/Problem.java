package org.reckoner.serve.http;

/// A request that cannot be answered as asked, with what to tell the caller: RFC 9457.
///
/// The detail is for people and never carries a secret, a stack trace or another project's data.
public final class Problem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final String title;

    private Problem(int status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    public static Problem badRequest(String detail) {
        return new Problem(400, "Bad request", detail);
    }

    /// Nobody has said who is calling, or the token is not valid any more.
    public static Problem unauthenticated(String detail) {
        return new Problem(401, "Not authenticated", detail);
    }

    public static Problem forbidden(String detail) {
        return new Problem(403, "Not allowed", detail);
    }

    public static Problem notFound(String detail) {
        return new Problem(404, "Not found", detail);
    }

    public static Problem conflict(String detail) {
        return new Problem(409, "Conflict", detail);
    }

    public static Problem preconditionFailed(String detail) {
        return new Problem(412, "Changed meanwhile", detail);
    }

    public static Problem tooLarge(String detail) {
        return new Problem(413, "Too large", detail);
    }

    public static Problem unsupportedMediaType(String detail) {
        return new Problem(415, "Unsupported media type", detail);
    }

    /// Understood, and wrong in itself.
    public static Problem unprocessable(String detail) {
        return new Problem(422, "Cannot be processed", detail);
    }

    /// Something that this server needs is not there; the same request may succeed later.
    public static Problem unavailable(String detail) {
        return new Problem(503, "Not available", detail);
    }

    public static Problem of(int status, String title, String detail) {
        return new Problem(status, title, detail);
    }

    public int status() {
        return status;
    }

    public String title() {
        return title;
    }

    public String detail() {
        return String.valueOf(getMessage());
    }
}
