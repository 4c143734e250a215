package io.github.panallama.model;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/// What a loaded model says about itself, and how it was loaded.
///
/// @param file where it was loaded from
/// @param description llama.cpp's short description, as in `llama 135M Q4_1`
/// @param architecture as in `llama`
/// @param parameters number of weights
/// @param bytes size of the weights
/// @param shape sizes of the network
/// @param specialTokens the tokens with a meaning of their own
/// @param chatTemplate the model's Jinja template, if it has one
/// @param applied what was really set up
public record ModelInfo(
        Path file,
        String description,
        String architecture,
        long parameters,
        long bytes,
        Shape shape,
        SpecialTokens specialTokens,
        Optional<String> chatTemplate,
        Applied applied) {

    /// Sizes of the network.
    ///
    /// @param vocabulary number of tokens
    /// @param trainedContext tokens of context it was trained for; 0 = not said
    /// @param layers number of layers
    /// @param embedding width of a hidden state
    /// @param heads attention heads of a layer
    public record Shape(int vocabulary, int trainedContext, int layers, int embedding, int heads) {}

    /// The tokens with a meaning of their own.
    ///
    /// @param bos begins a text
    /// @param eos ends a text
    /// @param eot ends a turn of a chat
    /// @param addsBos whether the model wants `bos` before every text
    public record SpecialTokens(OptionalInt bos, OptionalInt eos, OptionalInt eot, boolean addsBos) {}

    /// What was really set up.
    ///
    /// @param contextSize tokens that one request may use
    /// @param parallel requests at the same time
    /// @param threads for one token at a time
    /// @param threadsBatch for prompts
    /// @param batchSize tokens of a prompt per call
    /// @param loadTime from the call to the finished context
    public record Applied(
            int contextSize, int parallel, int threads, int threadsBatch, int batchSize, Duration loadTime) {}
}
