/// How many tokens a request may have: an administrator's bounds, presets and defaults ([GenerationLimits]), and what
/// became of a request under them ([Applied]).
///
/// Values and one pure function; no model is needed.
///
/// ```java
/// var limits = GenerationLimits.of(10, 500).withAbove(OnViolation.REJECT);
/// ```
package io.github.panallama.limits;
