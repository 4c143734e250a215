package io.github.panallama.hostile;

import io.github.panallama.fixture.GgufWriter;
import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Models whose tensors are missing, of another shape or type, or no numbers.
final class HostileTensors {
    private static final int VOCABULARY = TestVocabulary.chat().size();

    private HostileTensors() {}

    static Stream<HostileModel> all() {
        return Stream.of(missing(), shapes(), types(), values(), more()).flatMap(models -> models);
    }

    /// Those outside the layers and those of the first.
    private static Map<String, List<Integer>> tensors(int width) {
        var tensors = new TreeMap<String, List<Integer>>();
        tensors.put("token_embd.weight", List.of(width, VOCABULARY));
        tensors.put("output.weight", List.of(width, VOCABULARY));
        tensors.put("output_norm.weight", List.of(width));
        tensors.put("blk.0.attn_norm.weight", List.of(width));
        tensors.put("blk.0.attn_q.weight", List.of(width, width));
        tensors.put("blk.0.attn_k.weight", List.of(width, 32));
        tensors.put("blk.0.attn_v.weight", List.of(width, 32));
        tensors.put("blk.0.attn_output.weight", List.of(width, width));
        tensors.put("blk.0.ffn_norm.weight", List.of(width));
        tensors.put("blk.0.ffn_gate.weight", List.of(width, 2 * width));
        tensors.put("blk.0.ffn_up.weight", List.of(width, 2 * width));
        tensors.put("blk.0.ffn_down.weight", List.of(2 * width, width));
        return tensors;
    }

    private static int product(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private static Stream<HostileModel> missing() {
        return tensors(64).keySet().stream()
                .map(name ->
                        HostileModel.of("no " + name, () -> HostileKeys.good().without(name)));
    }

    private static Stream<HostileModel> shapes() {
        return tensors(64).entrySet().stream().flatMap(tensor -> {
            var right = tensor.getValue();
            return Stream.of(
                            right.reversed(),
                            List.of(product(right)),
                            List.of(right.getFirst() - 1, right.getLast()),
                            List.of(right.getFirst(), right.getLast() - 1),
                            List.of(right.getFirst(), right.getLast() + 1),
                            List.of(right.getFirst(), 0),
                            List.of(0),
                            List.of(1),
                            List.<Integer>of(),
                            List.of(right.getFirst(), right.getLast(), 2),
                            List.of(1, right.getFirst(), 1, right.getLast()))
                    .filter(shape -> !shape.equals(right))
                    .map(shape -> HostileModel.of(
                            tensor.getKey() + " of shape " + shape, () -> shaped(tensor.getKey(), shape)));
        });
    }

    private static GgufWriter shaped(String name, List<Integer> shape) {
        return HostileKeys.good()
                .tensor(name, TensorType.F32, new float[product(shape)], shape.toArray(Integer[]::new));
    }

    /// Every type that there is, was or might be, on each kind of tensor. Rows are long enough for all of them, and so
    /// is the data: at the end of the file it is nobody else's.
    private static Stream<HostileModel> types() {
        var names = Stream.of(
                "blk.0.attn_q.weight",
                "blk.0.attn_k.weight",
                "blk.0.ffn_down.weight",
                "blk.0.attn_norm.weight",
                "token_embd.weight",
                "output.weight");
        var codes = IntStream.concat(IntStream.rangeClosed(0, 45), IntStream.of(99, 255, Integer.MAX_VALUE, -1));
        var all = codes.boxed().toList();
        return names.flatMap(name -> all.stream()
                .map(code ->
                        HostileModel.of(name + " of type " + Integer.toUnsignedString(code), () -> typed(name, code))));
    }

    private static GgufWriter typed(String name, int code) {
        var shape = tensors(256).getOrDefault(name, List.of());
        var data = new byte[product(shape) * (code == 27 || code == 28 ? 8 : 4)];
        new Random(code).nextBytes(data);
        return new RandomModel(TestVocabulary.chat(), TensorType.Q8_0, 256, 256, 1)
                .gguf()
                .without(name)
                .tensor(name, code, data, shape.toArray(Integer[]::new));
    }

    private static Stream<HostileModel> values() {
        return tensors(64).entrySet().stream().flatMap(tensor -> Stream.of(
                        Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, Float.MIN_VALUE)
                .map(value -> HostileModel.of(
                        tensor.getKey() + " all " + value, () -> filled(tensor.getKey(), tensor.getValue(), value))));
    }

    private static GgufWriter filled(String name, List<Integer> shape, float value) {
        var values = new float[product(shape)];
        Arrays.fill(values, value);
        return HostileKeys.good().tensor(name, TensorType.F32, values, shape.toArray(Integer[]::new));
    }

    /// Those that a model of this kind may have but need not, and some of nobody's.
    private static Stream<HostileModel> more() {
        var extra = Stream.of(
                "blk.0.attn_q.bias",
                "blk.0.attn_q_norm.weight",
                "blk.0.ffn_down.bias",
                "blk.0.ffn_down.scale",
                "blk.0.attn_output.bias",
                "blk.0.ffn_gate_inp.weight",
                "blk.0.attn_rot_embd",
                "rope_freqs.weight",
                "rope_factors_long.weight",
                "blk.2.attn_norm.weight",
                "blk.4294967296.attn_norm.weight",
                "output_norm.bias",
                "nobody.weight",
                "%s%n");
        return Stream.concat(
                extra.flatMap(name -> Stream.of(
                        HostileModel.of("also " + name + " of one value", () -> HostileKeys.good()
                                .tensor(name, TensorType.F32, new float[1], 1)),
                        HostileModel.of("also " + name + " of 16 zeros", () -> HostileKeys.good()
                                .tensor(name, TensorType.F32, new float[16], 16)),
                        HostileModel.of("also " + name + " of 64 zeros", () -> HostileKeys.good()
                                .tensor(name, TensorType.F32, new float[64], 64)))),
                Stream.of(
                        HostileModel.of("no tensors", () -> HostileKeys.good().withoutTensors()),
                        HostileModel.of("5,000 tensors of nobody's", () -> {
                            var file = HostileKeys.good();
                            IntStream.range(0, 5000)
                                    .forEach(i -> file.tensor("t" + i, TensorType.F32, new float[1], 1));
                            return file;
                        })));
    }
}
