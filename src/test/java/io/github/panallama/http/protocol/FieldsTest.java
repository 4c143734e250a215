package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.http.server.HttpFailure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FieldsTest {
    private static Fields fields(String json) {
        return Fields.of(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(String param, String json, Consumer<Fields> reading) {
        var fields = fields(json);
        var failure = assertThrows(HttpFailure.class, () -> reading.accept(fields), json);
        assertEquals(400, failure.status());
        assertEquals(param, failure.param());
        assertTrue(String.valueOf(failure.getMessage()).startsWith(param + ": "), failure.getMessage());
    }

    @Test
    void nullIsAbsent() {
        var fields = fields("{\"a\":null}");
        assertEquals(Optional.empty(), fields.text("a"));
        assertEquals(OptionalInt.empty(), fields.count("a"));
        assertEquals(OptionalLong.empty(), fields.integer("b", 0, 1));
        assertEquals(0.5f, fields.number("a", 0, 1, 0.5f));
        assertTrue(fields.flag("a", true));
        assertEquals(Optional.empty(), fields.objects("a"));
        refused("a", "{\"a\":null}", f -> f.required("a", f.text("a")));
    }

    @Test
    void anIntegerIsANumberAndTwoPointZeroIsAnInteger() {
        assertEquals(1f, fields("{\"a\":1}").number("a", 0, 2, 0));
        assertEquals(OptionalInt.of(2), fields("{\"a\":2.0}").count("a"));
        assertEquals(OptionalInt.of(200), fields("{\"a\":2e2}").count("a"));
        assertEquals(OptionalLong.of(4294967295L), fields("{\"a\":4294967295}").integer("a", -1, 4294967295L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"1\"",
                "1.5",
                "-1",
                "true",
                "[]",
                "{}",
                "2147483648",
                "1e99",
                "1e400",
                "-1e400",
                "99999999999999999999999"
            })
    void noCount(String value) {
        refused("a", "{\"a\":%s}".formatted(value), f -> f.count("a"));
    }

    @Test
    void aNumberOfManyDigitsIsOnlyTooLarge() {
        for (var digits : List.of("9".repeat(400), "9".repeat(400) + ".5", "1e999999999", "-1e999999999")) {
            refused("a", "{\"a\":%s}".formatted(digits), f -> f.count("a"));
            refused("a", "{\"a\":%s}".formatted(digits), f -> f.number("a", 0, Float.MAX_VALUE, 0));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"1\"", "1.01", "-0.01", "true", "[]", "1e400", "99999999999999999999999"})
    void noNumberWithinBounds(String value) {
        refused("a", "{\"a\":%s}".formatted(value), f -> f.number("a", 0, 1, 0));
    }

    @Test
    void whatIsInsideIsNamedByItsPath() {
        refused("a[1].b", "{\"a\":[{\"b\":\"\"},{\"b\":1}]}", f -> f.objects("a")
                .orElseThrow()
                .forEach(o -> o.text("b")));
        refused("a[0]", "{\"a\":[1]}", f -> f.objects("a"));
        refused("a.b", "{\"a\":{\"b\":1}}", f -> f.object("a").orElseThrow().flag("b", false));
        refused("a", "{\"a\":{}}", f -> f.array("a"));
        refused("a", "{\"a\":[]}", f -> f.object("a"));
    }

    @Test
    void stops() {
        assertEquals(List.of("x"), StopFields.read(fields("{\"stop\":\"x\"}"), "stop"));
        assertEquals(List.of("x", "y"), StopFields.read(fields("{\"stop\":[\"x\",\"y\"]}"), "stop"));
        assertEquals(List.of(), StopFields.read(fields("{\"stop\":[]}"), "stop"));
        assertEquals(List.of(), StopFields.read(fields("{}"), "stop"));
        for (var wrong : List.of(
                "\"\"",
                "[\"\"]",
                "[1]",
                "{}",
                "true",
                "[" + "\"x\",".repeat(64) + "\"x\"]",
                "\"" + "x".repeat(4097) + "\"")) {
            refused("stop", "{\"stop\":%s}".formatted(wrong), f -> StopFields.read(f, "stop"));
        }
        refused("stop", "{\"stop\":\"x\"}", f -> StopFields.readArray(f, "stop"));
        assertFalse(StopFields.read(fields("{\"stop\":\"%s\"}".formatted("x".repeat(4096))), "stop")
                .isEmpty());
    }
}
