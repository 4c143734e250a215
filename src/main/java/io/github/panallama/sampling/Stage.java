package io.github.panallama.sampling;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// One step of a sampler chain: it changes logits, removes candidates, or selects the token.
///
/// [Sampling] makes a chain of these from its fields; [Sampling#plus] adds some, [Sampling#of] is a chain
/// of one's own. A chain ends in the one stage that selects ([#selects()]). All but [Custom] are
/// llama.cpp's samplers, named in their documentation; each leaves at least one candidate.
public sealed interface Stage {
    /// {@return whether it selects the token: the last of a chain does, and no other}
    default boolean selects() {
        return false;
    }

    /// Adds a number to the logits of some tokens (`logit_bias`).
    ///
    /// @param biases by token id, within -100..100; negative infinity forbids the token
    record Bias(Map<Integer, Float> biases) implements Stage {
        /// Checks the ranges and copies the map.
        public Bias {
            biases = Checks.biases(biases);
        }
    }

    /// The repeat penalty: each distinct token of a window gets `x > 0 ? x / penalty : x * penalty` on its
    /// logit (Keskar et al. 2019, llama.cpp's `penalties`).
    ///
    /// @param penalty above 0; 1 = off, above 1 makes repetition less likely
    /// @param lastN length of the window in tokens, 0 or more; 0 = off. More than the context holds means
    /// all of it
    /// @param prompt whether the window begins in the prompt
    record Repeat(float penalty, int lastN, boolean prompt) implements Stage {
        /// Checks the ranges.
        public Repeat {
            Checks.repeat(penalty, lastN);
        }
    }

    /// Frequency and presence penalties over the whole completion, never the prompt (OpenAI, llama.cpp's
    /// `penalties`): `logit - count * frequency - (count > 0 ? presence : 0)`.
    ///
    /// @param frequency per occurrence, finite; 0 = off
    /// @param presence once, finite; 0 = off
    record Occurrence(float frequency, float presence) implements Stage {
        /// Checks the ranges.
        public Occurrence {
            Checks.occurrence(frequency, presence);
        }
    }

    /// DRY, "don't repeat yourself" (llama.cpp's `dry`): a token that would continue a repetition of `n`
    /// tokens loses `multiplier * base ^ (n - allowedLength)`, if `n` is at least `allowedLength`. A
    /// breaker ends what counts as one repetition. Unlike [Repeat] it leaves single tokens alone.
    ///
    /// @param multiplier within 0..1e30; 0 = off
    /// @param base within 1..1e30
    /// @param allowedLength the longest repetition without a penalty, in tokens, 0 or more
    /// @param lastN how many tokens it looks back, 0 or more; 0 = off. More than the context holds means
    /// all of it
    /// @param breakers at most 64 texts of 1 to 40 bytes; each costs a walk through the vocabulary at the
    /// start of a request
    /// @param prompt whether it looks back into the prompt
    record Dry(float multiplier, float base, int allowedLength, int lastN, List<String> breakers, boolean prompt)
            implements Stage {
        /// Checks the ranges and copies the list.
        public Dry {
            Checks.require(
                    multiplier >= 0 && multiplier <= Checks.LARGE,
                    "DRY multiplier",
                    multiplier,
                    "within 0..1e30 (0 = off)");
            Checks.require(base >= 1 && base <= Checks.LARGE, "DRY base", base, "within 1..1e30");
            Checks.require(allowedLength >= 0, "DRY allowed length", allowedLength, "0 or more");
            Checks.require(lastN >= 0, "DRY window (lastN)", lastN, "0 or more (0 = off)");
            breakers = List.copyOf(breakers);
            Checks.require(breakers.size() <= 64, "number of DRY breakers", breakers.size(), "at most 64");
            for (var breaker : breakers) {
                int bytes = breaker.getBytes(StandardCharsets.UTF_8).length;
                Checks.require(bytes >= 1 && bytes <= 40, "length of a DRY breaker in bytes", bytes, "within 1..40");
                Checks.require(breaker.indexOf('\0') < 0, "a DRY breaker has U+0000 in it");
            }
        }

        /// {@return DRY with llama.cpp's defaults: base 1.75, two tokens allowed, the whole context, and
        /// newline, colon, quote and asterisk as breakers}
        ///
        /// @param multiplier 0 or more; 0.8 is usual
        public static Dry of(float multiplier) {
            return new Dry(multiplier, 1.75f, 2, Integer.MAX_VALUE, List.of("\n", ":", "\"", "*"), true);
        }
    }

