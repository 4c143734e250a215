package io.github.panallama.limits;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The number of tokens that a request begins with, before any bound.
///
/// @param tokens 1 or more, or negative = until the context is full
/// @param reason where it is from; empty when nothing names a number
record Wish(int tokens, Optional<Reason> reason) {
    private Wish(int tokens, Reason reason) {
        this(tokens, Optional.of(reason));
    }

    /// The first that is given; see [GenerationLimits#apply].
    static Wish of(GenerationLimits limits, Length length, int promptTokens) {
        if (length.total().isPresent()) {
            return new Wish(answer(length.total().getAsInt(), promptTokens), Reason.MAX_LENGTH);
        }
        if (length.tokens().isPresent()) {
            return new Wish(length.tokens().getAsInt(), Reason.USER);
        }
        if (length.preset().isPresent()) {
            return new Wish(lookUp(length.preset().get(), limits.presets()), Reason.PRESET);
        }
        if (length.otherwise().isPresent()) {
            return new Wish(length.otherwise().getAsInt(), Reason.PROTOCOL_DEFAULT);
        }
        return limits.dynamicDefaults().stream()
                .filter(step -> promptTokens <= step.promptTokens())
                .findFirst()
                .map(step -> new Wish(step.maxTokens(), Reason.DEFAULT_DYNAMIC))
                .orElse(new Wish(-1, Optional.empty()));
    }

    /// Whether the request itself asked for it, so that a bound may refuse it.
    boolean asked() {
        return reason.filter(r -> r == Reason.USER || r == Reason.PRESET || r == Reason.MAX_LENGTH)
                .isPresent();
    }

    boolean untilFull() {
        return tokens < 0;
    }

    private static int answer(int maxLength, int promptTokens) {
        if (maxLength <= promptTokens) {
            throw new IllegalArgumentException(
                    "max_length: %d, prompt included, leaves nothing for an answer: the prompt has %d tokens"
                            .formatted(maxLength, promptTokens));
        }
        return maxLength - promptTokens;
    }

    private static int lookUp(String preset, Map<String, Integer> presets) {
        var tokens = presets.get(GenerationLimits.key(preset));
        if (tokens == null) {
            var valid = presets.entrySet().stream()
                    .sorted(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(
                    "\"%s\" is no length preset: use %s".formatted(preset, valid.isEmpty() ? "a number" : valid));
        }
        return tokens;
    }
}
