package io.github.panallama.cli;

import io.github.panallama.Llama;
import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.http.wire.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `run`: one turn of a chat, or an interactive chat.
@Command(
        name = "run",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama run [OPTIONS] [PROMPT]",
        description = "Ask the model, with its own chat template. Without PROMPT: an interactive chat on a terminal, "
                + "else standard input.",
        footer = {"", "Example: scripts/llama run \"Tell me about the moon.\""})
final class RunCommand implements Callable<Integer> {
    @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "What to ask; - = standard input.")
    @Nullable
    String prompt;

    @Option(names = "--system", paramLabel = "TEXT", description = "Instructions for the whole chat.")
    @Nullable
    String system;

    @Mixin
    RequestArguments request = new RequestArguments();

    @Mixin
    OutputArguments output = new OutputArguments();

    @Mixin
    ModelArguments model = new ModelArguments();

    @Mixin
    CommonArguments common = new CommonArguments();

    @Spec
    picocli.CommandLine.Model.CommandSpec spec = picocli.CommandLine.Model.CommandSpec.create();

    private final Console console;

    RunCommand(Console console) {
        this.console = console;
    }

    /// {@return what is asked for}
    ChatOptions options() {
        var base = ChatOptions.DEFAULT;
        return base.withCompletion(request.over(base.completion()).withLogprobs(output.logprobs()));
    }

    @Override
    public Integer call() throws IOException {
        var options = options();
        var loading = model.options(common.verbose);
        var ref = Models.ref(model.model);
        var models = Models.open(console, model.offline);
        if (prompt == null && console.terminals().in() && console.terminals().out()) {
            if (output.json) {
                throw new ParameterException(spec.commandLine(), "--json needs a PROMPT");
            }
            return new ChatSession(console, options, output.stats, system).run(models, ref, loading, common.quiet);
        }
        var messages = messages(system, Input.prompt(prompt, console, common.quiet));
        try (var _ = Interrupt.section()) {
            var found = models.pull(ref, common.quiet);
            try (var llama = Llama.load(found.file(), loading);
                    var generation = llama.generate(messages, options)) {
                var load = llama.info().applied().loadTime();
                var reply = output.json ? generation.result() : Answer.stream(generation, console);
                var completion = reply.completion();
                boolean logprobs = options.completion().logprobs().isPresent();
                if (output.json) {
                    var head = AnswerJson.Head.of("chatcmpl-", found.name(), load);
                    console.showLine(Json.write(ChatJson.of(head, reply, logprobs)));
                } else {
                    console.showLine(logprobs ? "\n\n" + LogprobTable.of(completion) : "");
                }
                if (output.stats) {
                    console.note(Answer.stats(completion, load));
                }
                return 0;
            }
        }
    }

    private static List<Message> messages(@Nullable String system, String prompt) {
        var messages = new ArrayList<Message>();
        if (system != null) {
            messages.add(Message.system(system));
        }
        messages.add(Message.user(prompt));
        return messages;
    }
}
