package io.github.panallama.http.wire;

import io.github.panallama.limits.Applied;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How many tokens an answer could have.
///
/// @param requested the number asked for, -1 = until the context is full; null when none was
/// @param applied what it got
/// @param reasons how that came about, in order
public record AppliedLimits(@Nullable Integer requested, int applied, List<String> reasons) {
    /// {@return the wire's words}
    ///
    /// @param limits what was applied
    public static AppliedLimits of(Applied limits) {
        return new AppliedLimits(
                limits.requested().isPresent() ? limits.requested().getAsInt() : null,
                limits.effective(),
                limits.reasons().stream()
                        .map(reason -> reason.name().toLowerCase(Locale.ROOT))
                        .toList());
    }
}