    /// Allows only what can continue a text that a grammar describes, and the end of the text only where
    /// that is complete. Log-probabilities do not see it. At most one in a chain.
    ///
    /// @param grammar what the text must look like
    record Constrain(Grammar grammar) implements Stage {}

    /// Keeps the tokens whose logit is at most n standard deviations of all logits below the highest (Tang
    /// et al. 2024, llama.cpp's `top_n_sigma`). What earlier stages removed or forbade does not count.
    ///
    /// @param n 0 or more, in standard deviations; 0 = off
    record TopNSigma(float n) implements Stage {
        /// Checks the range.
        public TopNSigma {
            Checks.require(n >= 0 && Float.isFinite(n), "top_n_sigma", n, "0 or more (0 = off)");
        }
    }

    /// Keeps the k likeliest (`top_k`).
    ///
    /// @param k 0 or more; 0 = off
    record TopK(int k) implements Stage {
        /// Checks the range.
        public TopK {
            Checks.topK(k);
        }
    }

    /// Keeps the tokens whose surprise is nearest to the distribution's entropy, until their mass is above
    /// p (locally typical sampling, Meister et al. 2022, llama.cpp's `typ_p`).
    ///
    /// @param p probability mass within 0..1; 1 = off
    record TypicalP(float p) implements Stage {
        /// Checks the range.
        public TypicalP {
            Checks.typicalP(p);
        }
    }

    /// Keeps the smallest set of likeliest tokens whose mass reaches p (nucleus sampling, Holtzman et al.
    /// 2019, llama.cpp's `top_p`).
    ///
    /// @param p probability mass within 0..1; 1 = off
    record TopP(float p) implements Stage {
        /// Checks the range.
        public TopP {
            Checks.topP(p);
        }
    }

    /// Keeps the tokens at least p times as likely as the likeliest (Nguyen et al. 2024, llama.cpp's
    /// `min_p`).
    ///
    /// @param p ratio of probabilities within 0..1; 0 = off
    record MinP(float p) implements Stage {
        /// Checks the range.
        public MinP {
            Checks.minP(p);
        }
    }

    /// Excludes top choices (llama.cpp's `xtc`): now and then, removes all tokens at or above a threshold
    /// but the least likely of them, so that the text takes a less obvious turn. Does nothing where fewer
    /// than two are that likely.
    ///
    /// @param probability how often, within 0..1 per token; 0 = off
    /// @param threshold a probability above 0, at most 1; above 0.5 = off
    record Xtc(float probability, float threshold) implements Stage {
        /// Checks the ranges.
        public Xtc {
            Checks.require(
                    probability >= 0 && probability <= 1, "XTC probability", probability, "within 0..1 (0 = off)");
            Checks.require(
                    threshold > 0 && threshold <= 1,
                    "XTC threshold",
                    threshold,
                    "above 0 and at most 1 (above 0.5 = off)");
        }
    }

    /// Divides the logits (`temperature`).
    ///
    /// @param temperature 0 or more; 1 = off, below 1 sharpens, 0 leaves the likeliest alone
    record Temperature(float temperature) implements Stage {
        /// Below this a logit divided by the temperature may overflow; long before, only the likeliest is
        /// left.
        static final float COLD = 1e-30f;

        /// Checks the range; what is too close to 0 to divide by becomes 0.
        public Temperature {
            Checks.temperature(temperature);
            temperature = temperature < COLD ? 0 : temperature;
        }
    }

