package io.github.panallama.gguf;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SequencedMap;

/// The order of a GGUF file: header, metadata, tensor list, padding, tensor data.
final class GgufParser {
    /// "GGUF", read as a little-endian number.
    private static final int MAGIC = 0x46554747;

    private static final String ALIGNMENT = "general.alignment";
    private static final long DEFAULT_ALIGNMENT = 32;

    private GgufParser() {}

    static GgufFile parse(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw GgufException.of(path, "this is a folder; name the .gguf file in it");
        }
        try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
            var in = new GgufSource(path, channel);
            int version = header(in);
            long tensorCount = in.u64("the number of tensors");
            long keyCount = in.u64("the number of metadata keys");
            var metadata = new MetadataReader(in).read(keyCount);
            long alignment = alignment(in, metadata);
            var tensors = new TensorReader(in, alignment).read(tensorCount);
            return new GgufFile(path, version, in.size(), alignment, tensors.dataOffset(), metadata, tensors.list());
        }
    }

    private static int header(GgufSource in) throws IOException {
        if (in.size() < Integer.BYTES || in.u32("the magic number") != MAGIC) {
            throw in.whole(Disguise.describe(in.head(Disguise.HEAD), in.size()));
        }
        int version = in.u32("the version");
        // the low half of a small number is empty only when it is read in the wrong order
        if (version != 0 && (version & 0xFFFF) == 0) {
            throw in.unsupported(
                    4, "this is a big-endian GGUF file, made for another kind of machine; use the little-endian one");
        }
        if (version != 2 && version != 3) {
            throw in.unsupported(
                    4,
                    "this is GGUF version %s, only 2 and 3 are supported; %s"
                            .formatted(
                                    Integer.toUnsignedString(version),
                                    version == 1 ? "download a newer conversion" : "download the file again"));
        }
        return version;
    }

    private static long alignment(GgufSource in, SequencedMap<String, GgufValue> metadata) throws GgufException {
        var value = metadata.get(ALIGNMENT);
        if (value == null) {
            return DEFAULT_ALIGNMENT;
        }
        if (value instanceof GgufValue.Int(var type, var alignment)
                && type == GgufType.UINT32
                && Long.bitCount(alignment) == 1) {
            return alignment;
        }
        throw in.whole("'%s' is %s, not a uint32 that is a power of two; the file is damaged; download it again"
                .formatted(ALIGNMENT, value));
    }
}
