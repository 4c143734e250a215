package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.model.Compute;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.Loading;
import io.github.panallama.model.Lora;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Penalties;
import io.github.panallama.sampling.Sampling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ArgumentsTest {
    @Test
    void withoutOptionsTheLibrarysDefaultsHold() {
        var command = parse();
        assertEquals(ModelOptions.DEFAULT, command.model.options(false));
        assertEquals(CompletionOptions.DEFAULT, command.sampling.over(CompletionOptions.DEFAULT));
        assertEquals(ChatOptions.DEFAULT.completion(), command.sampling.over(ChatOptions.DEFAULT.completion()));
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
                                + " --min-p 0.1 --typical-p 0.9 --repeat-penalty 1.2 --repeat-last-n 16"
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
                                new Penalties(1.2f, 16, false, 0.3f, -0.4f),
                                Map.of(5, Float.NEGATIVE_INFINITY, 6, 1.5f),
                                OptionalLong.of(11),
                                List.of())),
                command.sampling.over(CompletionOptions.DEFAULT));
    }

    @Test
    void aBiasThatIsNoNumberIsRefused() {
        var command = parse("--logit-bias", "5=much");
        assertThrows(IllegalArgumentException.class, () -> command.sampling.over(CompletionOptions.DEFAULT));
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
