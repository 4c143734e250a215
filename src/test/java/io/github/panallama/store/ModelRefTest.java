package io.github.panallama.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.error.ModelLoadException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRefTest {
    @Test
    void eachFormIsRead() {
        assertEquals(new ModelRef.Named("smollm2"), ModelRef.parse(" SmolLM2 "));
        assertEquals(new ModelRef.Local(Path.of("dir/model.gguf")), ModelRef.parse("dir/model.gguf"));
        assertEquals(new ModelRef.Local(Path.of("model.gguf")), ModelRef.parse("model.gguf"));
        assertEquals(new ModelRef.HubRepo("o", "r-GGUF", Optional.empty()), ModelRef.parse("hf:o/r-GGUF"));
        assertEquals(new ModelRef.HubRepo("o", "r", Optional.of("Q4_K_M")), ModelRef.parse("hf:o/r:Q4_K_M"));
        assertEquals(new ModelRef.HubFile("o", "r", "sub/m.gguf"), ModelRef.parse("hf:o/r/sub/m.gguf"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"smollm2", "hf:o/r", "hf:o/r:Q8_0", "hf:o/r/a/b.gguf", "a/b.gguf"})
    void whatIsPrintedIsReadAgain(String text) {
        assertEquals(text, ModelRef.parse(text).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "hf:",
                "hf:o",
                "hf:o/",
                "hf:/r",
                "hf:../r",
                "hf:o/..",
                "hf:o/r..x",
                "hf:o/r:",
                "hf:o/r:../x",
                "hf:o/r/../../x.gguf",
                "hf:o/r/a/../x.gguf",
                "hf:o/r//x.gguf",
                "hf:o/r/.hidden.gguf",
                "hf:o/r/C:\\x.gguf",
                "hf:o/r/a\nb.gguf",
                "hf:o/r/model.safetensors",
                "/t\t/",
                "https://huggingface.co/o/r"
            })
    void whatIsNoReferenceIsRefused(String text) {
        assertThrows(IllegalArgumentException.class, () -> ModelRef.parse(text));
    }

    @Test
    void anUnknownNameGetsASuggestion() {
        var near = assertThrows(ModelLoadException.class, () -> ModelRef.parse("smolm2"));
        assertTrue(String.valueOf(near.getMessage()).contains("did you mean smollm2?"), near.toString());
        var far = assertThrows(ModelLoadException.class, () -> ModelRef.parse("gpt-5"));
        assertTrue(String.valueOf(far.getMessage()).contains("known names: smollm2"), far.toString());
    }
}
