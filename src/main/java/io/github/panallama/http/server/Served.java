package io.github.panallama.http.server;

import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Usage;

/// What a request has got, for the access log and the metrics.
///
/// @param usage tokens of prompt and answers
/// @param finish why the first answer ended, as its protocol says it
/// @param timings where the time went
public record Served(Usage usage, String finish, Timings timings) {}
