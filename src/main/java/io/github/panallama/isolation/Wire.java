package io.github.panallama.isolation;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.panallama.chat.ReplyPart;
import io.github.panallama.chat.ToolChoice;
import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Stage;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// Values between two processes of this program: frames of a length, 4 bytes with the highest first, and as many bytes
/// of JSON. Nothing but the values' own types can come of what is read, whatever the other side has become.
final class Wire {
    private static final int LARGEST_FRAME = 1 << 30;

    /// Text of any length, as a caller may score a book.
    private static final StreamReadConstraints CONSTRAINTS = StreamReadConstraints.builder()
            .maxStringLength(LARGEST_FRAME)
            .maxDocumentLength(LARGEST_FRAME)
            .build();

    private static final JsonMapper JSON = mapper();

    private Wire() {}

    /// A value of one of several types says which.
    @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "is")
    private interface Named {}

    private static JsonMapper mapper() {
        var builder = JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build())
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII) // half a surrogate pair has no UTF-8
                .addModule(new SimpleModule()
                        .addSerializer(Bytes.class, new BytesOut())
                        .addDeserializer(Bytes.class, new BytesIn()));
        for (var type : List.of(
                ToWorker.class,
                FromWorker.class,
                FinishReason.class,
                ReplyPart.class,
                ToolChoice.class,
                Grammar.class,
                Stage.class)) {
            builder.addMixIn(type, Named.class).registerSubtypes(type.getPermittedSubclasses());
        }
        return builder.build();
    }

    private static final class BytesOut extends ValueSerializer<Bytes> {
        @Override
        public void serialize(Bytes value, JsonGenerator out, SerializationContext context) {
            out.writeBinary(value.toArray());
        }
    }

    private static final class BytesIn extends ValueDeserializer<Bytes> {
        @Override
        public Bytes deserialize(JsonParser in, DeserializationContext context) {
            return Bytes.of(in.getBinaryValue());
        }
    }

    /// {@return the value as a frame's bytes}
    static byte[] bytes(Object value) {
        return JSON.writeValueAsBytes(value);
    }

    /// {@return a value as part of another}
    static tools.jackson.databind.JsonNode tree(Object value) {
        return JSON.valueToTree(value);
    }

    /// {@return the value that a tree is}
    ///
    /// @throws JacksonException if it is not one
    static <T> T value(tools.jackson.databind.JsonNode tree, Class<T> type) {
        return JSON.treeToValue(tree, type);
    }

    /// Writes a frame.
    static void write(DataOutputStream out, byte[] frame) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
    }

    /// {@return the next frame's value, or null at the end}
    ///
    /// @throws IOException if what comes is no frame
    static <T> @Nullable T read(DataInputStream in, Class<T> type) throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            return null;
        }
        if (length < 0 || length > LARGEST_FRAME) {
            throw new IOException("a frame of %,d bytes".formatted(length));
        }
        var frame = in.readNBytes(length); // grows as they come: a false length costs nothing
        if (frame.length < length) {
            throw new EOFException("a frame of %,d bytes ends after %,d".formatted(length, frame.length));
        }
        try {
            return JSON.readValue(frame, type);
        } catch (JacksonException e) {
            throw new IOException("a frame that is none: " + e.getOriginalMessage(), e);
        }
    }
}
