package io.github.panallama.cli;

import io.github.panallama.http.Access;
import io.github.panallama.http.Bind;
import io.github.panallama.http.Bounds;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.limits.GenerationLimits;
import io.github.panallama.limits.OnViolation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How the endpoint serves.
@Heading("Endpoint")
final class ServerArguments {
    /// The API key that is asked for when no option gives one.
    static final String KEY = "PANALLAMA_API_KEY";

    @Option(names = "--host", paramLabel = "HOST", description = "Where to listen. Default: 127.0.0.1, this machine.")
    String host = Bind.DEFAULT.host();

    @Option(names = "--port", paramLabel = "N", description = "Port, 0 = any free one. Default: 8080.")
    int port = 8080;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            description = "Ask for this key; repeatable. Default: $PANALLAMA_API_KEY, else none.")
    List<String> apiKeys = new ArrayList<>();

    @Option(
            names = "--insecure-bind",
            description = "Let other machines use the model without a key, if --host lets them reach it.")
    boolean insecure;

    @Option(
            names = "--limits",
            paramLabel = "LIMITS",
            description = "Bounds on the tokens of an answer: min=10,max=500[,above=reject|clamp]"
                    + "[,below=reject|clamp][,dynamic=on|off]. Default: none.")
    @Nullable
    String limits;

    @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for chats that bring none.")
    @Nullable
    String system;

    @Option(names = "--request-timeout", paramLabel = "SECONDS", description = "End a request after this time.")
    @Nullable
    Double requestTimeout;

    @Option(names = "--body-limit", paramLabel = "BYTES", description = "Longest body of a request. Default: 32000000.")
    int bodyLimit = Bounds.DEFAULT.bodyLimit();

    @Option(names = "--cors", paramLabel = "ORIGIN", description = "Let pages of this origin use it; * = of any.")
    @Nullable
    String cors;

    @Option(names = "--no-page", description = "No page for people at /.")
    boolean noPage;

    /// {@return the options}
    ///
    /// @param modelName what the model is called
    ServerOptions options(String modelName) {
        var bounds = Bounds.DEFAULT.withBodyLimit(bodyLimit);
        return ServerOptions.DEFAULT
                .withBind(new Bind(host, port, insecure))
                .withAccess(new Access(keys(), Optional.ofNullable(cors)))
                .withBounds(
                        requestTimeout == null
                                ? bounds
                                : bounds.withRequest(Optional.of(Duration.ofNanos(Math.round(requestTimeout * 1e9)))))
                .withPage(!noPage)
                .withLimits(limits == null ? GenerationLimits.NONE : limits(limits))
                .withSystem(Optional.ofNullable(system))
                .withModelName(modelName);
    }

    private List<String> keys() {
        var variable = System.getenv(KEY);
        return apiKeys.isEmpty() && variable != null && !variable.isBlank() ? List.of(variable) : apiKeys;
    }

    /// As soon as anything is limited, requests that name no number get one by the length of their prompt.
    private static GenerationLimits limits(String text) {
        var limits = GenerationLimits.DYNAMIC;
        for (var part : text.split(",", -1)) {
            var pair = part.split("=", 2);
            var value = pair.length < 2 ? "" : pair[1].strip().toLowerCase(Locale.ROOT);
            limits = switch (pair[0].strip().toLowerCase(Locale.ROOT)) {
                case "min" -> limits.withMin(number(part, value));
                case "max" -> limits.withMax(number(part, value));
                case "below" -> limits.withBelow(violation(part, value));
                case "above" -> limits.withAbove(violation(part, value));
                case "dynamic" ->
                    switch (value) {
                        case "on" -> limits;
                        case "off" -> limits.withDynamicDefaults(List.of());
                        default -> throw wrong(part, "on or off");
                    };
                default -> throw wrong(part, "min, max, below, above and dynamic");
            };
        }
        return limits;
    }

    private static OnViolation violation(String part, String value) {
        return switch (value) {
            case "clamp" -> OnViolation.CLAMP;
            case "reject" -> OnViolation.REJECT;
            default -> throw wrong(part, "clamp or reject");
        };
    }

    private static int number(String part, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw wrong(part, "a whole number");
        }
    }

    private static IllegalArgumentException wrong(String part, String valid) {
        return new IllegalArgumentException("--limits: \"%s\" is not valid: use %s".formatted(part.strip(), valid));
    }
}
