package io.github.panallama.http.protocol;

import io.github.panallama.http.server.HttpFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// An object of a request, read field by field: each with its type and range, or a failure with status 400 that names
/// it. A field that is null is absent; fields that nobody asks for are passed over.
///
/// @param json the object
/// @param path what stands before the name of a field: `messages[0].`, or nothing
record Fields(ObjectNode json, String path) {
    private static final double EXACT = 1L << 53; // integers up to it are doubles

    /// Reads the body of a request.
    static Fields of(byte[] body) {
        return new Fields(Body.read(body), "");
    }

    /// {@return a failure that blames a field}
    HttpFailure failure(String name, String why) {
        return HttpFailure.badRequest(path + name, "%s%s: %s".formatted(path, name, why));
    }

    /// {@return a field that must be there}
    <T> T required(String name, Optional<T> value) {
        return value.orElseThrow(() -> failure(name, "is required"));
    }

    /// {@return the field, whatever its type}
    Optional<JsonNode> value(String name) {
        return json.optional(name).filter(node -> !node.isNull());
    }

    boolean has(String name) {
        return value(name).isPresent();
    }

    Optional<String> text(String name) {
        return value(name).map(node -> {
            if (!node.isString()) {
                throw failure(name, "must be a string");
            }
            return node.stringValue();
        });
    }

    /// {@return the field, true or false}
    boolean flag(String name, boolean otherwise) {
        return value(name)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw failure(name, "must be true or false");
                    }
                    return node.booleanValue();
                })
                .orElse(otherwise);
    }

    /// {@return an integer within bounds, both included}
    OptionalLong integer(String name, long min, long max) {
        var node = value(name);
        return node.isEmpty() ? OptionalLong.empty() : OptionalLong.of(integer(name, node.get(), min, max));
    }

    private long integer(String name, JsonNode node, long min, long max) {
        boolean whole = node.isIntegralNumber()
                || (node.isNumber() && real(node) == Math.rint(real(node))); // 2.0 is an integer
        if (!whole) {
            throw failure(name, "must be an integer");
        }
        boolean fits = node.isIntegralNumber() ? node.canConvertToLong() : Math.abs(real(node)) <= EXACT;
        long value = !fits ? 0 : node.isIntegralNumber() ? node.longValue() : (long) real(node);
        if (!fits || value < min || value > max) {
            throw failure(name, "must be %s, is %s".formatted(range(min, max), node));
        }
        return value;
    }

    /// Infinite if it is too large: Jackson's own accessor throws then.
    private static double real(JsonNode number) {
        return number.numberValue().doubleValue();
    }

    private static String range(long min, long max) {
        return max >= Integer.MAX_VALUE && min >= 0 && max != 0xFFFF_FFFFL
                ? "%d or more, and no more than fits 32 bits".formatted(min)
                : "within %d..%d".formatted(min, max);
    }

    /// {@return an integer of 0 or more}
    OptionalInt count(String name) {
        var value = integer(name, 0, Integer.MAX_VALUE);
        return value.isPresent() ? OptionalInt.of((int) value.getAsLong()) : OptionalInt.empty();
    }

    /// {@return a number within bounds, both included}
    float number(String name, double min, double max, float otherwise) {
        return value(name).map(node -> number(name, node, min, max)).orElse(otherwise);
    }

    private float number(String name, JsonNode node, double min, double max) {
        if (!node.isNumber()) {
            throw failure(name, "must be a number");
        }
        double value = real(node);
        if (!(value >= min && value <= max)) {
            var range = max == Float.MAX_VALUE ? "%s or more".formatted(min) : "within %s..%s".formatted(min, max);
            throw failure(name, "must be %s, is %s".formatted(range, node));
        }
        return (float) value;
    }

    /// {@return an object}
    Optional<Fields> object(String name) {
        return value(name).map(node -> object(name, node));
    }

    private Fields object(String name, JsonNode node) {
        if (node instanceof ObjectNode object) {
            return new Fields(object, path + name + ".");
        }
        throw failure(name, "must be an object");
    }

    /// {@return the elements of an array}
    Optional<List<JsonNode>> array(String name) {
        return value(name).map(node -> {
            if (!node.isArray()) {
                throw failure(name, "must be an array");
            }
            return List.copyOf(node.values());
        });
    }

    /// {@return the elements of an array of objects}
    Optional<List<Fields>> objects(String name) {
        return array(name).map(nodes -> {
            var objects = new ArrayList<Fields>();
            for (var node : nodes) {
                objects.add(object("%s[%d]".formatted(name, objects.size()), node));
            }
            return objects;
        });
    }

    /// {@return a number of an object whose names are data}
    float element(String name, double min, double max) {
        return required(name, value(name).map(node -> number(name, node, min, max)));
    }
}
