package io.github.panallama.cli;

import io.github.panallama.Chat;
import io.github.panallama.ChatGeneration;
import io.github.panallama.Llama;
import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.error.LlamaException;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.store.ModelRef;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jline.reader.EndOfFileException;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jspecify.annotations.Nullable;

/// An interactive chat on a terminal: the only place that loads JLine's reader and terminal.
final class ChatSession {
    private static final String HELP =
            """
            /system TEXT   instructions for the whole chat; begins it anew
            /reset         begins the chat anew
            /exit          leaves, as Ctrl-D does
            Ctrl-C stops a reply; at the prompt it leaves.""";

    private final Console console;
    private final ChatOptions options;
    private final boolean stats;
    private @Nullable Chat chat; // of the first turn on
    private final AtomicReference<@Nullable ChatGeneration> running = new AtomicReference<>();
    private @Nullable String system;

    ChatSession(Console console, ChatOptions options, boolean stats, @Nullable String system) {
        this.console = console;
        this.options = options;
        this.stats = stats;
        this.system = system;
    }

    /// Loads the model and talks until the user leaves.
    ///
    /// @return the exit status
    int run(Models models, ModelRef ref, ModelOptions loading, boolean quiet) throws IOException {
        try (var _ = Interrupt.section()) {
            return run(models.pull(ref, quiet), loading, quiet);
        }
    }

    private int run(Models.Found found, ModelOptions loading, boolean quiet) throws IOException {
        try (var llama = Llama.load(found.file(), loading);
                var terminal = TerminalBuilder.builder()
                        .provider("exec") // the others want native access
                        .system(true)
                        .encoding("UTF-8")
                        .build()) {
            terminal.handle(Terminal.Signal.INT, _ -> stop());
            var reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .option(LineReader.Option.BRACKETED_PASTE, true)
                    .variable(LineReader.SECONDARY_PROMPT_PATTERN, "")
                    .build();
            if (!quiet) {
                console.note(console.dim("%s; /help for help, Ctrl-D to leave".formatted(found.name())));
            }
            return talk(llama, reader);
        }
    }

    private int talk(Llama llama, LineReader reader) {
        while (true) {
            String line;
            try {
                line = reader.readLine(console.dim("> "));
            } catch (UserInterruptException e) {
                return Failure.INTERRUPTED;
            } catch (EndOfFileException e) {
                return 0;
            }
            if (line.strip().equals("/exit")) {
                return 0;
            }
            if (!line.isBlank() && !command(line.strip())) {
                turn(llama, line);
            }
        }
    }

    /// Does what a line beginning with a slash says.
    ///
    /// @return whether it was one
    boolean command(String line) {
        var parts = line.split("\\s+", 2);
        switch (parts[0]) {
            case "/help" -> console.note(HELP);
            case "/reset" -> chat = null;
            case "/system" -> {
                system = parts.length == 2 ? parts[1] : null;
                chat = null;
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void turn(Llama llama, String line) {
        var current = chat == null ? new Chat(llama, options, beginning()) : chat;
        chat = current;
        try (var generation = current.stream(Message.user(line))) {
            running.set(generation);
            var reply = Answer.stream(generation, console);
            console.showLine("");
            if (reply.finish() instanceof FinishReason.Length) {
                console.note(console.dim("[cut off: the cap on tokens or the end of the context; /reset begins anew]"));
            }
            if (stats) {
                console.note(
                        Answer.stats(reply.completion(), llama.info().applied().loadTime()));
            }
        } catch (LlamaException e) { // such as a full context: the chat can go on after /reset
            console.note("llama: " + Failure.message(e));
        } finally {
            running.set(null);
        }
    }

    private void stop() {
        var generation = running.get();
        if (generation != null) {
            generation.close();
        }
    }

    /// {@return what a conversation begins with}
    Message[] beginning() {
        return system == null ? new Message[0] : new Message[] {Message.system(system)};
    }
}
