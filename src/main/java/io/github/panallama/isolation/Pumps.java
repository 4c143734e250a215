package io.github.panallama.isolation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The requests that run in the worker, and those that are about to: one may be stopped before it has begun.
final class Pumps {
    private final Map<Long, Place> places = new HashMap<>(); // guarded by this

    private static final class Place {
        @Nullable
        Pump pump; // none yet

        @Nullable
        String stopped;
    }

    /// Makes places for requests that are about to begin.
    synchronized void expect(long first, int count) {
        for (int i = 0; i < count; i++) {
            places.put(first + i, new Place());
        }
    }

    /// Gives a request its place.
    void put(long id, Pump pump) {
        String stopped;
        synchronized (this) {
            var place = places.computeIfAbsent(id, _ -> new Place());
            place.pump = pump;
            stopped = place.stopped;
        }
        if (stopped != null) {
            pump.stop(stopped);
        }
    }

    synchronized void remove(long id) {
        places.remove(id);
    }

    /// Does something to a request, unless it has ended.
    void tell(long id, Consumer<Pump> what) {
        find(id).ifPresent(what);
    }

    private synchronized Optional<Pump> find(long id) {
        return Optional.ofNullable(places.get(id)).map(place -> place.pump);
    }

    void stop(long id, String reason) {
        Pump pump;
        synchronized (this) {
            var place = places.get(id);
            if (place == null) {
                return;
            }
            place.stopped = reason;
            pump = place.pump;
        }
        if (pump != null) {
            pump.stop(reason);
        }
    }
}
