package org.reckoner.serve.concertim;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import org.reckoner.serve.http.Problem;

/// Checks `Authorization: Bearer`: a JWT that is signed by HS256, and no other way, with the secret that Concertim
/// shares, and that ends soon.
public final class Bearers {

    /// RFC 7518, 3.2: a key as long as the hash at least.
    private static final int SHORTEST_SECRET = 32;

    private static final String SCHEME = "Bearer ";

    /// By how much Concertim's clock may be ahead, for `nbf` and `iat`.
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final MACVerifier verifier;
    private final Duration longest;
    private final Clock clock;

    /// @param longest how far ahead the end of a token may be
    /// @throws IllegalArgumentException if the secret is too short
    public Bearers(String secret, Duration longest, Clock clock) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < SHORTEST_SECRET) {
            throw new IllegalArgumentException(
                    "the secret has %d bytes; HS256 needs %d or more (RFC 7518, 3.2). Make one: openssl rand -hex 32, and give Concertim the same as JWT_SECRET"
                            .formatted(key.length, SHORTEST_SECRET));
        }
        try {
            verifier = new MACVerifier(key);
        } catch (JOSEException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        this.longest = longest;
        this.clock = clock;
    }

    /// @param authorization the header
    /// @throws Problem 401 unless it is a token of ours that holds now
    void check(Optional<String> authorization) {
        String header = authorization.orElseThrow(() -> refused("the header Authorization: Bearer TOKEN is missing"));
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw refused("the header Authorization has no Bearer token");
        }
        JWTClaimsSet claims = claims(header.substring(SCHEME.length()).strip());
        Instant now = clock.instant();
        Instant end = instant(claims.getExpirationTime())
                .orElseThrow(() -> refused("the token has no 'exp', the time at which it ends"));
        if (!end.isAfter(now)) {
            throw refused("the token has expired");
        }
        if (end.isAfter(now.plus(longest))) {
            throw refused("the token ends later than %s from now; make shorter ones".formatted(longest));
        }
        boolean early = instant(claims.getNotBeforeTime())
                        .filter(from -> from.isAfter(now.plus(SKEW)))
                        .isPresent()
                || instant(claims.getIssueTime())
                        .filter(from -> from.isAfter(now.plus(SKEW)))
                        .isPresent();
        if (early) {
            throw refused("the token is of the future; set the clocks");
        }
    }

    private JWTClaimsSet claims(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!JWSAlgorithm.HS256.equals(jwt.getHeader().getAlgorithm()) || !jwt.verify(verifier)) {
                throw refused("the token is not signed by HS256 with the secret that is known here");
            }
            return jwt.getJWTClaimsSet();
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            throw refused("the token is no signed JWT");
        }
    }

    private static Optional<Instant> instant(Date date) {
        return Optional.ofNullable(date).map(Date::toInstant);
    }

    private static Problem refused(String why) {
        return Problem.of(401, "Unauthorized", why);
    }
}
