package io.github.panallama.cli;

import io.github.panallama.completion.Bytes;
import io.github.panallama.engine.Engine;
import io.github.panallama.http.wire.Json;
import io.github.panallama.http.wire.Pieces;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `tokenize`: a text's tokens.
@Command(
        name = "tokenize",
        sortOptions = false,
        synopsisHeading = "",
        customSynopsis = "Usage: scripts/llama tokenize [OPTIONS] [TEXT]",
        description = "Show the tokens of a text.")
final class TokenizeCommand implements Callable<Integer> {
    private static final int CONTEXT = 32; // nothing is generated

    @Parameters(arity = "0..1", paramLabel = "TEXT", description = "The text; - or none = standard input, all of it.")
    @Nullable
    String text;

    @Option(
            names = {"-m", "--model"},
            paramLabel = "MODEL",
            description = "As for `run`.")
    @Nullable
    String model;

    @Option(names = "--offline", description = "Use no network.")
    boolean offline;

    @Option(names = "--bos", description = "Begin with BOS if the model wants one.")
    boolean bos;

    @Option(names = "--no-parse-special", description = "Read the text of control tokens as plain text.")
    boolean noParseSpecial;

    @Option(names = "--ids", description = "The ids alone, on one line.")
    boolean ids;

    @Option(names = "--json", description = "One JSON object.")
    boolean json;

    @Mixin
    CommonArguments common = new CommonArguments();

    private final Console console;

    TokenizeCommand(Console console) {
        this.console = console;
    }

    /// `tokenize --json`.
    record Tokens(List<Entry> tokens, int count) {
        /// @param special whether it is a control token
        record Entry(int id, String text, boolean special) {}

        static Tokens of(int[] ids, List<Bytes> bytes, List<Boolean> special) {
            var texts = Pieces.decode(bytes);
            var entries = new ArrayList<Entry>();
            for (int i = 0; i < ids.length; i++) {
                entries.add(new Entry(ids[i], texts.get(i), special.get(i)));
            }
            return new Tokens(entries, ids.length);
        }

        String table() {
            var table = Table.of("id", "piece", "").right(0);
            for (var entry : tokens) {
                table.row(Integer.toString(entry.id), Escapes.quoted(entry.text), entry.special ? "control" : "");
            }
            return table.toString();
        }
    }

    @Override
    public Integer call() throws IOException {
        var ref = Models.ref(model);
        var input = Input.text(text, console, common.quiet);
        try (var _ = Interrupt.section()) {
            var found = Models.open(console, offline).pull(ref, common.quiet);
            var options = ModelOptions.DEFAULT.withContextSize(CONTEXT).withVerbose(common.verbose);
            try (var engine = Engine.load(found.file(), options)) {
                var tokens = engine.tokenize(input, bos, !noParseSpecial);
                console.showLine(ids ? ids(tokens) : show(engine, tokens));
                return 0;
            }
        }
    }

    private static String ids(int[] tokens) {
        return Arrays.stream(tokens).mapToObj(Integer::toString).collect(Collectors.joining(" "));
    }

    private String show(Engine engine, int[] ids) {
        var tokens = Tokens.of(
                ids,
                Arrays.stream(ids).mapToObj(engine::piece).toList(),
                Arrays.stream(ids).mapToObj(engine::isControl).toList());
        return json ? Json.write(tokens) : tokens.table();
    }
}
