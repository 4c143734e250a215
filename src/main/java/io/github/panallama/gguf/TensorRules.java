package io.github.panallama.gguf;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// What ggml takes for granted of tensors: it asserts it in the midst of a decode, on a worker thread, where nothing
/// can
/// be caught, or calls a function that it does not have.
final class TensorRules {
    /// Formats of intermediate results and of counts. No product is written for weights of these.
    private static final Set<GgmlType> NO_WEIGHTS = EnumSet.of(
            GgmlType.Q8_1, GgmlType.Q8_K, GgmlType.I8, GgmlType.I16, GgmlType.I32, GgmlType.I64, GgmlType.F64);

    /// Not weights but ids: which experts a token has.
    private static final String ROUTES = "tid2eid.weight";

    private final GgufFile file;

    TensorRules(GgufFile file) {
        this.file = file;
    }

    void check() throws GgufException {
        for (var tensor : file.tensors()) {
            var name = tensor.name();
            var type = tensor.type();
            boolean ids = name.endsWith(ROUTES) && type.equals(Optional.of(GgmlType.I32));
            if (!name.endsWith(".weight") || ids) {
                continue;
            }
            if (type.isEmpty() || NO_WEIGHTS.contains(type.get())) {
                throw wrong(tensor, "which is none for weights");
            }
            if (name.endsWith("norm.weight") && type.get() != GgmlType.F32) {
                throw wrong(tensor, "and must be F32");
            }
        }
    }

    private GgufException wrong(GgufTensor tensor, String why) {
        return GgufException.of(
                file.path(),
                "the tensor %s has the format %s, %s; the file is damaged, made by hand, or newer than this llama.cpp: use another one"
                        .formatted(tensor.name(), tensor.typeName(), why));
    }
}
