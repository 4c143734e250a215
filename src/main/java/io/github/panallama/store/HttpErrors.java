package io.github.panallama.store;

import io.github.panallama.store.DownloadException.Reason;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/// What an answer other than the file means, and whether to ask again.
final class HttpErrors {
    /// Longer pauses are for the user to decide on.
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private HttpErrors() {}

    /// How long to wait before asking again; empty if asking again is useless.
    static Optional<Duration> retryAfter(HttpResponse<?> response, Duration backOff) {
        int status = response.statusCode();
        if (status != 429 && status != 408 && status < 500) {
            return Optional.empty();
        }
        return Optional.of(asked(response).orElse(backOff)).filter(wait -> wait.compareTo(LONGEST_WAIT) <= 0);
    }

    /// Retry-After: a number of seconds or a date.
    private static Optional<Duration> asked(HttpResponse<?> response) {
        var value =
                response.headers().firstValue("Retry-After").map(String::strip).orElse("");
        if (value.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        try {
            var until = Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value));
            var wait = Duration.between(Instant.now(), until);
            return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
        } catch (DateTimeParseException _) {
            return Optional.empty();
        }
    }

    static DownloadException of(HttpResponse<?> response, URI uri, boolean token) {
        int status = response.statusCode();
        var said = response.headers()
                .firstValue("X-Error-Message")
                .map(m -> " (" + m + ")")
                .orElse("");
        return switch (status) {
            case 401, 403 ->
                new DownloadException(
                        Reason.REFUSED,
                        "%s: refused with status %d%s: the repository is gated, private or does not exist; %s"
                                .formatted(
                                        uri,
                                        status,
                                        said,
                                        token
                                                ? "the account of HF_TOKEN must have accepted the licence on the"
                                                        + " model's page"
                                                : "check the name, accept the licence on the model's page, and set"
                                                        + " HF_TOKEN to a token of that account"));
            case 404, 410 ->
                new DownloadException(
                        Reason.NOT_FOUND,
                        "%s: not found (status %d)%s; check owner, repository and file".formatted(uri, status, said));
            case 429 ->
                new DownloadException(
                        Reason.RATE_LIMITED,
                        "%s: too many requests%s; try again %s%s"
                                .formatted(
                                        uri.getHost(),
                                        said,
                                        asked(response)
                                                .map(d -> "in " + d.toSeconds() + " s")
                                                .orElse("later"),
                                        token ? "" : ", or set HF_TOKEN, which raises the limit"));
            default ->
                new DownloadException(
                        Reason.SERVER,
                        "%s: the server answered with status %d%s; try again later".formatted(uri, status, said));
        };
    }
}
