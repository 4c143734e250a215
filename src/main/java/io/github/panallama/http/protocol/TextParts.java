package io.github.panallama.http.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads content that is a text, or an array of parts of which only texts are understood.
final class TextParts {
    /// Stands between the parts.
    static final String SEPARATOR = "\n";

    private TextParts() {}

    /// {@return the text; empty if the field is absent}
    static Optional<String> read(Fields fields, String name) {
        if (fields.value(name).filter(node -> !node.isString()).isEmpty()) {
            return fields.text(name);
        }
        var texts = new ArrayList<String>();
        for (var part : fields.objects(name).orElse(List.of())) {
            texts.add(text(part));
        }
        return Optional.of(String.join(SEPARATOR, texts));
    }

    private static String text(Fields part) {
        var type = part.required("type", part.text("type"));
        return switch (type) {
            case "text" -> part.required("text", part.text("text"));
            case "refusal" -> part.required("refusal", part.text("refusal"));
            default -> throw unsupported(part, type);
        };
    }

    /// {@return the failure of a part that this model cannot read}
    static RuntimeException unsupported(Fields part, String type) {
        return part.failure("type", "\"%s\" is not supported: this model reads text".formatted(type));
    }
}
