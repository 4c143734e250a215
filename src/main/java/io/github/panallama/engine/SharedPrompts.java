package io.github.panallama.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the prompts of running requests have in common is evaluated by the first of them; the others wait for it and
/// take
/// it over. Whole chunks only, as from [PrefixCache]; requests of one prompt (n completions, say) take over all of it.
///
/// Used by the scheduler's thread only.
final class SharedPrompts {
    /// Taking over copies a slot's whole part of the KV cache: fewer tokens are evaluated sooner.
    private static final int WORTH_COPYING = 128;

    private final int chunk;
    private final PrefixCache idle;

    /// @param chunk tokens of a prompt per call: see [PromptReader]
    /// @param idle what sequences hold of requests that have ended
    SharedPrompts(int chunk, PrefixCache idle) {
        this.chunk = chunk;
        this.idle = idle;
    }

    /// Where a beginning is taken over from.
    ///
    /// @param sequence that holds it
    /// @param length tokens
    record Source(int sequence, int length) {}

    /// {@return whether another slot evaluates what this one will take over, and has not come to its end}
    boolean waits(Slot slot, List<Slot> active) {
        return active.stream()
                .filter(other -> other.readsPrompt() && other.number() < slot.number() && other.canAdvance())
                .anyMatch(other -> areTwins(slot, other) || willHave(other, slot));
    }

    private boolean willHave(Slot other, Slot slot) {
        int common = Math.min(common(slot, other), common(other, slot)); // what it wants rows of it may read in parts
        return other.repeats() && common > other.evaluated() && pays(common, slot);
    }

    private static boolean pays(int length, Slot slot) {
        return length - slot.evaluated() >= WORTH_COPYING;
    }

    /// {@return whether a slot that still reads its prompt has the very same as another, and both want nothing but what
    /// follows it}
    boolean areTwins(Slot reader, Slot leader) {
        return reader != leader
                && reader.readsPrompt()
                && reader.prompt().length >= WORTH_COPYING
                && reader.wantsLastRowOnly()
                && leader.wantsLastRowOnly()
                && leader.repeats()
                && Arrays.equals(reader.prompt(), leader.prompt());
    }

    /// {@return the sequence from which a slot can take over most, if that pays}
    @Nullable
    Source source(Slot slot, List<Slot> active) {
        var best = idle.longest(slot.request());
        for (var other : active) {
            int length = slot == other ? 0 : Math.min(common(slot, other), other.exact());
            if (length > (best == null ? 0 : best.length())) {
                best = new Source(other.sequence(), length);
            }
        }
        return best != null && pays(best.length(), slot) ? best : null;
    }

    /// Whole chunks that two prompts have in common, as far as the first one wants no rows of them.
    private int common(Slot slot, Slot other) {
        return slot.request().sharedWith(other.prompt()) / chunk * chunk;
    }
}
