package io.github.panallama;

import static io.github.panallama.Failures.fails;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.engine.Backend;
import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.model.Compute;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.Loading;
import io.github.panallama.model.Lora;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What loads, with what options, and what the others say.
class LoadIT {
    private static final CompletionOptions GREEDY =
            CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(16);

    /// Also the proof that the compiler's AMX code, where the processor has it, computes Q4_0 and Q8_0.
    @ParameterizedTest
    @EnumSource(TensorType.class)
    void everyTensorTypeGenerates(TensorType type) {
        try (var llama = Llama.load(Models.random(type).file())) {
            assertEquals(16, llama.complete("the sand is", GREEDY).usage().completionTokens());
            var info = llama.info();
            assertEquals("llama", info.architecture());
            assertEquals(Models.random(type).vocabulary().size(), info.shape().vocabulary());
            assertEquals(2, info.shape().layers());
            assertTrue(info.bytes() > 0 && info.parameters() > 0);
            assertEquals(512, info.applied().contextSize(), "what the model was trained for");
        }
    }

    @Test
    void quantizedMatricesDecodeWithThisCompilersCode() {
        var build = Backend.buildInfo();
        var amx = build.getOrDefault("amx", "");
        assertTrue(List.of("used", "without", "absent", "cross").contains(amx), build::toString);
        if (amx.equals("used") && build.getOrDefault("compiler", "").startsWith("GNU 12")) {
            assertTrue(build.getOrDefault("flags", "").contains("-fno-tree-dse"), build::toString);
        }
    }

    @Test
    void optionsAreApplied() {
        var options = ModelOptions.DEFAULT
                .withContextSize(300)
                .withParallel(2)
                .withCompute(Compute.DEFAULT.withThreads(1).withThreadsBatch(2).withBatchSize(96))
                .withKvCache(new KvCache(KvType.Q8_0, KvType.Q8_0, FlashAttention.ON))
                .withLoading(new Loading(false, false, true));
        try (var llama = Llama.load(Models.random(TensorType.F32).file(), options)) {
            var applied = llama.info().applied();
            assertEquals(300, applied.contextSize());
            assertEquals(2, applied.parallel());
            assertEquals(1, applied.threads());
            assertEquals(2, applied.threadsBatch());
            assertEquals(96, applied.batchSize());
            assertEquals(16, llama.complete("the sand is", GREEDY).usage().completionTokens());
        }
    }

    @Test
    void aMissingFile() {
        fails(ModelLoadException.class, () -> Llama.load(Path.of("none.gguf")), "none.gguf", "check the path");
    }

    @Test
    void aFolder(@TempDir Path folder) {
        fails(ModelLoadException.class, () -> Llama.load(folder), folder.toString(), "not a readable file");
    }

    @Test
    void aTextFile(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("text.gguf"), "This is not a model.\n");
        fails(ModelLoadException.class, () -> Llama.load(file), "text.gguf", "text file", ".gguf file itself");
    }

    @Test
    void anEmptyFile(@TempDir Path folder) throws IOException {
        var file = Files.createFile(folder.resolve("empty.gguf"));
        fails(ModelLoadException.class, () -> Llama.load(file), "empty.gguf");
    }

    @Test
    void aTruncatedFile(@TempDir Path folder) throws IOException {
        var whole = Files.readAllBytes(Models.random(TensorType.F16).file());
        for (int bytes : new int[] {20, 2_000, whole.length / 2, whole.length - 1_000}) {
            var file = folder.resolve("truncated-" + bytes + ".gguf");
            Files.write(file, Arrays.copyOf(whole, bytes));
            fails(ModelLoadException.class, () -> Llama.load(file), "truncated-" + bytes);
        }
    }

    @Test
    void aFileWithoutWeights() {
        var file = Models.write("vocabulary", Models.bigram().gguf().withoutTensors());
        fails(ModelLoadException.class, () -> Llama.load(file), "cannot load");
    }

    @Test
    void anUnknownArchitecture() {
        var file = Models.write("unknown", Models.bigram().gguf().string("general.architecture", "marvin"));
        fails(ModelLoadException.class, () -> Llama.load(file), "marvin");
    }

    /// llama.cpp asserts on this one: the guard turns it into an exception, and the process goes on.
    @Test
    void aModelOnWhichLlamaCppAborts() {
        var file = Models.write("layers", Models.bigram().gguf().uint32("llama.block_count", 600));
        fails(ModelLoadException.class, () -> Llama.load(file), "cannot load");
        try (var llama = Llama.load(Models.random(TensorType.F16).file())) {
            assertEquals(16, llama.complete("the sand is", GREEDY).usage().completionTokens());
        }
    }

    @Test
    void aMissingAdapter() {
        var options = ModelOptions.DEFAULT.withLoras(List.of(Lora.of(Path.of("none.gguf"))));
        fails(ModelLoadException.class, () -> Llama.load(Models.file(Models.bigram()), options), "LoRA", "none.gguf");
    }

    @Test
    void aModelIsNoAdapter() {
        var file = Models.file(Models.bigram());
        var options = ModelOptions.DEFAULT.withLoras(List.of(Lora.of(file)));
        fails(ModelLoadException.class, () -> Llama.load(file, options), "LoRA", file.toString());
    }

    @Test
    void aContextBeyondAllMemory() {
        var options = ModelOptions.DEFAULT.withContextSize(Integer.MAX_VALUE - 1_000);
        fails(
                InsufficientMemoryException.class,
                () -> Llama.load(Models.file(Models.bigram()), options),
                "contextSize");
        fails(
                InsufficientMemoryException.class,
                () -> Llama.load(Models.file(Models.bigram()), options.withParallel(4)),
                "contextSize");
    }

    @Test
    void severalModelsAtOnce() {
        try (var one = Llama.load(Models.random(TensorType.F16).file());
                var two = Llama.load(Models.file(Models.bigram()))) {
            var expected = Models.bigram().greedy(Models.bigram().vocabulary().id("▁t"), 1);
            assertEquals(16, one.complete("the sand is", GREEDY).usage().completionTokens());
            assertEquals(
                    expected.getFirst(),
                    two.complete("t", GREEDY.withMaxTokens(1))
                            .tokens()
                            .getFirst()
                            .id());
        }
    }
}
