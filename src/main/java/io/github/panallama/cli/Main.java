package io.github.panallama.cli;

import io.github.panallama.engine.Backend;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// Where `scripts/llama` arrives.
public final class Main {
    private static final Map<String, Function<Console, Object>> COMMANDS = commands();

    private static final Set<String> COMPUTE = Set.of("run", "complete", "score", "serve");

    private Main() {}

    private static Map<String, Function<Console, Object>> commands() {
        var commands = new LinkedHashMap<String, Function<Console, Object>>();
        commands.put("run", RunCommand::new);
        commands.put("complete", CompleteCommand::new);
        commands.put("score", ScoreCommand::new);
        commands.put("tokenize", TokenizeCommand::new);
        commands.put("serve", ServeCommand::new);
        commands.put("pull", PullCommand::new);
        commands.put("list", ListCommand::new);
        commands.put("info", InfoCommand::new);
        commands.put("rm", RmCommand::new);
        commands.put("bench", BenchCommand::new);
        commands.put("doctor", DoctorCommand::new);
        return commands;
    }

    /// Runs a command and ends the JVM with its status.
    ///
    /// @param args the command's name, its options and arguments
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT); // numbers and messages are the same everywhere, for the programs that read them
        if (args.length > 0 && COMPUTE.contains(args[0])) {
            Backend.startAhead(); // while the arguments are read
        }
        System.exit(run(Console.system(), args));
    }

    /// {@return the exit status}
    static int run(Console console, String... args) {
        try {
            int status = commandLine(console, args).execute(args);
            console.out().flush();
            return status;
        } catch (Throwable e) { // picocli passes errors on
            return report(console, e, false);
        }
    }

    /// Only the command that is asked for is built, for a quick start.
    private static CommandLine commandLine(Console console, String... args) {
        var root = new CommandLine(new Root());
        var asked = args.length > 0 ? COMMANDS.get(args[0]) : null;
        if (asked != null) {
            root.addSubcommand(args[0], asked.apply(console));
        } else {
            COMMANDS.forEach((name, command) -> root.addSubcommand(name, command.apply(console)));
        }
        root.getSubcommands().values().forEach(command -> command.getHelpSectionMap()
                .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionList::render));
        return root.setExpandAtFiles(false)
                .setOverwrittenOptionsAllowed(true) // the last one holds
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(console.terminals().colour() ? Ansi.ON : Ansi.OFF))
                .setOut(writer(console.out()))
                .setErr(writer(console.err()))
                .setParameterExceptionHandler((e, _) -> misused(console, e))
                .setExecutionExceptionHandler((e, command, parsed) -> failed(console, e, command, parsed));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
    }

    private static int misused(Console console, ParameterException e) {
        var command = e.getCommandLine().getCommandSpec();
        var message = e instanceof UnmatchedArgumentException unmatched && command.parent() == null
                ? "there is no command '%s'".formatted(unmatched.getUnmatched().getFirst())
                : Failure.message(e);
        console.note("llama: %s (see: scripts/%s --help)".formatted(message, command.qualifiedName()));
        return Failure.USAGE;
    }

    private static int failed(Console console, Exception e, CommandLine command, ParseResult parsed) {
        if (e instanceof ParameterException misuse) {
            return misused(console, misuse);
        }
        var last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        return report(console, e, command.getCommandSpec().findOption("-v") != null && last.hasMatchedOption("-v"));
    }

    private static int report(Console console, Throwable thrown, boolean trace) {
        console.out().flush();
        var failure = Failure.of(thrown);
        if (trace && failure.status() != Failure.INTERRUPTED) {
            thrown.printStackTrace(console.err());
        }
        if (!failure.line().isEmpty()) {
            console.note("llama: " + failure.line());
        }
        return failure.status();
    }

    /// The command without a command.
    @Command(
            name = "llama",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            synopsisHeading = "",
            customSynopsis = "Usage: scripts/llama COMMAND [OPTIONS] [ARGUMENTS]",
            description = {"Language models on your own machine: llama.cpp for the JVM.", ""},
            commandListHeading = "%nCommands:%n",
            footer = {
                "",
                "scripts/llama COMMAND --help says more. Exit status: 0 done, 1 any other failure,",
                "2 wrong usage, 3 model not found or damaged, 4 download failed,",
                "5 native library missing, 6 does not fit, 130 interrupted."
            })
    static final class Root implements Callable<Integer> {
        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            throw new ParameterException(
                    spec.commandLine(), "a command is missing: " + String.join(", ", COMMANDS.keySet()));
        }
    }

    /// The module's version.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var descriptor = Main.class.getModule().getDescriptor();
            var version = descriptor == null ? "" : descriptor.rawVersion().orElse("");
            return new String[] {"panallama " + (version.isEmpty() ? "(development)" : version)};
        }
    }
}
