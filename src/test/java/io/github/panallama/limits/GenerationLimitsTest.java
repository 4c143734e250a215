package io.github.panallama.limits;

import static io.github.panallama.limits.Reason.ADMIN_MAX;
import static io.github.panallama.limits.Reason.ADMIN_MIN;
import static io.github.panallama.limits.Reason.CONTEXT_ROOM;
import static io.github.panallama.limits.Reason.DEFAULT_DYNAMIC;
import static io.github.panallama.limits.Reason.MAX_LENGTH;
import static io.github.panallama.limits.Reason.PRESET;
import static io.github.panallama.limits.Reason.PROTOCOL_DEFAULT;
import static io.github.panallama.limits.Reason.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.panallama.error.ContextFullException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GenerationLimitsTest {
    private static final int CONTEXT = 4096;
    private static final GenerationLimits NONE = GenerationLimits.NONE;
    private static final GenerationLimits TEN_TO_500 = GenerationLimits.of(10, 500);
    private static final GenerationLimits REJECTING =
            TEN_TO_500.withBelow(OnViolation.REJECT).withAbove(OnViolation.REJECT);

    /// A request as a test names it: one number, preset or nothing, and the prompt.
    record Ask(Length length, int promptTokens) {
        Applied under(GenerationLimits limits) {
            return limits.apply(length, promptTokens, CONTEXT);
        }

        Ask prompt(int tokens) {
            return new Ask(length, tokens);
        }

        Ask protocol(int tokens) {
            return new Ask(
                    new Length(length.tokens(), length.preset(), length.total(), OptionalInt.of(tokens)), promptTokens);
        }
    }

    private static final Ask NOTHING = new Ask(Length.UNSPECIFIED, 20);

    private static Ask tokens(int tokens) {
        return new Ask(Length.tokens(tokens), 20);
    }

    private static Ask preset(String name) {
        return new Ask(Length.preset(name), 20);
    }

    private static Ask total(int tokens) {
        return new Ask(Length.total(tokens), 20);
    }

    private static Arguments row(String name, GenerationLimits limits, Ask ask, int effective, Reason... reasons) {
        return Arguments.of(name, limits, ask, effective, List.of(reasons));
    }

    static Stream<Arguments> granted() {
        var noSteps = TEN_TO_500.withDynamicDefaults(List.of());
        var max1000 = GenerationLimits.DYNAMIC.withMax(1000);
        return Stream.of(
                row("L1", TEN_TO_500, tokens(200), 200, USER),
                row("L2", TEN_TO_500, tokens(2000), 500, USER, ADMIN_MAX),
                row("L3", TEN_TO_500, tokens(3), 10, USER, ADMIN_MIN),
                row("L6 short", TEN_TO_500, preset("short"), 50, PRESET),
                row("L6 Medium", TEN_TO_500, preset("Medium"), 150, PRESET),
                row("L6 LONG", TEN_TO_500, preset("LONG"), 500, PRESET),
                row("L6 without limits", NONE, preset("medium"), 150, PRESET),
                row("L8", TEN_TO_500, NOTHING, 50, DEFAULT_DYNAMIC),
                row("L9", TEN_TO_500, NOTHING.prompt(300), 150, DEFAULT_DYNAMIC),
                row("L9 long", TEN_TO_500, NOTHING.prompt(2000), 500, DEFAULT_DYNAMIC),
                row("step 0", TEN_TO_500, NOTHING.prompt(0), 50, DEFAULT_DYNAMIC),
                row("step 64", TEN_TO_500, NOTHING.prompt(64), 50, DEFAULT_DYNAMIC),
                row("step 65", TEN_TO_500, NOTHING.prompt(65), 150, DEFAULT_DYNAMIC),
                row("step 512", TEN_TO_500, NOTHING.prompt(512), 150, DEFAULT_DYNAMIC),
                row("step 513", TEN_TO_500, NOTHING.prompt(513), 500, DEFAULT_DYNAMIC),
                row("L10", TEN_TO_500, tokens(500).prompt(3900), 196, USER, CONTEXT_ROOM),
                row("L11", TEN_TO_500, tokens(500).prompt(4090), 6, USER, CONTEXT_ROOM),
                row("last token", TEN_TO_500, tokens(500).prompt(4095), 1, USER, CONTEXT_ROOM),
                row("L14", TEN_TO_500, tokens(0), 0, USER),
                row("L14 full", TEN_TO_500, tokens(0).prompt(4096), 0, USER),
                row("L14 rejecting", REJECTING, tokens(0), 0, USER),
                row("L15", NONE, tokens(1), 1, USER),
                row("L16", NONE, tokens(4096), 4076, USER, CONTEXT_ROOM),
                row("L17", TEN_TO_500, total(150), 130, MAX_LENGTH),
                row("L17 one left", NONE, total(21), 1, MAX_LENGTH),
                row("L17 above", TEN_TO_500, total(4000), 500, MAX_LENGTH, ADMIN_MAX),
                row("L17 context", NONE, total(9000), 4076, MAX_LENGTH, CONTEXT_ROOM),
                row("L18", max1000, tokens(5000), 1000, USER, ADMIN_MAX),
                row("L18 default", max1000, NOTHING, 50, DEFAULT_DYNAMIC),
                row("equal to min", TEN_TO_500, tokens(10), 10, USER),
                row("equal to max", TEN_TO_500, tokens(500), 500, USER),
                row("equal when rejecting", REJECTING, tokens(500), 500, USER),
                row("equal to the room", NONE, tokens(4076), 4076, USER),
                row("all that can happen", TEN_TO_500, tokens(3).prompt(4090), 6, USER, ADMIN_MIN, CONTEXT_ROOM),
                row("both bounds", TEN_TO_500, tokens(9999).prompt(3900), 196, USER, ADMIN_MAX, CONTEXT_ROOM),
                row("negative", NONE, tokens(-5), 4076, USER, CONTEXT_ROOM),
                row("negative, clamped", TEN_TO_500, tokens(-1), 500, USER, ADMIN_MAX),
                row("negative, fits", TEN_TO_500, tokens(-1).prompt(3900), 196, USER, CONTEXT_ROOM),
                row("negative, little", REJECTING, tokens(-1).prompt(4090), 6, USER, CONTEXT_ROOM),
                row("nothing set", NONE, NOTHING, 4076, CONTEXT_ROOM),
                row("steps off", noSteps, NOTHING, 500, ADMIN_MAX),
                row("beyond the steps", NONE.withDynamicDefaults(List.of(new Step(8, 5))), NOTHING, 4076, CONTEXT_ROOM),
                row("protocol", TEN_TO_500, NOTHING.protocol(16), 16, PROTOCOL_DEFAULT),
                row("protocol, clamped", TEN_TO_500, NOTHING.protocol(512), 500, PROTOCOL_DEFAULT, ADMIN_MAX),
                row("protocol, unused", TEN_TO_500, tokens(20).protocol(16), 20, USER),
                row("preset over protocol", TEN_TO_500, preset("short").protocol(16), 50, PRESET),
                row("preset, clamped", NONE.withMax(100), preset("long"), 100, PRESET, ADMIN_MAX),
                row("default not refused", REJECTING, NOTHING.protocol(512), 500, PROTOCOL_DEFAULT, ADMIN_MAX),
                row("default not refused", REJECTING.withMin(60), NOTHING, 60, DEFAULT_DYNAMIC, ADMIN_MIN),
                row("nothing not refused", REJECTING.withDynamicDefaults(List.of()), NOTHING, 500, ADMIN_MAX),
                row("max beyond context", GenerationLimits.of(1, 9000), tokens(9000), 4076, USER, CONTEXT_ROOM));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("granted")
    void grants(String name, GenerationLimits limits, Ask ask, int effective, List<Reason> reasons) {
        var applied = ask.under(limits);
        assertEquals(effective, applied.effective(), name);
        assertEquals(reasons, applied.reasons(), name);
        assertEquals(reasons.stream().sorted().distinct().toList(), reasons, "in the order of application");
        assertEquals(ask.promptTokens(), applied.promptTokens());
        assertEquals(CONTEXT - ask.promptTokens(), applied.contextRoom());
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of("L4", REJECTING, tokens(2000), "max_tokens: 2000 > 500, the maximum allowed"),
                Arguments.of("L5", REJECTING, tokens(3), "max_tokens: 3 < 10, the minimum allowed"),
                Arguments.of(
                        "L4 preset",
                        NONE.withMax(100).withAbove(OnViolation.REJECT),
                        preset("long"),
                        "max_tokens: 500 > 100, the maximum allowed"),
                Arguments.of(
                        "L4 length", REJECTING, total(520).prompt(19), "max_tokens: 501 > 500, the maximum allowed"),
                Arguments.of("L4 negative", REJECTING, tokens(-1), "max_tokens: 4076 > 500, the maximum allowed"),
                Arguments.of("L7", TEN_TO_500, preset("huge"), "\"huge\" is no length preset: use short, medium, long"),
                Arguments.of(
                        "L7 none",
                        NONE.withPresets(Map.of()),
                        preset("short"),
                        "\"short\" is no length preset: use a number"),
                Arguments.of(
                        "L17",
                        TEN_TO_500,
                        total(15),
                        "max_length: 15, prompt included, leaves nothing for an answer: the prompt has 20 tokens"),
                Arguments.of(
                        "L17 equal",
                        TEN_TO_500,
                        total(20),
                        "max_length: 20, prompt included, leaves nothing for an answer: the prompt has 20 tokens"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void refuses(String name, GenerationLimits limits, Ask ask, String message) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> ask.under(limits), name);
        assertEquals(message, refusal.getMessage());
    }

    static Stream<Ask> tooLong() {
        return Stream.of(
                        tokens(1), tokens(9999), tokens(-1), NOTHING, NOTHING.protocol(16), preset("short"), total(150))
                .flatMap(ask -> Stream.of(ask.prompt(4096), ask.prompt(4097)));
    }

    /// L12, whatever is asked for.
    @ParameterizedTest
    @MethodSource("tooLong")
    void aPromptThatFillsTheContextIsRefused(Ask ask) {
        for (var limits : List.of(NONE, TEN_TO_500, REJECTING)) {
            var full = assertThrows(ContextFullException.class, () -> ask.under(limits));
            assertEquals(
                    "the prompt needs %,d tokens of context and one for the answer, have 4,096: shorten it or load with a larger contextSize"
                            .formatted(ask.promptTokens()),
                    full.getMessage());
        }
    }

    @Test
    void noTokensNeedNoRoomForThem() {
        var full = assertThrows(
                ContextFullException.class, () -> tokens(0).prompt(4097).under(NONE));
        assertEquals(
                "the prompt needs 4,097 tokens of context, have 4,096: shorten it or load with a larger contextSize",
                full.getMessage());
    }

    @Test
    void whatWasAskedForIsTold() {
        assertEquals(OptionalInt.of(2000), tokens(2000).under(TEN_TO_500).requested());
        assertEquals(OptionalInt.of(0), tokens(0).under(TEN_TO_500).requested());
        assertEquals(OptionalInt.of(-1), tokens(-5).under(TEN_TO_500).requested());
        assertEquals(OptionalInt.of(130), total(150).under(TEN_TO_500).requested());
        assertEquals(OptionalInt.empty(), NOTHING.protocol(16).under(TEN_TO_500).requested());
        assertEquals(OptionalInt.empty(), preset("LONG").under(TEN_TO_500).requested());
        assertEquals(Optional.of("long"), preset("LONG").under(TEN_TO_500).preset());
        assertEquals(Optional.empty(), tokens(500).under(TEN_TO_500).preset());
    }

    @Test
    void oneLengthIsAskedForAtMost() {
        var seven = OptionalInt.of(7);
        var none = OptionalInt.empty();
        assertThrows(IllegalArgumentException.class, () -> new Length(seven, Optional.of("short"), none, none));
        assertThrows(IllegalArgumentException.class, () -> new Length(none, Optional.of("short"), seven, none));
        assertThrows(IllegalArgumentException.class, () -> new Length(seven, Optional.empty(), seven, none));
        assertThrows(IllegalArgumentException.class, () -> Length.total(0));
    }

    @Test
    void presetsAreFoundInAnyCase() {
        var limits = NONE.withPresets(Map.of("Tiny", 5, "HUGE", 9));
        assertEquals(5, preset("TINY").under(limits).effective());
        assertEquals(9, preset("huge").under(limits).effective());
        var refusal = assertThrows(
                IllegalArgumentException.class, () -> preset("short").under(limits));
        assertEquals("\"short\" is no length preset: use tiny, huge", refusal.getMessage());
    }

    @Test
    void theConstants() {
        assertEquals(
                new GenerationLimits(
                        1,
                        Integer.MAX_VALUE,
                        OnViolation.CLAMP,
                        OnViolation.CLAMP,
                        List.of(),
                        Map.of("short", 50, "medium", 150, "long", 500)),
                NONE);
        assertEquals(NONE, GenerationLimits.DYNAMIC.withDynamicDefaults(List.of()));
        assertEquals(GenerationLimits.DYNAMIC.withMin(10).withMax(500), TEN_TO_500);
    }

    @Test
    void boundsAreChecked() {
        assertThrows(IllegalArgumentException.class, () -> GenerationLimits.of(11, 10));
        assertThrows(IllegalArgumentException.class, () -> GenerationLimits.of(0, 10));
        assertThrows(IllegalArgumentException.class, () -> NONE.withMax(0));
        assertThrows(IllegalArgumentException.class, () -> TEN_TO_500.withMin(501));
        assertEquals(7, tokens(9).under(GenerationLimits.of(7, 7)).effective());
    }

    @Test
    void stepsMustNotDecrease() {
        assertThrows(IllegalArgumentException.class, () -> steps(new Step(64, 50), new Step(63, 150)));
        assertThrows(IllegalArgumentException.class, () -> steps(new Step(64, 50), new Step(512, 49)));
        assertEquals(
                50, NOTHING.under(steps(new Step(64, 50), new Step(64, 50))).effective());
        assertThrows(IllegalArgumentException.class, () -> new Step(-1, 50));
        assertThrows(IllegalArgumentException.class, () -> new Step(64, 0));
        assertEquals(5, NOTHING.prompt(0).under(steps(new Step(0, 5))).effective());
    }

    private static GenerationLimits steps(Step... steps) {
        return NONE.withDynamicDefaults(List.of(steps));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void presetsArePositive(int tokens) {
        assertThrows(IllegalArgumentException.class, () -> NONE.withPresets(Map.of("none", tokens)));
    }

    @Test
    void presetNamesAreThereAndDiffer() {
        assertThrows(IllegalArgumentException.class, () -> NONE.withPresets(Map.of("a", 1, "A", 2)));
        var presets = new HashMap<String, Integer>();
        presets.put(null, 5);
        assertThrows(NullPointerException.class, () -> NONE.withPresets(presets));
    }

    @Test
    void collectionsAreCopied() {
        var presets = new HashMap<>(Map.of("a", 1));
        var limits = NONE.withPresets(presets);
        presets.put("b", 2);
        assertEquals(Map.of("a", 1), limits.presets());
        assertThrows(UnsupportedOperationException.class, () -> limits.presets().put("b", 2));
        assertThrows(UnsupportedOperationException.class, () -> limits.dynamicDefaults()
                .clear());
        assertThrows(
                UnsupportedOperationException.class,
                () -> tokens(5).under(limits).reasons().clear());
    }
}
