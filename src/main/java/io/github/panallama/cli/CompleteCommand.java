package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.completion.CompletionOptions;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

    @Mixin
    ModelArguments model = new ModelArguments();

    @Mixin
    SamplingArguments sampling = new SamplingArguments();

    @Mixin
    OutputArguments output = new OutputArguments();

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    CompleteCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        var options = sampling.over(CompletionOptions.DEFAULT);
        var loading = model.options(common.verbose);
        var ref = Models.ref(model.model);
        var text = Input.prompt(prompt, console, common.quiet);
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, model.offline).pull(ref, common.quiet);
            try (var llama = Llama.load(found.file(), loading);
                    var generation = llama.generate(text, options)) {
                var load = llama.info().applied().loadTime();
                var completion = output.json ? generation.result() : Answer.stream(generation, console);
                boolean logprobs = options.logprobs().isPresent();
                if (output.json) {
                    var head = AnswerJson.Head.of("cmpl-", found.name(), load);
                    console.showLine(Json.write(CompletionJson.of(head, text, completion, logprobs)));
                } else if (logprobs) {
                    console.showLine("\n\n" + Answer.table(completion.tokens()));
                } else if (console.terminals().out()) {
                    console.showLine("");
                }
                if (output.stats) {
                    console.note(Answer.stats(completion, load));
                }
                return 0;
            }
        }
    }
}
