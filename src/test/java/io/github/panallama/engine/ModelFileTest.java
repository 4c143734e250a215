package io.github.panallama.engine;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.error.InsufficientMemoryException;
import io.github.panallama.error.ModelLoadException;
import io.github.panallama.fixture.Models;
import io.github.panallama.gguf.GgufModel;
import io.github.panallama.memory.MemoryPlan;
import io.github.panallama.model.Loading;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModelFileTest {
    private static final Path FILE = Models.file(Models.bigram());

    private static MemoryPlan plan(ModelOptions options) throws IOException {
        return MemoryPlan.of(GgufModel.read(FILE), options);
    }

    @Test
    void aModelThatDoesNotFitIsRefusedWithTheFigures() throws IOException {
        var plan = new MemoryPlan(4096, 2, 4_000_000_000L, 9_000_000_000L, 500_000_000L, 9_500_000_000L);
        var said = String.valueOf(assertThrows(
                        InsufficientMemoryException.class, () -> ModelFile.refuseTooLarge(FILE, plan, 6_000_000_000L))
                .getMessage());
        for (var part : new String[] {
            "needs 13.5 GB",
            "weights 4000.0 MB",
            "KV cache 9000.0 MB for 2 x 4096 tokens",
            "6000.0 MB can be had",
            "smaller contextSize"
        }) {
            assertTrue(said.contains(part), said);
        }
        assertDoesNotThrow(() -> ModelFile.refuseTooLarge(FILE, plan, 9_500_000_000L));
    }

    @Test
    void whatIsMappedNeedNotFit() throws IOException {
        var mapped = plan(ModelOptions.DEFAULT);
        var read = plan(ModelOptions.DEFAULT.withLoading(Loading.DEFAULT.withMmap(false)));
        assertTrue(mapped.anonymous() == mapped.kvCache() + mapped.compute(), mapped::toString);
        assertTrue(read.anonymous() == read.total(), read::toString);
    }

    @Test
    void sizesBeyondAllNumbersAreStillSizes() throws IOException {
        var writer = Models.bigram()
                .gguf()
                .uint32("llama.embedding_length", Integer.MAX_VALUE)
                .uint32("llama.feed_forward_length", Integer.MAX_VALUE)
                .uint32("llama.attention.head_count", 1)
                .uint32("llama.attention.head_count_kv", Integer.MAX_VALUE)
                .uint32("llama.block_count", 512);
        var absurd = Models.write("absurd", writer);
        var options = ModelOptions.DEFAULT.withContextSize(Integer.MAX_VALUE).withParallel(256);
        var plan = MemoryPlan.of(GgufModel.read(absurd), options);
        assertTrue(plan.kvCache() == Long.MAX_VALUE && plan.total() == Long.MAX_VALUE, plan::toString);
        assertThrows(
                InsufficientMemoryException.class,
                () -> ModelFile.refuseTooLarge(absurd, ModelFile.check(absurd, options)));
    }

    @Test
    void aFolderIsNone() {
        assertThrows(ModelLoadException.class, () -> ModelFile.check(Path.of("."), ModelOptions.DEFAULT));
    }
}
