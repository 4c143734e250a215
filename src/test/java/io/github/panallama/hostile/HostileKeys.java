package io.github.panallama.hostile;

import io.github.panallama.fixture.GgufWriter;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import java.util.List;
import java.util.stream.Stream;

/// Models whose metadata is missing, of another type, or out of any range.
final class HostileKeys {
    private static final List<String> COUNTS = List.of(
            "llama.context_length",
            "llama.embedding_length",
            "llama.block_count",
            "llama.feed_forward_length",
            "llama.attention.head_count",
            "llama.attention.head_count_kv",
            "llama.rope.dimension_count",
            "llama.vocab_size",
            "llama.embedding_length_out",
            "llama.attention.key_length",
            "llama.attention.value_length",
            "llama.attention.key_length_swa",
            "llama.attention.value_length_swa",
            "llama.rope.dimension_count_swa",
            "llama.attention.sliding_window",
            "llama.attention.sliding_window_pattern",
            "llama.attention.causal",
            "llama.expert_count",
            "llama.expert_used_count",
            "llama.expert_shared_count",
            "llama.expert_group_count",
            "llama.expert_group_used_count",
            "llama.expert_feed_forward_length",
            "llama.expert_gating_func",
            "llama.leading_dense_block_count",
            "llama.nextn_predict_layers",
            "llama.pooling_type",
            "llama.rope.scaling.original_context_length",
            "llama.rope.scaling.finetuned",
            "llama.rope.dimension_sections",
            "llama.classifier.output_labels",
            "llama.target_layers",
            "llama.interleave_moe_layer_step",
            "general.architecture",
            "general.type",
            "general.name",
            "general.alignment",
            "general.file_type",
            "general.quantization_version",
            "split.no",
            "split.count",
            "split.tensors.count",
            "tokenizer.ggml.add_bos_token",
            "tokenizer.ggml.add_space_prefix",
            "tokenizer.ggml.tokens",
            "tokenizer.ggml.scores",
            "tokenizer.ggml.token_type",
            "tokenizer.ggml.token_type_count",
            "tokenizer.ggml.model",
            "tokenizer.ggml.pre",
            "tokenizer.ggml.merges",
            "tokenizer.ggml.suppress_tokens",
            "tokenizer.ggml.precompiled_charsmap",
            "tokenizer.chat_template",
            "tokenizer.chat_template.tool_use",
            "adapter.type");

    private static final List<String> NUMBERS = List.of(
            "llama.attention.layer_norm_rms_epsilon",
            "llama.attention.layer_norm_epsilon",
            "llama.rope.freq_base",
            "llama.rope.freq_base_swa",
            "llama.rope.scale_linear",
            "llama.rope.scaling.factor",
            "llama.rope.scaling.alpha",
            "llama.rope.scaling.attn_factor",
            "llama.rope.scaling.yarn_log_multiplier",
            "llama.rope.scaling.yarn_ext_factor",
            "llama.rope.scaling.yarn_beta_fast",
            "llama.logit_scale",
            "llama.residual_scale",
            "llama.embedding_scale",
            "llama.attention.scale",
            "llama.attention.max_alibi_bias",
            "llama.attention.clamp_kqv",
            "llama.attn_logit_softcapping",
            "llama.final_logit_softcapping",
            "llama.expert_weights_scale");

    private HostileKeys() {}

    /// A good model with attention, a vocabulary and a chat template.
    static GgufWriter good() {
        return new RandomModel(TestVocabulary.chat(), TensorType.F32, 64, 256, 1).gguf();
    }

    static Stream<HostileModel> all() {
        return Stream.of(counts(), numbers(), missing(), together()).flatMap(models -> models);
    }

    private static Stream<HostileModel> counts() {
        return COUNTS.stream()
                .flatMap(key -> Stream.of(
                        HostileModel.of(key + " = 0", () -> good().uint32(key, 0)),
                        HostileModel.of(key + " = 1", () -> good().uint32(key, 1)),
                        HostileModel.of(key + " = 3", () -> good().uint32(key, 3)),
                        HostileModel.of(key + " = 600", () -> good().uint32(key, 600)),
                        HostileModel.of(key + " = 2^31-1", () -> good().uint32(key, Integer.MAX_VALUE)),
                        HostileModel.of(key + " = 2^32-1", () -> good().uint32(key, -1)),
                        HostileModel.of(key + " = int32 -1", () -> good().int32(key, -1)),
                        HostileModel.of(key + " = uint64 2^40", () -> good().uint64(key, 1L << 40)),
                        HostileModel.of(key + " = NaN", () -> good().float32(key, Float.NaN)),
                        HostileModel.of(key + " = \"x\"", () -> good().string(key, "x")),
                        HostileModel.of(key + " = false", () -> good().bool(key, false)),
                        HostileModel.of(key + " = [0, 0]", () -> good().int32s(key, List.of(0, 0))),
                        HostileModel.of(key + " = [-1, 3, 70000]", () -> good().int32s(key, List.of(-1, 3, 70_000))),
                        HostileModel.of(key + " = []", () -> good().int32s(key, List.of())),
                        HostileModel.of(key + " = [\"\"]", () -> good().strings(key, List.of("")))));
    }

