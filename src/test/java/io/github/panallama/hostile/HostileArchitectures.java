package io.github.panallama.hostile;

import io.github.panallama.fixture.GgufWriter;
import java.util.stream.Stream;

/// Models that say that they are of another kind than they are: each kind reads keys and tensors of its own.
final class HostileArchitectures {
    private static final String ARCHITECTURES =
            """
            clip llama4 deci falcon grok gpt2 gptj gptneox mpt baichuan starcoder refact bert modern-bert nomic-bert
            nomic-bert-moe neo-bert jina-bert-v2 jina-bert-v3 eurobert bloom stablelm qwen qwen2 qwen2moe qwen2vl qwen3
            qwen3moe qwen3next qwen3vl qwen3vlmoe qwen35 qwen35moe phi2 phi3 phimoe plamo plamo2 plamo3 codeshell orion
            internlm2 minicpm minicpm3 gemma gemma2 gemma3 gemma3n gemma4 gemma-embedding starcoder2 mamba mamba2 jamba
            falcon-h1 xverse command-r cohere2 dbrx olmo olmo2 olmoe openelm arctic deepseek deepseek2 deepseek4 chatglm
            glm4 glm4moe bitnet t5 t5encoder jais nemotron nemotron_h exaone exaone4 rwkv6 rwkv6qwen2 rwkv7 arwkv7
            granite granitemoe granitehybrid chameleon wavtokenizer-dec plm bailingmoe bailingmoe2 dots1 arcee afmoe
            ernie4_5 ernie4_5-moe hunyuan-moe hunyuan-dense smollm3 gpt-oss lfm2 lfm2moe dream smallthinker llada
            llada-moe seed_oss grovemoe apertus minimax-m2 cogvlm rnd1 pangu-embedded mistral3 eagle3 llama-embed
            kimi-linear step35 (unknown) x %s
            """;

    private static final String[] OWN = {
        "ssm.conv_kernel",
        "ssm.inner_size",
        "ssm.state_size",
        "ssm.time_step_rank",
        "ssm.group_count",
        "wkv.head_size",
        "time_mix_extra_dim",
        "time_decay_extra_dim",
        "rescale_every_n_layers",
        "token_shift_count",
        "attention.q_lora_rank",
        "attention.kv_lora_rank",
        "attention.key_length_mla",
        "attention.value_length_mla",
        "attention.decay_lora_rank",
        "attention.iclr_lora_rank",
        "attention.value_residual_mix_lora_rank",
        "attention.gate_lora_rank",
        "attention.relative_buckets_count",
        "attention.sliding_window",
        "attention.sliding_window_pattern",
        "attention.group_norm_groups",
        "attention.shared_kv_layers",
        "attention.indexer.head_count",
        "attention.indexer.key_length",
        "attention.indexer.top_k",
        "expert_count",
        "expert_used_count",
        "expert_shared_count",
        "expert_feed_forward_length",
        "expert_shared_feed_forward_length",
        "expert_gating_func",
        "interleave_moe_layer_step",
        "moe_every_n_layers",
        "leading_dense_block_count",
        "embedding_length_per_layer_input",
        "features_length",
        "posnet.embedding_length",
        "posnet.block_count",
        "convnext.embedding_length",
        "convnext.block_count",
        "decoder_block_count",
        "shortconv.l_cache",
        "full_attention_interval",
        "n_deepstack_layers",
        "nextn_predict_layers",
        "kda.head_dim",
        "pooling_type"
    };

    private static final String[] NUMBERS = {
        "attention.layer_norm_epsilon",
        "attention.layer_norm_rms_epsilon",
        "attention.group_norm_epsilon",
        "attention.max_alibi_bias",
        "attention.clamp_kqv",
        "rope.freq_base",
        "rope.freq_base_swa",
        "logit_scale",
        "residual_scale",
        "embedding_scale",
        "attention.scale",
        "expert_weights_scale",
        "attn_logit_softcapping",
        "router_logit_softcapping",
        "final_logit_softcapping"
    };

    private HostileArchitectures() {}

    static Stream<HostileModel> all() {
        return Stream.of(ARCHITECTURES.split("\\s+"))
                .flatMap(name -> Stream.of(
                        HostileModel.of(name + ", but nothing of its own", () -> HostileKeys.good()
                                .string("general.architecture", name)),
                        HostileModel.of(name + " with llama's keys", () -> renamed(name)),
                        HostileModel.of(name + " with all keys 0", () -> filled(name, 0)),
                        HostileModel.of(name + " with all keys 1", () -> filled(name, 1)),
                        HostileModel.of(name + " with all keys 2^32-1", () -> filled(name, -1)),
                        HostileModel.of(name + " without heads", () -> renamed(name)
                                .uint32(name + ".attention.head_count", 0))));
    }

    private static GgufWriter renamed(String name) {
        return HostileKeys.good()
                .string("general.architecture", name)
                .uint32(name + ".context_length", 256)
                .uint32(name + ".embedding_length", 64)
                .uint32(name + ".block_count", 2)
                .uint32(name + ".feed_forward_length", 128)
                .uint32(name + ".attention.head_count", 2)
                .uint32(name + ".attention.head_count_kv", 1)
                .float32(name + ".attention.layer_norm_rms_epsilon", 1e-5f)
                .float32(name + ".attention.layer_norm_epsilon", 1e-5f)
                .uint32(name + ".rope.dimension_count", 32);
    }

    private static GgufWriter filled(String name, int value) {
        var file = renamed(name);
        for (var key : OWN) {
            file.uint32(name + "." + key, value);
        }
        for (var key : NUMBERS) {
            file.float32(name + "." + key, value);
        }
        return file;
    }
}
