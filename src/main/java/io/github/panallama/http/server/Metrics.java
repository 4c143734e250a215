package io.github.panallama.http.server;

/// Counts, as Prometheus reads them.
public final class Metrics {
    /// Notes a request that has been answered.
    void record(Call call) {}
}
