package io.github.panallama.http.protocol;

import io.github.panallama.limits.GenerationLimits;
import java.util.Optional;

/// How the operator wants the model served.
///
/// @param limits on the number of tokens
/// @param system instructions for chats that bring none
/// @param modelName what the model is called where a request does not say
public record Policy(GenerationLimits limits, Optional<String> system, String modelName) {}
