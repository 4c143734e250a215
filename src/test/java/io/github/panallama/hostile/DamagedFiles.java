package io.github.panallama.hostile;

import io.github.panallama.fixture.RandomModel;
import io.github.panallama.fixture.TensorType;
import io.github.panallama.fixture.TestVocabulary;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A good file, cut off or with other bytes in it.
final class DamagedFiles {
    private static final byte[] GOOD = new RandomModel(TestVocabulary.standard(), TensorType.F32, 32, 256, 1)
            .gguf()
            .toByteArray();
    private static final GgufFields FIELDS = GgufFields.of(GOOD);
    private static final int FLIPPED = 300;

    private DamagedFiles() {}

    static Stream<HostileModel> all() {
        return Stream.of(fields(), cut(), flipped(), others()).flatMap(models -> models);
    }

    /// Every field of the structure: what counts, what measures, what says a type, where something is.
    private static Stream<HostileModel> fields() {
        return FIELDS.all().stream().flatMap(field -> field.badValues().stream()
                .map(value -> new HostileModel(
                        "%s = %s".formatted(field.name(), Long.toUnsignedString(value)),
                        () -> field.with(GOOD, value))));
    }

    /// At the beginning and in the middle of every field, and in the data.
    private static Stream<HostileModel> cut() {
        var places = IntStream.concat(
                FIELDS.all().stream().flatMapToInt(field -> IntStream.of(field.at(), field.at() + field.size() / 2)),
                IntStream.of(FIELDS.end(), FIELDS.end() + 1, GOOD.length / 2, GOOD.length - 5000, GOOD.length - 1));
        return places.distinct()
                .mapToObj(length ->
                        new HostileModel("the first %,d bytes".formatted(length), () -> Arrays.copyOf(GOOD, length)));
    }

    /// The same every time: three bits of what stands before the weights.
    private static Stream<HostileModel> flipped() {
        return IntStream.range(0, FLIPPED)
                .mapToObj(seed -> new HostileModel("flipped bits " + seed, () -> {
                    var random = new Random(seed);
                    var bytes = GOOD.clone();
                    for (int i = 0; i < 3; i++) {
                        bytes[random.nextInt(FIELDS.end())] ^= (byte) (1 << random.nextInt(8));
                    }
                    return bytes;
                }));
    }

    private static Stream<HostileModel> others() {
        return Stream.of(
                new HostileModel("zeros", () -> new byte[4096]),
                new HostileModel("GGUF and zeros", () -> Arrays.copyOf(new byte[] {'G', 'G', 'U', 'F', 3}, 4096)),
                new HostileModel("GGUF twice", () -> joined(GOOD, GOOD)),
                new HostileModel(
                        "the weights first", () -> joined(Arrays.copyOfRange(GOOD, FIELDS.end(), GOOD.length), GOOD)),
                new HostileModel("random bytes", () -> {
                    var bytes = new byte[100_000];
                    new Random(1).nextBytes(bytes);
                    return bytes;
                }),
                new HostileModel("random bytes after the header", () -> {
                    var bytes = new byte[100_000];
                    new Random(2).nextBytes(bytes);
                    System.arraycopy(GOOD, 0, bytes, 0, 24);
                    return bytes;
                }));
    }

    private static byte[] joined(byte[] first, byte[] second) {
        var bytes = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, bytes, first.length, second.length);
        return bytes;
    }
}
