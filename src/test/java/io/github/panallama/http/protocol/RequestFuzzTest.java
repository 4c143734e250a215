package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.github.panallama.http.server.HttpFailure;
import io.github.panallama.limits.GenerationLimits;
import java.util.Optional;
import java.util.function.Function;

/// Any bytes as the body of a request, of each protocol: it is read, or refused in words of HTTP. What is wrong with it
/// is never ours to answer for with status 500.
class RequestFuzzTest {
    private static final Policy POLICY = new Policy(GenerationLimits.NONE, Optional.of("Be brief."), "m");

    @FuzzTest
    void read(byte[] body) {
        check(body, fields -> CompletionRequest.read(fields, POLICY));
        check(body, fields -> ChatRequest.read(fields, POLICY));
        check(body, fields -> MessagesRequest.read(fields, POLICY));
        check(body, fields -> MessagesRequest.readForCount(fields, POLICY));
    }

    private static void check(byte[] body, Function<Fields, Object> reading) {
        try {
            assertNotNull(reading.apply(Fields.of(body)).toString());
        } catch (HttpFailure refused) {
            assertEquals(400, refused.status(), refused.getMessage());
        } catch (IllegalArgumentException refused) { // what Refusals answers with status 400
            assertNotNull(refused.getMessage());
        }
    }
}