    /// Divides the logits by a temperature that grows with the distribution's entropy (llama.cpp's
    /// `temp_ext`): from `temperature - range` (at least 0) where one token is certain to `temperature +
    /// range` where all are alike, by `(entropy / largest entropy) ^ exponent`. Instead of [Temperature],
    /// never beside it.
    ///
    /// @param temperature the middle, within 0..1e30
    /// @param range within 0..1e30; 0 = the plain temperature
    /// @param exponent above 0, at most 1e30; 1 = proportional
    record DynamicTemperature(float temperature, float range, float exponent) implements Stage {
        /// Checks the ranges; a temperature too close to 0 to divide by becomes 0.
        public DynamicTemperature {
            temperature = new Temperature(temperature).temperature();
            Checks.require(temperature <= Checks.LARGE, "temperature", temperature, "within 0..1e30");
            Checks.require(range >= 0 && range <= Checks.LARGE, "temperature range", range, "within 0..1e30 (0 = off)");
            Checks.require(
                    exponent > 0 && exponent <= Checks.LARGE,
                    "temperature exponent",
                    exponent,
                    "above 0, at most 1e30 (1 = proportional)");
        }
    }

    /// Joins tokens that begin alike and keeps what is clearly likeliest, or ends the text when that is
    /// likely enough: for filling in the middle of code (llama.cpp's `infill`). It expects few candidates,
    /// so filters first.
    record Infill() implements Stage {}

    /// Selects the likeliest; of equals the one with the lowest id.
    record Greedy() implements Stage {
        @Override
        public boolean selects() {
            return true;
        }
    }

    /// Selects at random by probability (`dist`), from the seed.
    record Draw() implements Stage {
        @Override
        public boolean selects() {
            return true;
        }
    }

    /// Mirostat 1 (Basu et al. 2020): estimates how steep the distribution is from its 100 likeliest
    /// tokens, keeps as many as give the wanted surprise, draws, and corrects itself by what was drawn. Not
    /// beside filters.
    ///
    /// @param tau the surprise wanted, in bits, within 0..1000; 5 is usual
    /// @param eta how fast it corrects itself, within 0..1000; 0.1 is usual
    record Mirostat(float tau, float eta) implements Stage {
        /// Checks the ranges.
        public Mirostat {
            checkMirostat(tau, eta);
        }

        @Override
        public boolean selects() {
            return true;
        }
    }

    /// Mirostat 2: as [Mirostat], but removes the tokens more surprising than a bound that it corrects. Not
    /// beside filters.
    ///
    /// @param tau the surprise wanted, in bits, within 0..1000; 5 is usual
    /// @param eta how fast it corrects itself, within 0..1000; 0.1 is usual
    record MirostatV2(float tau, float eta) implements Stage {
        /// Checks the ranges.
        public MirostatV2 {
            checkMirostat(tau, eta);
        }

        @Override
        public boolean selects() {
            return true;
        }
    }

    /// Draws preferably among tokens of about a certain probability, and keeps the running mean of what it
    /// drew there (llama.cpp's `adaptive_p`). It replaces the logits, so a mild filter before it ([MinP])
    /// and no temperature.
    ///
    /// @param target probability, within 0..1
    /// @param decay of the mean, within 0..0.99: it looks back over about `1 / (1 - decay)` tokens; 0.9 is
    /// usual
    record AdaptiveP(float target, float decay) implements Stage {
        /// Checks the ranges.
        public AdaptiveP {
            Checks.require(target >= 0 && target <= 1, "adaptive-p target", target, "within 0..1");
            Checks.require(decay >= 0 && decay <= 0.99f, "adaptive-p decay", decay, "within 0..0.99");
        }

        @Override
        public boolean selects() {
            return true;
        }
    }

    /// A step that the application writes itself.
    ///
    /// @param name what messages call it
    /// @param sampler makes one for each request; called on the engine's thread, before the first token is
    /// chosen
    /// @param selects whether it selects the token, as the last stage of its chain
    record Custom(String name, Supplier<? extends Sampler> sampler, boolean selects) implements Stage {
        /// Checks the name.
        public Custom {
            Checks.require(!name.isBlank(), "a sampler needs a name for messages");
        }

        /// A step that changes or removes candidates.
        ///
        /// @param name what messages call it
        /// @param sampler makes one for each request
        public Custom(String name, Supplier<? extends Sampler> sampler) {
            this(name, sampler, false);
        }
    }

    private static void checkMirostat(float tau, float eta) {
        Checks.require(tau >= 0 && tau <= 1000, "mirostat tau", tau, "within 0..1000 bits (5 is usual)");
        Checks.require(eta >= 0 && eta <= 1000, "mirostat eta", eta, "within 0..1000 (0.1 is usual)");
    }
}
