package io.github.panallama.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuantsTest {
    private static final List<String> FILES = List.of(
            "README.md",
            "M-Q2_K.gguf",
            "M-Q4_0.gguf",
            "M-Q4_K_M-00001-of-00002.gguf",
            "M-Q4_K_M-00002-of-00002.gguf",
            "M-Q8_0.gguf",
            "M-IQ4_XS.gguf",
            "UD/M-UD-Q4_K_XL.gguf",
            "mmproj-M-Q8_0.gguf",
            "m.q6_k.gguf");

    private static Optional<String> choose(String quant) {
        return Quants.choose(FILES, Optional.of(quant));
    }

    @Test
    void aQuantisationIsAWholeWordInAnyCase() {
        assertEquals(Optional.of("M-Q4_K_M-00001-of-00002.gguf"), choose("q4_k_m"));
        assertEquals(Optional.of("M-Q8_0.gguf"), choose("Q8_0"));
        assertEquals(Optional.of("m.q6_k.gguf"), choose("Q6_K"));
        assertEquals(Optional.of("UD/M-UD-Q4_K_XL.gguf"), choose("UD-Q4_K_XL"));
        assertEquals(Optional.empty(), choose("Q4_K"));
        assertEquals(Optional.empty(), choose("Q4_XS"));
        assertEquals(Optional.empty(), choose(".*"));
    }

    @Test
    void withoutOneTheUsualOnesComeFirst() {
        assertEquals(Optional.of("M-Q4_K_M-00001-of-00002.gguf"), Quants.choose(FILES, Optional.empty()));
        assertEquals(
                Optional.of("b-Q4_0.gguf"), Quants.choose(List.of("a-Q8_0.gguf", "b-Q4_0.gguf"), Optional.empty()));
        assertEquals(Optional.of("only.gguf"), Quants.choose(List.of("only.gguf", "mmproj.gguf"), Optional.empty()));
        assertEquals(Optional.empty(), Quants.choose(List.of("a-Q2_K.gguf", "b-F16.gguf"), Optional.empty()));
    }
}
