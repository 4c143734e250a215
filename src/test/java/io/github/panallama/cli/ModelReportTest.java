package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.TensorType;
import io.github.panallama.gguf.GgufFile;
import io.github.panallama.http.wire.Json;
import io.github.panallama.model.FlashAttention;
import io.github.panallama.model.KvCache;
import io.github.panallama.model.KvType;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ModelReportTest {
    private final Path file =
            io.github.panallama.fixture.Models.file(io.github.panallama.fixture.Models.random(TensorType.F16));

    @Test
    void whatTheFileSays() throws IOException {
        var report = report(ModelOptions.DEFAULT);
        assertEquals("llama", report.architecture());
        assertEquals("F16", report.quantization());
        assertEquals(GgufFile.read(file).parameterCount(), report.sizes().parameters());
        assertTrue(report.text().contains("chat template  no"), report.text());
        assertTrue(Json.write(report).contains("\"memory_plan\""));
    }

    @Test
    void theKvCacheIsExact() throws IOException {
        // 2 layers, 1 KV head of 32 values, keys and values of 2 bytes; a context is rounded up to 256 tokens
        assertEquals(
                2 * 32 * 2 * 2 * 512,
                plan(ModelOptions.DEFAULT.withContextSize(300)).kvCache());
        assertEquals(
                2 * 32 * 2 * 2 * 512 * 3,
                plan(ModelOptions.DEFAULT.withContextSize(512).withParallel(3)).kvCache());
        var quantized = KvCache.DEFAULT.withTypeK(KvType.Q8_0).withTypeV(KvType.Q8_0);
        assertEquals(
                2 * 34 * 2 * 512,
                plan(ModelOptions.DEFAULT.withContextSize(512).withKvCache(quantized))
                        .kvCache());
    }

    @Test
    void withoutFlashAttentionMoreIsNeeded() throws IOException {
        var options = ModelOptions.DEFAULT.withContextSize(512);
        var without = options.withKvCache(KvCache.DEFAULT.withFlashAttention(FlashAttention.OFF));
        assertTrue(plan(without).compute() > plan(options).compute());
        var plan = plan(options);
        assertEquals(plan.weights() + plan.kvCache() + plan.compute(), plan.total());
    }

    private ModelReport.PlanJson plan(ModelOptions options) throws IOException {
        return report(options).memoryPlan();
    }

    private ModelReport report(ModelOptions options) throws IOException {
        return ModelReport.of(new Models.Found("random", file), options);
    }
}
