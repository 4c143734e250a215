package io.github.panallama.hostile;

import io.github.panallama.fixture.GgufWriter;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// LoRA files for the random model of 64 dimensions, most of them spoiled.
final class HostileLoras {
    private static final String A = "blk.0.attn_q.weight.lora_a";
    private static final String B = "blk.0.attn_q.weight.lora_b";

    private HostileLoras() {}

    /// An adapter of rank 4 of one matrix.
    static GgufWriter good() {
        return tensors(
                new GgufWriter()
                        .string("general.architecture", "llama")
                        .string("general.type", "adapter")
                        .string("adapter.type", "lora")
                        .float32("adapter.lora.alpha", 8),
                "blk.0.attn_q.weight",
                64,
                64,
                4);
    }

    private static GgufWriter tensors(GgufWriter file, String name, int inputs, int outputs, int rank) {
        return file.tensor(name + ".lora_a", TensorType.F32, values(inputs * rank), inputs, rank)
                .tensor(name + ".lora_b", TensorType.F32, values(rank * outputs), rank, outputs);
    }

    private static float[] values(int count) {
        var random = new Random(1);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian() / 100;
        }
        return values;
    }

    static Stream<HostileModel> all() {
        return Stream.of(keys(), spoiled(), cut()).flatMap(models -> models);
    }

    private static HostileModel lora(String name, UnaryOperator<GgufWriter> spoil) {
        return HostileModel.of(name, () -> spoil.apply(good()));
    }

    private static Stream<HostileModel> keys() {
        return Stream.of(
                        "general.architecture",
                        "general.type",
                        "adapter.type",
                        "adapter.lora.alpha",
                        "adapter.lora.task_name",
                        "adapter.lora.prompt_prefix",
                        "adapter.alora.invocation_tokens")
                .flatMap(key -> Stream.of(
                        lora("no " + key, file -> file.without(key)),
                        lora(key + " = 0", file -> file.uint32(key, 0)),
                        lora(key + " = NaN", file -> file.float32(key, Float.NaN)),
                        lora(key + " = -1e38", file -> file.float32(key, -1e38f)),
                        lora(key + " = float64 1", file -> file.float64(key, 1)),
                        lora(key + " = \"\"", file -> file.string(key, "")),
                        lora(key + " = \"qwen2\"", file -> file.string(key, "qwen2")),
                        lora(key + " = true", file -> file.bool(key, true)),
                        lora(key + " = [1]", file -> file.int32s(key, List.of(1))),
                        lora(key + " = []", file -> file.int32s(key, List.of())),
                        lora(key + " = [\"x\"]", file -> file.strings(key, List.of("x")))));
    }

    private static Stream<HostileModel> spoiled() {
        return Stream.of(
                lora("a good one", file -> file),
                lora("no tensors", GgufWriter::withoutTensors),
                lora("no A", file -> file.without(A)),
                lora("no B", file -> file.without(B)),
                lora("A of rank 4, B of rank 8", file -> file.tensor(B, TensorType.F32, values(512), 8, 64)),
                lora("A too short", file -> file.tensor(A, TensorType.F32, values(128), 32, 4)),
                lora("B too short", file -> file.tensor(B, TensorType.F32, values(128), 4, 32)),
                lora("rank 0", file -> file.tensor(A, TensorType.F32, values(0), 64, 0)
                        .tensor(B, TensorType.F32, values(0), 0, 64)),
                lora("rank 1,000", file -> tensors(file, "blk.0.attn_q.weight", 64, 64, 1000)),
                lora("A turned", file -> file.tensor(A, TensorType.F32, values(256), 4, 64)),
                lora("A in one dimension", file -> file.tensor(A, TensorType.F32, values(256), 256)),
                lora("A in three dimensions", file -> file.tensor(A, TensorType.F32, values(512), 64, 4, 2)),
                lora("B in three dimensions", file -> file.tensor(B, TensorType.F32, values(512), 4, 64, 2)),
                lora("of a tensor that is none", file -> tensors(file, "nobody.weight", 64, 64, 4)),
                lora("of a layer that is none", file -> tensors(file, "blk.9.attn_q.weight", 64, 64, 4)),
                lora("of a norm", file -> tensors(file, "blk.0.attn_norm.weight", 64, 1, 4)),
                lora("of the embeddings", file -> tensors(file, "token_embd.weight", 64, 328, 4)),
                lora("of the embeddings, turned", file -> tensors(file, "token_embd.weight", 328, 64, 4)),
                lora("of the embeddings, of two ranks", file -> tensors(file, "token_embd.weight", 328, 64, 4)
                        .tensor("token_embd.weight.lora_b", TensorType.F32, values(512), 8, 64)),
                lora("of the output", file -> tensors(file, "output.weight", 64, 328, 4)),
                lora(
                        "a tensor without a suffix",
                        file -> file.tensor("blk.0.attn_q.weight", TensorType.F32, values(64), 64)),
                lora("a tensor with an empty name", file -> file.tensor(".lora_a", TensorType.F32, values(64), 64)),
                lora("5,000 tensors", file -> {
                    IntStream.range(0, 2500).forEach(i -> tensors(file, "blk." + i + ".attn_q.weight", 64, 64, 1));
                    return file;
                }),
                HostileModel.of("a model", () -> Models.random(TensorType.F32).gguf()),
                new HostileModel("empty", () -> new byte[0]),
                new HostileModel("zeros", () -> new byte[4096]),
                lora("A of NaN", file -> {
                    var nan = new float[256];
                    Arrays.fill(nan, Float.NaN);
                    return file.tensor(A, TensorType.F32, nan, 64, 4);
                }));
    }

    private static Stream<HostileModel> types() {
        return IntStream.rangeClosed(0, 43).boxed().flatMap(code -> Stream.of(A, B)
                .map(name -> lora(name + " of type " + code, file -> file.without(name)
                        .tensor(name, code, new byte[64 * 256 * 8], 256, 64))));
    }

    private static Stream<HostileModel> cut() {
        var bytes = good().toByteArray();
        return Stream.concat(
                IntStream.iterate(0, at -> at < bytes.length, at -> at + 97)
                        .mapToObj(length ->
                                new HostileModel("the first " + length + " bytes", () -> Arrays.copyOf(bytes, length))),
                types());
    }
}
