package io.github.panallama.model;

import java.nio.file.Path;

/// A LoRA adapter, applied to everything a loaded model evaluates.
///
/// @param file the adapter's GGUF file
/// @param scale how strongly it acts, any finite number; 1 = as trained
public record Lora(Path file, float scale) {
    /// Checks the scale.
    public Lora {
        if (!Float.isFinite(scale)) {
            throw new IllegalArgumentException("LoRA scale is %s, must be finite (1 = as trained)".formatted(scale));
        }
    }

    /// {@return the adapter as trained}
    ///
    /// @param file the adapter's GGUF file
    public static Lora of(Path file) {
        return new Lora(file, 1);
    }
}
