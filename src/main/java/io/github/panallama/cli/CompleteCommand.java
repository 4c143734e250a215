package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.PromptOptions;
import io.github.panallama.http.wire.Json;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `complete`: what the model writes after a text.
@Command(
        name = "complete",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama complete [OPTIONS] [PROMPT]",
        description = "Continue a text, without any chat template.",
        footer = {"", "Example: scripts/llama complete --temperature 0 \"The capital of France is\""})
final class CompleteCommand implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "PROMPT",
            description = "The text; - or none = standard input, without its last line end.")
    @Nullable
    String prompt;

    @Option(names = "--echo", description = "The prompt in front of the answer, and in --logprobs.")
    boolean echo;

    @Option(names = "--suffix", paramLabel = "TEXT", description = "Fill the gap between the prompt and this text.")
    @Nullable
    String suffix;

    @Option(names = "--no-parse-special", description = "Read the text of control tokens as plain text.")
    boolean noParseSpecial;

    @Option(names = "--n", paramLabel = "N", description = "Several answers to one prompt, 1 to 128. Default: 1.")
    int n = 1;

    @Mixin
    RequestArguments request = new RequestArguments();

    @Mixin
    OutputArguments output = new OutputArguments();

    @Mixin
    ModelArguments model = new ModelArguments();

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    CompleteCommand(Console console) {
        this.console = console;
    }

    /// {@return what is asked for}
    CompletionOptions options() {
        return request.over(CompletionOptions.DEFAULT)
                .withPrompt(new PromptOptions(echo, Optional.ofNullable(suffix), !noParseSpecial))
                .withN(n)
                .withLogprobs(output.logprobs());
    }

    @Override
    public Integer call() throws IOException {
        var options = options();
        var loading = model.options(common.verbose);
        var ref = Models.ref(model.model);
        var text = Input.prompt(prompt, console, common.quiet);
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, model.offline).pull(ref, common.quiet);
            try (var llama = Llama.load(found.file(), loading)) {
                var load = llama.info().applied().loadTime();
                var completions =
                        output.json || n > 1 ? llama.completeAll(text, options) : List.of(stream(llama, text, options));
                if (output.json) {
                    var head = AnswerJson.Head.of("cmpl-", found.name(), load);
                    console.showLine(Json.write(CompletionJson.of(head, completions, options)));
                } else if (n > 1) {
                    show(completions, options);
                }
                for (var completion : completions) {
                    if (completion.finish() instanceof FinishReason.Cancelled(var reason) && !common.quiet) {
                        console.note("ended early: " + reason);
                    }
                    if (output.stats) {
                        console.note(Answer.stats(completion, load));
                    }
                }
                return 0;
            }
        }
    }

    private Completion stream(Llama llama, String text, CompletionOptions options) {
        boolean logprobs = options.logprobs().isPresent();
        // the prompt is shown as it was given, so its tokens are needed for the table only
        try (var generation = llama.generate(text, options.withEcho(echo && logprobs))) {
            console.show(echo ? text : "");
            var completion = Answer.stream(generation, echo ? text.codePointCount(0, text.length()) : 0, console);
            if (logprobs) {
                console.showLine("\n\n" + LogprobTable.of(completion));
            } else if (console.terminals().out()) {
                console.showLine("");
            }
            return completion;
        }
    }

    /// Several answers, each under a line of its own.
    private void show(List<Completion> completions, CompletionOptions options) {
        for (int i = 0; i < completions.size(); i++) {
            var completion = completions.get(i);
            var line = "--- %d of %d, seed %d ---".formatted(i + 1, completions.size(), completion.seed());
            console.showLine((i == 0 ? "" : "\n") + console.dim(line));
            console.showLine(completion.text());
            if (options.logprobs().isPresent()) {
                console.showLine("\n" + LogprobTable.of(completion));
            }
        }
    }
}
