package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.Control;
import io.github.panallama.completion.ScoreOptions;
import io.github.panallama.model.Compute;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.Loading;
import io.github.panallama.model.Lora;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ArgumentsTest {
    @Test
    void withoutOptionsTheLibrarysDefaultsHold() {
        var command = parse();
        assertEquals(ModelOptions.DEFAULT, command.model.options(false));
        assertEquals(CompletionOptions.DEFAULT, command.options());
        assertEquals(ChatOptions.DEFAULT, new RunCommand(new TestConsole().console()).options());
        assertEquals(ScoreOptions.DEFAULT, new ScoreCommand(new TestConsole().console()).options());
    }

    @Test
    void loadingOptions() {
        var command =
                parse(("--ctx-size 1024 --threads 3 --threads-batch 4 --batch-size 256 --ubatch-size 64 --gpu-layers 7"
                                + " --parallel 2 --cache-type-k q8_0 --cache-type-v Q4_0 --flash-attn on --no-mmap"
                                + " --mlock --check-tensors --lora a.gguf --lora b.gguf:0.5")
                        .split(" "));
        assertEquals(
                ModelOptions.DEFAULT
                        .withContextSize(1024)
                        .withParallel(2)
                        .withCompute(new Compute(3, 4, 256, 64, 7))
                        .withKvCache(new KvCache(KvType.Q8_0, KvType.Q4_0, FlashAttention.ON))
                        .withLoading(new Loading(false, true, true))
                        .withLoras(List.of(Lora.of(Path.of("a.gguf")), new Lora(Path.of("b.gguf"), 0.5f)))
                        .withVerbose(true),
                command.model.options(true));
    }

    @Test
    void samplingOptions() {
        var command =
                parse(("--max-tokens 9 --stop \\n --stop b\\\\ --logprobs 3 --temperature 0.5 --top-k 7 --top-p 0.8"
                                + " --min-p 0.1 --typical-p 0.9 --repeat-penalty 1.2 --repeat-last-n 16 --penalize-prompt"
                                + " --frequency-penalty 0.3 --presence-penalty -0.4 --seed 11"
                                + " --logit-bias 5=-inf --logit-bias 6=1.5")
                        .split(" "));
        assertEquals(
                CompletionOptions.DEFAULT
                        .withMaxTokens(9)
                        .withStop("\n", "b\\")
                        .withLogprobs(3)
                        .withSampling(new Sampling(
                                0.5f,
                                7,
                                0.8f,
                                0.1f,
                                0.9f,
                                new Penalties(1.2f, 16, true, 0.3f, -0.4f),
                                Map.of(5, Float.NEGATIVE_INFINITY, 6, 1.5f),
                                OptionalLong.of(11),
                                List.of())),
                command.options());
    }

    @Test
    void whatAnAnswerMayBe(@TempDir Path folder) throws IOException {
        var grammar = Files.writeString(folder.resolve("g.gbnf"), "root ::= \"yes\"");
        var command = parse(("--max-length 99 --stop-token 5 --stop-token 6 --ignore-eos --deadline 1.5 --echo"
                        + " --no-parse-special --n 3 --grammar " + grammar)
                .split(" "));
        assertEquals(
                CompletionOptions.DEFAULT
                        .withMaxLength(99)
                        .withStopTokens(5, 6)
                        .withIgnoreEos(true)
                        .withDeadline(Duration.ofMillis(1500))
                        .withEcho(true)
                        .withParseSpecial(false)
                        .withN(3)
                        .withGrammar(Grammar.gbnf("root ::= \"yes\"")),
                command.options());
        assertEquals(
                CompletionOptions.DEFAULT.withSuffix("b").withGrammar(Grammar.jsonSchema("root ::= \"yes\"")),
                parse("--suffix", "b", "--json-schema", grammar.toString()).options());
    }

    @Test
    void allSamplers() {
        var command =
                parse(("--temperature 0.9 --top-n-sigma 1.5 --xtc-probability 0.5 --dry-multiplier 0.8 --dry-base 2"
                                + " --dry-allowed-length 3 --dry-penalty-last-n 64 --dry-sequence-breaker \\n"
                                + " --dry-sequence-breaker ; --dynatemp-range 0.3 --dynatemp-exp 1.2 --adaptive-target 0.4"
                                + " --adaptive-decay 0.8")
                        .split(" "));
        assertEquals(
                Sampling.DEFAULT
                        .withTemperature(0.9f)
                        .plus(
                                new Stage.TopNSigma(1.5f),
                                new Stage.Xtc(0.5f, 0.1f),
                                new Stage.Dry(0.8f, 2, 3, 64, List.of("\n", ";"), true),
                                new Stage.DynamicTemperature(0.9f, 0.3f, 1.2f),
                                new Stage.AdaptiveP(0.4f, 0.8f)),
                command.options().sampling());
    }

    @Test
    void samplersHaveLlamaCppsDefaults() {
        assertEquals(
                Sampling.DEFAULT.plus(Stage.Dry.of(0.8f)),
                parse("--dry-multiplier", "0.8", "--dry-penalty-last-n", "-1")
                        .options()
                        .sampling());
        assertEquals(
                Sampling.DEFAULT.plus(new Stage.Mirostat(5, 0.1f)),
                parse("--mirostat", "1").options().sampling());
        assertEquals(
                Sampling.DEFAULT.plus(new Stage.MirostatV2(3, 0.2f)),
                parse("--mirostat", "2", "--mirostat-ent", "3", "--mirostat-lr", "0.2")
                        .options()
                        .sampling());
        assertEquals(
                List.of(),
                ((Stage.Dry) parse("--dry-multiplier", "1", "--dry-sequence-breaker", "none")
                                .options()
                                .sampling()
                                .stages()
                                .getFirst())
                        .breakers());
    }

    @Test
    void theOrderOfSamplers() {
        assertEquals(
                List.of(new Stage.Temperature(0.8f), new Stage.Xtc(0.5f, 0.2f), new Stage.TopK(40), new Stage.Draw()),
                parse("--samplers", "temperature;xtc; top_k", "--xtc-probability", "0.5", "--xtc-threshold", "0.2")
                        .options()
                        .sampling()
                        .chain());
        assertEquals(
                List.of(new Stage.Draw()),
                parse("--samplers", "").options().sampling().chain());
    }

    @Test
    void scoreOptions() {
        var command = new ScoreCommand(new TestConsole().console());
        new CommandLine(command).parseArgs("--logprobs", "3", "--stride", "64", "--parse-special");
        assertEquals(new ScoreOptions(3, 64, true, Control.NONE), command.options());
    }

    @Test
    void aBiasThatIsNoNumberIsRefused() {
        var command = parse("--logit-bias", "5=much");
        assertThrows(IllegalArgumentException.class, command::options);
    }

    @Test
    void promptsAreTakenAsTheyAre() {
        assertEquals("@file", parse("@file").prompt);
        assertEquals("-", parse("-").prompt);
        assertEquals("- a list", parse("--", "- a list").prompt);
    }

    private static CompleteCommand parse(String... args) {
        var command = new CompleteCommand(new TestConsole().console());
        new CommandLine(command)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .parseArgs(args);
        return command;
    }
}
