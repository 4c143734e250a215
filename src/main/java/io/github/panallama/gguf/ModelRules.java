package io.github.panallama.gguf;

import java.util.List;
import java.util.Set;

/// What llama.cpp asserts of a model's numbers (`llama-model.cpp`, `load_hparams`), checked before it sees them. Only
/// what no model of any architecture has is refused: the rest is llama.cpp's to judge.
final class ModelRules {
    private static final long MOST_LAYERS = 512; // LLAMA_MAX_LAYERS
    private static final long MOST_EXPERTS = 1024; // LLAMA_MAX_EXPERTS
    private static final long MOST = Integer.MAX_VALUE; // it computes with 32 bits in places

    /// Numbers, each of which may also be a list with one for each layer.
    private static final List<String> COUNTS = List.of(
            "attention.head_count",
            "attention.head_count_kv",
            "feed_forward_length",
            "expert_feed_forward_length",
            "expert_used_count");

    private static final List<String> NUMBERS = List.of(
            "context_length",
            "embedding_length",
            "vocab_size",
            "attention.key_length",
            "attention.value_length",
            "attention.sliding_window",
            "rope.dimension_count",
            "expert_count",
            "expert_group_count",
            "expert_group_used_count",
            "nextn_predict_layers",
            "leading_dense_block_count",
            "ssm.conv_kernel",
            "ssm.inner_size",
            "ssm.state_size",
            "ssm.time_step_rank",
            "ssm.group_count");

    /// What something is divided by.
    private static final List<String> DIVISORS =
            List.of("full_attention_interval", "wkv.head_size", "experts_per_group");

    private static final List<String> EPSILONS =
            List.of("attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.group_norm_epsilon");

    private static final List<String> REALS =
            List.of("rope.freq_base", "rope.scaling.factor", "rope.scaling.attn_factor");

    private static final Set<String> SCALINGS = Set.of("none", "linear", "yarn", "longrope");

    private final GgufFile file;
    private final String architecture;

    ModelRules(GgufFile file) throws GgufException {
        this.file = file;
        if (file.value("general.architecture").isPresent()
                && file.architecture().isEmpty()) {
            throw wrong("general.architecture", "a text");
        }
        this.architecture = file.architecture()
                .orElseThrow(
                        () -> GgufException.of(
                                file.path(),
                                "it does not say its architecture (general.architecture), so it is not a language model; name another file"));
    }

    void check() throws GgufException {
        for (var name : NUMBERS) {
            number(name, 0, MOST);
        }
        for (var name : COUNTS) {
            if (file.array(key(name)).isPresent()) {
                list(name);
            } else {
                number(name, 0, MOST);
            }
        }
        for (var name : REALS) {
            real(name, -Double.MAX_VALUE, "a number");
        }
        for (var name : EPSILONS) {
            real(name, 0, "a number of 0 or more"); // ggml asserts it in the midst of a decode
        }
        for (var name : DIVISORS) {
            number(name, 1, MOST);
        }
        if (!isRecurrent() && file.array(key("attention.head_count")).isEmpty()) {
            number("attention.head_count", 1, MOST); // several kinds divide by it
        }
        number("block_count", 1, MOST_LAYERS);
        number("nextn_predict_layers", 0, file.parameter("block_count").orElse(MOST_LAYERS));
        experts();
        var scaling = key("rope.scaling.type");
        if (file.value(scaling).isPresent()
                && file.string(scaling).filter(SCALINGS::contains).isEmpty()) {
            throw wrong(scaling, "one of none, linear, yarn and longrope");
        }
        split("split.no", GgufType.UINT16);
        split("split.count", GgufType.UINT16);
        split("split.tensors.count", GgufType.INT32);
    }

    private void experts() throws GgufException {
        number("expert_count", 0, MOST_EXPERTS);
        long experts = file.parameter("expert_count").orElse(0);
        if (file.array(key("expert_used_count")).isEmpty()) {
            number("expert_used_count", 0, experts);
        }
        number("expert_group_count", 0, Math.max(experts - 1, 0));
        if (file.parameter("expert_group_count").orElse(0) > 1
                && experts % file.parameter("expert_group_count").orElse(1) != 0) {
            throw wrong(key("expert_group_count"), "a divisor of the %d experts".formatted(experts));
        }
    }

    private String key(String name) {
        return architecture + "." + name;
    }

    private void number(String name, long least, long most) throws GgufException {
        var value = file.value(key(name));
        if (value.isPresent()
                && !(value.get() instanceof GgufValue.Int(var type, var number)
                        && type != GgufType.UINT64
                        && number >= least
                        && number <= most)) {
            throw wrong(key(name), "a whole number within %d..%d".formatted(least, most));
        }
    }

    private void list(String name) throws GgufException {
        var list = file.array(key(name)).orElseThrow();
        boolean sensible = list.elementType().isInteger() && list.size() <= MOST_LAYERS;
        for (int i = 0; sensible && i < list.size(); i++) {
            sensible = list.get(i) instanceof GgufValue.Int number && number.value() >= 0 && number.value() <= MOST;
        }
        if (!sensible) {
            throw wrong(key(name), "at most %d whole numbers, one for each layer".formatted(MOST_LAYERS));
        }
    }

    /// {@return whether it has no attention, and no heads}
    private boolean isRecurrent() {
        return architecture.startsWith("mamba") || architecture.contains("rwkv");
    }

    private void real(String name, double least, String expected) throws GgufException {
        var value = file.value(key(name));
        if (value.isPresent()
                && !(value.get() instanceof GgufValue.Real(var _, var real)
                        && Double.isFinite(real)
                        && real >= least)) {
            throw wrong(key(name), expected);
        }
    }

    private void split(String key, GgufType type) throws GgufException {
        var value = file.value(key);
        if (value.isPresent() && value.get().type() != type) {
            throw wrong(key, "of the type " + type);
        }
    }

    private GgufException wrong(String key, String expected) {
        return GgufException.of(
                file.path(),
                "%s is %s, not %s; the file is damaged or made by hand: use another one"
                        .formatted(
                                GgufException.shown(key),
                                GgufException.shown(
                                        String.valueOf(file.metadata().get(key))),
                                expected));
    }
}