    private static Stream<HostileModel> numbers() {
        return NUMBERS.stream()
                .flatMap(key -> Stream.concat(
                        Stream.of(0f, -1f, Float.MIN_VALUE, Float.MAX_VALUE, Float.POSITIVE_INFINITY, Float.NaN)
                                .map(value -> HostileModel.of(key + " = " + value, () -> good().float32(key, value))),
                        Stream.of(
                                HostileModel.of(key + " = uint32 1", () -> good().uint32(key, 1)),
                                HostileModel.of(key + " = \"x\"", () -> good().string(key, "x")))));
    }

    private static Stream<HostileModel> missing() {
        return Stream.of(
                        "general.architecture",
                        "general.name",
                        "general.file_type",
                        "llama.context_length",
                        "llama.embedding_length",
                        "llama.block_count",
                        "llama.feed_forward_length",
                        "llama.attention.head_count",
                        "llama.attention.head_count_kv",
                        "llama.attention.layer_norm_rms_epsilon",
                        "llama.rope.dimension_count",
                        "tokenizer.ggml.model",
                        "tokenizer.ggml.tokens",
                        "tokenizer.ggml.scores",
                        "tokenizer.ggml.token_type",
                        "tokenizer.ggml.bos_token_id",
                        "tokenizer.ggml.eos_token_id",
                        "tokenizer.ggml.unknown_token_id",
                        "tokenizer.ggml.add_bos_token",
                        "tokenizer.chat_template")
                .map(key -> HostileModel.of("no " + key, () -> good().without(key)));
    }

    /// What only together is wrong.
    private static Stream<HostileModel> together() {
        return Stream.of(
                HostileModel.of("no heads at all", () -> heads(good(), 0, 0)),
                HostileModel.of("3 heads of 64 dimensions", () -> heads(good(), 3, 3)),
                HostileModel.of("2^31-1 heads", () -> heads(good(), Integer.MAX_VALUE, Integer.MAX_VALUE)),
                HostileModel.of(
                        "heads of one dimension", () -> heads(good(), 64, 32).uint32("llama.rope.dimension_count", 1)),
                HostileModel.of("heads of an odd length", () -> good().uint32("llama.attention.key_length", 31)
                        .uint32("llama.attention.value_length", 31)
                        .uint32("llama.rope.dimension_count", 31)),
                HostileModel.of("heads of no length", () -> good().uint32("llama.attention.key_length", 0)
                        .uint32("llama.attention.value_length", 0)
                        .uint32("llama.rope.dimension_count", 0)),
                HostileModel.of("rope scaling yarn without an original length", () -> good().string(
                                "llama.rope.scaling.type", "yarn")
                        .uint32("llama.rope.scaling.original_context_length", 0)
                        .float32("llama.rope.scaling.factor", 4)),
                HostileModel.of("rope scaling yarn by NaN", () -> good().string("llama.rope.scaling.type", "yarn")
                        .float32("llama.rope.scaling.factor", Float.NaN)),
                HostileModel.of("rope scaling longrope", () -> good().string("llama.rope.scaling.type", "longrope")),
                HostileModel.of("rope scaling foobar", () -> good().string("llama.rope.scaling.type", "foobar")),
                HostileModel.of("rope scaling \"\"", () -> good().string("llama.rope.scaling.type", "")),
                HostileModel.of("2 experts, 4 used", () -> experts(2, 4)),
                HostileModel.of("1000 experts", () -> experts(1000, 2)),
                HostileModel.of("8 experts, none used", () -> experts(8, 0)),
                HostileModel.of("8 experts in 3 groups", () -> experts(8, 2).uint32("llama.expert_group_count", 3)),
                HostileModel.of("one of 2 split files", () -> good().uint16("split.no", 0)
                        .uint16("split.count", 2)
                        .int32("split.tensors.count", 21)),
                HostileModel.of("split file 70 of 2", () -> good().uint16("split.no", 70)
                        .uint16("split.count", 2)
                        .int32("split.tensors.count", 21)),
                HostileModel.of("65535 split files", () -> good().uint16("split.no", 0)
                        .uint16("split.count", 65_535)
                        .int32("split.tensors.count", 21)));
    }

    private static GgufWriter heads(GgufWriter file, int heads, int kvHeads) {
        return file.uint32("llama.attention.head_count", heads).uint32("llama.attention.head_count_kv", kvHeads);
    }

    private static GgufWriter experts(int count, int used) {
        return good().uint32("llama.expert_count", count).uint32("llama.expert_used_count", used);
    }
}
