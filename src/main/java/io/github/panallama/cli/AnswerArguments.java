package io.github.panallama.cli;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Stops;
import io.github.panallama.sampling.Grammar;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How long an answer may be, what ends it, what it must look like.
@Heading("Length, stops and form")
final class AnswerArguments {
    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "The most tokens generated, a hard cap; 0 = none, -1 = until the context is full. "
                    + "Default: 256 (run: -1).")
    @Nullable
    Integer maxTokens;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            description = "The most tokens of prompt and answer together, instead of --max-tokens.")
    @Nullable
    Integer maxLength;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "End where this text appears; repeatable. \\n, \\t and \\\\ are understood.")
    List<String> stops = new ArrayList<>();

    @Option(names = "--stop-token", paramLabel = "ID", description = "End at this token; repeatable.")
    List<Integer> stopTokens = new ArrayList<>();

    @Option(names = "--ignore-eos", description = "Keep the model from ending its text.")
    boolean ignoreEos;

    @Option(names = "--deadline", paramLabel = "SECONDS", description = "End when this time is over.")
    @Nullable
    Double deadline;

    @Option(names = "--grammar", paramLabel = "FILE", description = "Only texts of this grammar (GBNF, rule root).")
    @Nullable
    Path grammar;

    @Option(names = "--json-schema", paramLabel = "FILE", description = "Only JSON that meets this schema.")
    @Nullable
    Path jsonSchema;

    /// {@return the options, where they were given, over others}
    CompletionOptions over(CompletionOptions base) {
        if (maxTokens != null && maxLength != null) {
            throw new IllegalArgumentException("--max-tokens and --max-length bound the same thing: give one of them");
        }
        var options = maxTokens == null ? base : base.withMaxTokens(maxTokens);
        options = maxLength == null ? options : options.withMaxLength(maxLength);
        options = options.withStops(over(base.stops())).withGrammar(grammar().or(base::grammar));
        return deadline == null ? options : options.withDeadline(Duration.ofNanos(Math.round(deadline * 1e9)));
    }

    private Stops over(Stops base) {
        var texts = stops.isEmpty()
                ? base.texts()
                : stops.stream().map(Escapes::unescape).toList();
        return new Stops(texts, stopTokens.isEmpty() ? base.tokens() : stopTokens, ignoreEos || base.ignoreEos());
    }

    private Optional<Grammar> grammar() {
        if (grammar != null && jsonSchema != null) {
            throw new IllegalArgumentException("--grammar and --json-schema say the same thing: give one of them");
        }
        return Optional.ofNullable(grammar)
                .map(file -> Grammar.gbnf(Input.file("--grammar", file)))
                .or(() -> Optional.ofNullable(jsonSchema)
                        .map(file -> Grammar.jsonSchema(Input.file("--json-schema", file))));
    }
}
