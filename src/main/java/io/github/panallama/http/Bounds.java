package io.github.panallama.http;

import java.time.Duration;
import java.util.Optional;

/// What a client may cost.
///
/// @param bodyLimit bytes that the body of a request may have
/// @param head how long the head of a request may take to arrive, from its first byte
/// @param body how long its body may take, and for how long a client may leave an answer unread
/// @param idle how long a connection may be kept without a request
/// @param request how long a request may take, waiting for its turn included; empty = as long as it wants
/// @param drain how long what runs may go on when the server is closed
public record Bounds(
        int bodyLimit, Duration head, Duration body, Duration idle, Optional<Duration> request, Duration drain) {
    /// 32 MB; 10 s for a head, 60 s for a body, 60 s between requests, no limit for a request, 30 s to finish.
    public static final Bounds DEFAULT = new Bounds(
            32_000_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Optional.empty(),
            Duration.ofSeconds(30));

    /// Checks the ranges.
    public Bounds {
        if (bodyLimit < 1) {
            throw new IllegalArgumentException("bodyLimit is %d, must be 1 or more".formatted(bodyLimit));
        }
        positive("head", head);
        positive("body", body);
        positive("idle", idle);
        request.ifPresent(time -> positive("request", time));
        if (drain.isNegative()) {
            throw new IllegalArgumentException("drain is %s, must be 0 or more".formatted(drain));
        }
    }

    private static void positive(String name, Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException("%s is %s, must be more than 0".formatted(name, time));
        }
    }

    /// {@return a copy with another limit for bodies}
    ///
    /// @param bodyLimit see the component
    public Bounds withBodyLimit(int bodyLimit) {
        return new Bounds(bodyLimit, head, body, idle, request, drain);
    }

    /// {@return a copy with another time for heads}
    ///
    /// @param head see the component
    public Bounds withHead(Duration head) {
        return new Bounds(bodyLimit, head, body, idle, request, drain);
    }

    /// {@return a copy with another time for bodies}
    ///
    /// @param body see the component
    public Bounds withBody(Duration body) {
        return new Bounds(bodyLimit, head, body, idle, request, drain);
    }

    /// {@return a copy with another time between requests}
    ///
    /// @param idle see the component
    public Bounds withIdle(Duration idle) {
        return new Bounds(bodyLimit, head, body, idle, request, drain);
    }

    /// {@return a copy with another time for requests}
    ///
    /// @param request see the component
    public Bounds withRequest(Optional<Duration> request) {
        return new Bounds(bodyLimit, head, body, idle, request, drain);
    }

    /// {@return a copy with another time to finish}
    ///
    /// @param drain see the component
    public Bounds withDrain(Duration drain) {
        return new Bounds(bodyLimit, head, body, idle, request, drain);
    }
}
