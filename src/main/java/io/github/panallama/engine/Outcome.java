package io.github.panallama.engine;

import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Usage;
import io.github.panallama.limits.Applied;

/// What is known about a request once it has ended.
///
/// @param finish why it ended
/// @param usage how many tokens it used
/// @param seed the seed of its draws
/// @param limits how many tokens it could have had, and why
/// @param timings where its time went
public record Outcome(FinishReason finish, Usage usage, long seed, Applied limits, Timings timings) {}
