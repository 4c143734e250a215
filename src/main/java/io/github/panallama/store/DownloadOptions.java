package io.github.panallama.store;

import java.time.Duration;

/// How patient downloads are.
///
/// @param offline use no network at all; the environment's `HF_HUB_OFFLINE=1` says the same
/// @param connectTimeout how long a server may take to accept a connection before the next source is tried
/// @param stallTimeout how long a server may send nothing before the connection is given up
/// @param tries how often in a row a request may fail, without a byte gained, before it is given up; at least 1
/// @param backOff the pause before the second try; each further one is twice as long
public record DownloadOptions(
        boolean offline, Duration connectTimeout, Duration stallTimeout, int tries, Duration backOff) {
    /// Online; 10 s to connect, 60 s without a byte, 3 tries, 1 s and 2 s between them.
    public static final DownloadOptions DEFAULT =
            new DownloadOptions(false, Duration.ofSeconds(10), Duration.ofSeconds(60), 3, Duration.ofSeconds(1));

    /// Checks the values.
    public DownloadOptions {
        if (!connectTimeout.isPositive() || !stallTimeout.isPositive() || backOff.isNegative()) {
            throw new IllegalArgumentException(
                    "timeouts must be positive, the back-off not negative: connect %s, stall %s, back-off %s"
                            .formatted(connectTimeout, stallTimeout, backOff));
        }
        if (tries < 1) {
            throw new IllegalArgumentException("tries must be at least 1, is " + tries);
        }
    }

    /// Another choice of network or none.
    ///
    /// @param offline use no network at all
    /// @return the changed options
    public DownloadOptions withOffline(boolean offline) {
        return new DownloadOptions(offline, connectTimeout, stallTimeout, tries, backOff);
    }

    /// Another time to connect.
    ///
    /// @param connectTimeout how long a server may take to accept a connection
    /// @return the changed options
    public DownloadOptions withConnectTimeout(Duration connectTimeout) {
        return new DownloadOptions(offline, connectTimeout, stallTimeout, tries, backOff);
    }

    /// Another time without a byte.
    ///
    /// @param stallTimeout how long a server may send nothing
    /// @return the changed options
    public DownloadOptions withStallTimeout(Duration stallTimeout) {
        return new DownloadOptions(offline, connectTimeout, stallTimeout, tries, backOff);
    }

    /// Another number of tries.
    ///
    /// @param tries how often in a row a request may fail; at least 1
    /// @return the changed options
    public DownloadOptions withTries(int tries) {
        return new DownloadOptions(offline, connectTimeout, stallTimeout, tries, backOff);
    }

    /// Another pause between tries.
    ///
    /// @param backOff the pause before the second try
    /// @return the changed options
    public DownloadOptions withBackOff(Duration backOff) {
        return new DownloadOptions(offline, connectTimeout, stallTimeout, tries, backOff);
    }
}
