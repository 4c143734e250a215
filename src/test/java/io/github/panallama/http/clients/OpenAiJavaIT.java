package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.errors.BadRequestException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Chats and completions with the Java client of OpenAI.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenAiJavaIT {
    @AutoClose
    private final Servers servers = Servers.start("hello", "loop", "dice", "locked", "busy");

    private OpenAIClient client(String server, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(servers.uri(server) + "/v1")
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static ChatCompletionCreateParams.Builder ask(long maxTokens) {
        return ChatCompletionCreateParams.builder()
                .model("gpt-4")
                .maxCompletionTokens(maxTokens)
                .temperature(0)
                .addUserMessage("hi");
    }

    private ChatCompletion create(String server, ChatCompletionCreateParams.Builder ask) {
        var client = client(server, "k");
        try {
            return client.chat().completions().create(ask.build());
        } finally {
            client.close();
        }
    }

    private Completion complete(CompletionCreateParams.Builder ask) {
        var client = client("dice", "k");
        try {
            return client.completions()
                    .create(ask.model("any").prompt("t").temperature(0).build());
        } finally {
            client.close();
        }
    }

    private static String text(ChatCompletion completion) {
        return completion.choices().getFirst().message().content().orElseThrow();
    }

    /// R2-3, A40.
    @Test
    void theCallOfScenarioTwo() {
        var reply =
                create("loop", ask(7).frequencyPenalty(1.0).temperature(0.7)).validate();
        assertEquals("hello hel", text(reply));
        assertEquals("length", reply.choices().getFirst().finishReason().asString());
        var usage = reply.usage().orElseThrow();
        assertEquals(7, usage.completionTokens());
        assertEquals(usage.promptTokens() + 7, usage.totalTokens());
        assertEquals(
                "stop",
                create("hello", ask(20)).choices().getFirst().finishReason().asString());
    }

    /// A42.
    @Test
    void logprobs() {
        var rows = create("dice", ask(8).logprobs(true).topLogprobs(3))
                .choices()
                .getFirst()
                .logprobs();
        var tokens = rows.orElseThrow().content().orElseThrow();
        assertEquals(8, tokens.size());
        for (var token : tokens) {
            assertEquals(3, token.topLogprobs().size());
            assertEquals(token.token(), token.topLogprobs().getFirst().token());
        }
    }

    /// A43, R4-4: completions, several, with log-probabilities, and as a score of the prompt.
    @Test
    void completions() {
        var several = complete(CompletionCreateParams.builder().n(3).seed(4).maxTokens(5))
                .validate();
        assertEquals(3, several.choices().size());
        assertEquals(15, several.usage().orElseThrow().completionTokens());
        var rows = complete(CompletionCreateParams.builder().logprobs(3).maxTokens(16))
                .choices()
                .getFirst()
                .logprobs()
                .orElseThrow();
        assertEquals(16, rows.tokens().orElseThrow().size());
        assertEquals(16, rows.tokenLogprobs().orElseThrow().size());
        assertEquals(16, rows.topLogprobs().orElseThrow().size());
        assertEquals(1, rows.textOffset().orElseThrow().getFirst());
        var score =
                complete(CompletionCreateParams.builder().echo(true).logprobs(0).maxTokens(0));
        assertEquals("t", score.choices().getFirst().text());
    }

    /// A41.
    @Test
    void streamed() {
        var client = client("hello", "k");
        try (var chunks = client.chat().completions().createStreaming(ask(20).build())) {
            var whole = ChatCompletionAccumulator.create();
            chunks.stream().forEach(whole::accumulate);
            assertEquals("hello", text(whole.chatCompletion()));
        } finally {
            client.close();
        }
    }

    /// A44.
    @Test
    void bySchema() {
        var properties = Map.of(
                "type", JsonValue.from("object"),
                "properties", JsonValue.from(Map.of("city", Map.of("enum", List.of("Paris")))),
                "required", JsonValue.from(List.of("city")));
        var format = ResponseFormatJsonSchema.JsonSchema.builder()
                .name("answer")
                .schema(ResponseFormatJsonSchema.JsonSchema.Schema.builder()
                        .putAllAdditionalProperties(properties)
                        .build())
                .build();
        var text = text(create("hello", ask(200).jsonSchemaResponseFormat(format)));
        assertEquals("{\"city\":\"Paris\"}", text.replaceAll("\\s", ""));
    }

    @Test
    void errors() {
        var hot = assertThrows(BadRequestException.class, () -> create("hello", ask(10).temperature(2.1)));
        assertEquals("temperature", hot.param().orElseThrow());
        assertEquals("invalid_request_error", hot.type().orElseThrow());
        var tooLong = ask(10).addUserMessage("too long ".repeat(3_000));
        assertEquals(
                "context_length_exceeded",
                assertThrows(BadRequestException.class, () -> create("hello", tooLong))
                        .code()
                        .orElseThrow());
        var wrong = client("locked", "wrong");
        try {
            assertThrows(UnauthorizedException.class, () -> wrong.models().list());
        } finally {
            wrong.close();
        }
    }

    /// A49.
    @Test
    void busy() throws InterruptedException {
        var client = client("busy", "k");
        try (var chunks =
                client.chat().completions().createStreaming(ask(30_000).build())) {
            assertTrue(chunks.stream().anyMatch(chunk -> chunk.choices()
                    .getFirst()
                    .delta()
                    .content()
                    .filter(t -> !t.isEmpty())
                    .isPresent()));
            assertThrows(RateLimitException.class, () -> create("busy", ask(1)));
        } finally {
            client.close();
        }
        for (int i = 0; i < 20; i++) {
            try {
                assertEquals("hello", text(create("busy", ask(4))));
                return;
            } catch (RateLimitException _) {
                Thread.sleep(50);
            }
        }
        throw new AssertionError("no free place a second after the stream was left");
    }
}
