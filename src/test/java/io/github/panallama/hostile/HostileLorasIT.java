package io.github.panallama.hostile;

import io.github.panallama.Llama;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.model.Lora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// LoRA files that are none, or that do not fit: each is refused with the reason, or applied.
class HostileLorasIT {
    private static final Path MODEL = Models.file(Models.random(TensorType.F32));

    @TempDir
    private Path folder;

    static Stream<HostileModel> loras() {
        return HostileLoras.all();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("loras")
    void isRefusedOrApplied(HostileModel lora) throws IOException {
        var file = lora.write(folder);
        Outcomes.inTime(() -> Outcomes.answers(() -> use(Lora.of(file))));
        Files.delete(file);
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -1, 1e30f, -Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY})
    void anyScaleIsRefusedOrApplied(float scale) throws IOException {
        var file = Files.write(folder.resolve("good.gguf"), HostileLoras.good().toByteArray());
        Outcomes.inTime(() -> Outcomes.answers(() -> use(new Lora(file, scale))));
    }

    private static void use(Lora lora) throws Throwable {
        try (var llama = Llama.load(MODEL, Outcomes.SMALL.withLoras(List.of(lora, lora)))) {
            Outcomes.answers(() -> llama.complete("the sea", Outcomes.BRIEF));
        }
    }
}
