package io.github.panallama.limits;

import io.github.panallama.error.ContextFullException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// How many tokens a request may have, as an administrator sets it.
///
/// Bounds apply to every request but one for 0 tokens, which generates nothing. What a request asks for is clamped or
/// refused, as `below` and `above` say; a default is only ever clamped, for its sender has asked for nothing.
///
/// @param min the fewest tokens a request may ask for, 1 or more
/// @param max the most, at least `min`; it may exceed the context
/// @param below what happens to a request for fewer than `min`
/// @param above what happens to a request for more than `max`
/// @param dynamicDefaults what a request that names no number gets, by the length of its prompt: the first step that
///     reaches it. Both numbers of a step are at least those of the step before. A prompt beyond the last step, or an
///     empty list: until the context is full
/// @param presets names for numbers of tokens, each 1 or more; case does not count
public record GenerationLimits(
        int min,
        int max,
        OnViolation below,
        OnViolation above,
        List<Step> dynamicDefaults,
        Map<String, Integer> presets) {

    /// No bound but the context, and no defaults; the presets `short` (50), `medium` (150) and `long` (500).
    public static final GenerationLimits NONE = new GenerationLimits(
            1,
            Integer.MAX_VALUE,
            OnViolation.CLAMP,
            OnViolation.CLAMP,
            List.of(),
            Map.of("short", 50, "medium", 150, "long", 500));

    /// [#NONE] with defaults: 50 tokens for a prompt of up to 64, 150 up to 512, 500 beyond.
    public static final GenerationLimits DYNAMIC =
            NONE.withDynamicDefaults(List.of(new Step(64, 50), new Step(512, 150), new Step(Integer.MAX_VALUE, 500)));

    /// Checks the ranges and copies the collections.
    public GenerationLimits {
        if (min < 1 || max < min) {
            throw new IllegalArgumentException("min is %d and max %d, must be 1 <= min <= max".formatted(min, max));
        }
        dynamicDefaults = List.copyOf(dynamicDefaults);
        for (int i = 1; i < dynamicDefaults.size(); i++) {
            var before = dynamicDefaults.get(i - 1);
            var step = dynamicDefaults.get(i);
            if (step.promptTokens() < before.promptTokens() || step.maxTokens() < before.maxTokens()) {
                throw new IllegalArgumentException("steps must not decrease: %s after %s".formatted(step, before));
            }
        }
        presets = byKey(presets);
    }

    /// {@return [#DYNAMIC] within these bounds}
    ///
    /// @param min see the component
    /// @param max see the component
    public static GenerationLimits of(int min, int max) {
        return new GenerationLimits(min, max, DYNAMIC.below, DYNAMIC.above, DYNAMIC.dynamicDefaults, DYNAMIC.presets);
    }

    /// Works out how many tokens a request gets.
    ///
    /// The number is the first of these that is given: what the request asks for, its protocol's default, the
    /// dynamic
    /// default, the context's room. It is then brought within `min` and `max`, and at last within the room, even
    /// below
    /// `min`.
    ///
    /// @param length what the request asks for; no tokens at all may be asked for with a prompt that fills the
    /// context
    /// @param promptTokens tokens of the prompt
    /// @param contextSize tokens that the context window holds
    /// @return what the request gets, and why
    /// @throws IllegalArgumentException if a bound is set to reject what is asked for, the preset is unknown,
    ///     or a bound on prompt and answer together leaves nothing for the answer
    /// @throws ContextFullException if the prompt does not fit
    public Applied apply(Length length, int promptTokens, int contextSize) {
        boolean nothing = length.tokens().equals(OptionalInt.of(0));
        int room = contextSize - promptTokens;
        if (room < (nothing ? 0 : 1)) {
            throw new ContextFullException(
                    "the prompt needs %,d tokens of context%s, have %,d: shorten it or load with a larger contextSize"
                            .formatted(promptTokens, nothing ? "" : " and one for the answer", contextSize),
                    promptTokens);
        }
        if (nothing) {
            return new Applied(length.tokens(), Optional.empty(), 0, List.of(Reason.USER), promptTokens, room);
        }
        var wish = Wish.of(this, length, promptTokens);
        var reasons = new ArrayList<>(wish.reason().stream().toList());
        int effective = bounded(wish, room, reasons);
        var number = length.total().isPresent() ? OptionalInt.of(wish.tokens()) : length.tokens();
        return new Applied(number, length.preset().map(GenerationLimits::key), effective, reasons, promptTokens, room);
    }

    /// Brings a number within the bounds and adds what that took to the reasons.
    private int bounded(Wish wish, int room, List<Reason> reasons) {
        int tokens = wish.untilFull() ? room : wish.tokens();
        if (tokens < min && !wish.untilFull()) { // a full context cannot be raised to the minimum
            check(below, wish, "max_tokens: %d < %d, the minimum allowed", tokens, min);
            tokens = min;
            reasons.add(Reason.ADMIN_MIN);
        }
        if (tokens > max) {
            check(above, wish, "max_tokens: %d > %d, the maximum allowed", tokens, max);
            tokens = max;
            reasons.add(Reason.ADMIN_MAX);
        }
        if (tokens > room || (tokens == room && wish.untilFull())) {
            tokens = room;
            reasons.add(Reason.CONTEXT_ROOM);
        }
        return tokens;
    }

    private static void check(OnViolation rule, Wish wish, String message, int tokens, int bound) {
        if (rule == OnViolation.REJECT && wish.asked()) {
            throw new IllegalArgumentException(message.formatted(tokens, bound));
        }
    }

    /// What a preset is looked up by.
    static String key(String preset) {
        return preset.toLowerCase(Locale.ROOT);
    }

    private static Map<String, Integer> byKey(Map<String, Integer> presets) {
        var copy = new HashMap<String, Integer>();
        presets.forEach((name, tokens) -> {
            if (tokens < 1) {
                throw new IllegalArgumentException("preset %s is %d, must be 1 or more".formatted(name, tokens));
            }
            if (copy.put(key(name), tokens) != null) {
                throw new IllegalArgumentException("preset %s is there twice: case does not count".formatted(name));
            }
        });
        return Map.copyOf(copy);
    }

    /// {@return a copy with another minimum}
    ///
    /// @param min see the component
    public GenerationLimits withMin(int min) {
        return new GenerationLimits(min, max, below, above, dynamicDefaults, presets);
    }

    /// {@return a copy with another maximum}
    ///
    /// @param max see the component
    public GenerationLimits withMax(int max) {
        return new GenerationLimits(min, max, below, above, dynamicDefaults, presets);
    }

    /// {@return a copy that clamps or rejects requests for too few tokens}
    ///
    /// @param below see the component
    public GenerationLimits withBelow(OnViolation below) {
        return new GenerationLimits(min, max, below, above, dynamicDefaults, presets);
    }

    /// {@return a copy that clamps or rejects requests for too many tokens}
    ///
    /// @param above see the component
    public GenerationLimits withAbove(OnViolation above) {
        return new GenerationLimits(min, max, below, above, dynamicDefaults, presets);
    }

    /// {@return a copy with other defaults}
    ///
    /// @param dynamicDefaults see the component
    public GenerationLimits withDynamicDefaults(List<Step> dynamicDefaults) {
        return new GenerationLimits(min, max, below, above, dynamicDefaults, presets);
    }

    /// {@return a copy with other presets}
    ///
    /// @param presets see the component
    public GenerationLimits withPresets(Map<String, Integer> presets) {
        return new GenerationLimits(min, max, below, above, dynamicDefaults, presets);
    }
}
