package io.github.panallama.http.protocol;

import java.util.ArrayList;
import java.util.List;

/// Reads what ends an answer early.
final class StopFields {
    private static final int MAX_STOPS = 64;
    private static final int MAX_LENGTH = 4096;

    private StopFields() {}

    /// {@return the stops of a field that is a string or an array of them}
    static List<String> read(Fields fields, String name) {
        var single = fields.value(name).filter(node -> node.isString());
        if (single.isPresent()) {
            return List.of(checked(fields, name, single.get().stringValue()));
        }
        return readArray(fields, name);
    }

    /// {@return the stops of a field that is an array of strings}
    static List<String> readArray(Fields fields, String name) {
        var stops = new ArrayList<String>();
        for (var node : fields.array(name).orElse(List.of())) {
            if (!node.isString()) {
                throw fields.failure(name, "must be strings");
            }
            if (stops.size() == MAX_STOPS) {
                throw fields.failure(name, "there may be %d of them at most".formatted(MAX_STOPS));
            }
            stops.add(checked(fields, name, node.stringValue()));
        }
        return stops;
    }

    private static String checked(Fields fields, String name, String stop) {
        if (stop.isEmpty()) {
            throw fields.failure(name, "an empty one would match at once: leave it out");
        }
        if (stop.length() > MAX_LENGTH) {
            throw fields.failure(name, "each may have %,d characters at most".formatted(MAX_LENGTH));
        }
        return stop;
    }
}
