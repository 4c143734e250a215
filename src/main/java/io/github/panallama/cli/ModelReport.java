package io.github.panallama.cli;

import io.github.panallama.gguf.GgufArray;
import io.github.panallama.gguf.GgufModel;
import io.github.panallama.gguf.GgufValue;
import io.github.panallama.memory.MemoryPlan;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `info --json`: what a GGUF says about itself and what it will need.
///
/// @param metadata all keys; of a list its type and size
record ModelReport(
        String model,
        String file,
        @Nullable String architecture,
        @Nullable String quantization,
        @Nullable Long trainedContext,
        boolean chatTemplate,
        FileSizes sizes,
        PlanJson memoryPlan,
        Map<String, Object> metadata) {
    private static final int SHOWN = 72;

    /// @param files 1, or those of a split model
    record FileSizes(int files, long fileBytes, long parameters, long tensors, long tensorBytes) {}

    /// What it will need, in bytes.
    record PlanJson(int contextSize, int parallel, long weights, long kvCache, long compute, long total) {
        static PlanJson of(MemoryPlan plan) {
            return new PlanJson(
                    plan.contextSize(), plan.parallel(), plan.weights(), plan.kvCache(), plan.compute(), plan.total());
        }
    }

    /// Stands for a list.
    record ListOf(String type, int count) {}

    static ModelReport of(Models.Found found, ModelOptions options) throws IOException {
        var all = GgufModel.read(found.file());
        var first = all.first();
        var sizes = new FileSizes(
                all.parts().size(), all.bytes(), all.parameterCount(), all.tensorCount(), all.tensorBytes());
        var metadata = new LinkedHashMap<String, Object>();
        first.metadata().forEach((key, value) -> metadata.put(key, plain(value)));
        return new ModelReport(
                found.name(),
                found.file().toString(),
                first.architecture().orElse(null),
                first.fileType().orElse(null),
                first.parameter("context_length").isPresent()
                        ? first.parameter("context_length").getAsLong()
                        : null,
                first.chatTemplate().isPresent(),
                sizes,
                PlanJson.of(MemoryPlan.of(all, options)),
                metadata);
    }

    private static Object plain(GgufValue value) {
        return switch (value) {
            case GgufValue.Int number -> number.value() < 0 ? number.toString() : (Object) number.value();
            case GgufValue.Real number -> number.value();
            case GgufValue.Bool(var flag) -> flag;
            case GgufValue.Text(var text) -> text;
            case GgufArray array -> new ListOf(array.elementType().toString(), array.size());
        };
    }

    /// {@return the report for people}
    String text() {
        var summary = Table.plain()
                .row("model", model)
                .row("file", file)
                .row("architecture", architecture == null ? "not said" : architecture)
                .row("quantization", quantization == null ? "not said" : quantization)
                .row("parameters", Sizes.count(sizes.parameters))
                .row(
                        "file size",
                        bytes(sizes.fileBytes) + (sizes.files > 1 ? " in %d files".formatted(sizes.files) : ""))
                .row("trained for", trainedContext == null ? "not said" : trainedContext + " tokens of context")
                .row("chat template", chatTemplate ? "yes" : "no");
        var memory = Table.plain()
                .right(1)
                .row("weights", bytes(memoryPlan.weights()))
                .row("KV cache", bytes(memoryPlan.kvCache()))
                .row("compute", bytes(memoryPlan.compute()), "an estimate")
                .row("in all", bytes(memoryPlan.total()));
        var keys = Table.plain();
        metadata.forEach((key, value) -> keys.row(key, shortened(value)));
        return "%s\n\nmemory with --ctx-size %d --parallel %d\n%s\n\nmetadata\n%s"
                .formatted(summary, memoryPlan.contextSize(), memoryPlan.parallel(), memory, keys);
    }

    private static String bytes(long bytes) {
        return Sizes.bytes(bytes);
    }

    private static String shortened(Object value) {
        if (value instanceof ListOf(var type, var count)) {
            return "list of %s %s".formatted(Sizes.count(count), type);
        }
        var text = Escapes.escape(value.toString());
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN - 1) + "…";
    }
}
