package org.reckoner.deliver.whmcs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reckoner.deliver.PaperSource.Paper;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Form;
import org.reckoner.deliver.http.Site;

/// An invoice's PDF from WHMCS's client area, which is the only place that has one: as the client, who is logged in by
/// a
/// token that the API makes for that (`CreateSsoToken`), once and for a minute.
///
/// WHMCS's log shows a log-in of the client for it.
final class ClientArea {

    private static final byte[] PDF = "%PDF-".getBytes(StandardCharsets.US_ASCII);

    private final WhmcsApi api;

    ClientArea(WhmcsApi api) {
        this.api = api;
    }

    Optional<Paper> pdf(int invoice) throws Undelivered {
        int client =
                api.call("GetInvoice", new Form().with("invoiceid", invoice)).number("userid");
        String path = "dl.php?type=i&id=" + invoice;
        Said token = api.call(
                "CreateSsoToken",
                new Form()
                        .with("client_id", client)
                        .with("destination", "sso:custom_redirect")
                        .with("sso_redirect_path", path));
        Site site = api.site();
        Answer entered = site.visit(
                site.request(inside(site, token.needed("redirect_url"))).GET().build());
        String cookies = entered.headers().allValues("Set-Cookie").stream()
                .map(cookie -> cookie.split(";", 2)[0])
                .collect(Collectors.joining("; "));
        if (cookies.isEmpty()) {
            throw new Undelivered.Unavailable("%s did not let client %d in".formatted(entered.request(), client));
        }
        Answer document = site.visit(
                site.request("/" + path).header("Cookie", cookies).GET().build());
        boolean isPdf = document.isSuccess() && startsWithPdf(document.body());
        if (!isPdf) {
            throw new Undelivered.Unavailable(
                    "%s gave no PDF of invoice %d, but %d".formatted(document.request(), invoice, document.status()));
        }
        return Optional.of(new Paper("application/pdf", document.body()));
    }

    /// The token goes nowhere but to WHMCS itself.
    /// What follows the host is secret: with it somebody else could log in.
    private static final Pattern HOST = Pattern.compile("(?s)^(?:https?://)?([A-Za-z0-9.:\\[\\]-]*).*$");

    private static String inside(Site site, String url) throws Undelivered {
        if (!url.startsWith(site.url() + "/")) {
            throw new Undelivered.Unavailable(
                    "WHMCS calls itself %s, and 'url' is %s; set 'url' to its own address (System URL)"
                            .formatted(HOST.matcher(url).replaceFirst("$1"), site.url()));
        }
        return url.substring(site.url().length());
    }

    private static boolean startsWithPdf(byte[] body) {
        return body.length > PDF.length && Arrays.equals(body, 0, PDF.length, PDF, 0, PDF.length);
    }
}
