package io.github.panallama.http.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.ErrorType;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolChoiceAny;
import com.anthropic.models.messages.ToolChoiceNone;
import com.anthropic.models.messages.ToolResultBlockParam;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The Messages protocol with the Java client of Anthropic.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaClientsIT {
    @AutoClose
    private final Servers servers = Servers.start("hello", "loop", "tools", "locked", "busy");

    private final Map<String, AnthropicClient> clients = new ConcurrentHashMap<>();

    private AnthropicClient client(String server, String key) {
        return clients.computeIfAbsent(server + " " + key, _ -> AnthropicOkHttpClient.builder()
                .baseUrl(servers.uri(server).toString())
                .apiKey(key)
                .maxRetries(0)
                .build());
    }

    @AfterAll
    void close() {
        clients.values().forEach(AnthropicClient::close);
    }

    private static MessageCreateParams.Builder ask(long maxTokens, String user) {
        return MessageCreateParams.builder()
                .model("claude-3-haiku-20240307")
                .maxTokens(maxTokens)
                .addUserMessage(user);
    }

    private Message create(String server, MessageCreateParams.Builder ask) {
        return client(server, "k").messages().create(ask.build());
    }

    private static String text(Message message) {
        return message.content().getFirst().asText().text();
    }

    /// R0-3, R0-4, R0-8, A03, A04.
    @Test
    void tenTokens() {
        var message = create("loop", ask(10, "Write me a poem")).validate();
        assertEquals("hello hello ", text(message));
        assertEquals(StopReason.MAX_TOKENS, message.stopReason().orElseThrow());
        assertTrue(message.stopSequence().isEmpty());
        assertEquals(10, message.usage().outputTokens());
        assertTrue(message.id().matches("msg_[0-9A-Za-z]{24}"), message.id());
        assertEquals("claude-3-haiku-20240307", message.model().asString());
    }

    /// R0-5, R1-20.
    @Test
    void endsByItselfOrAtOnce() {
        var message = create("hello", ask(500, "hi"));
        assertEquals("hello", text(message));
        assertEquals(StopReason.END_TURN, message.stopReason().orElseThrow());
        assertEquals("", text(create("hello", ask(500, "hi").addStopSequence("he"))));
    }

    /// R1-9 to R1-12, R1-14, R1-16, R1-18, A07, A08: what a request can say.
    @Test
    void whatARequestCanSay() {
        var stopped = create("loop", ask(20, "hi").stopSequences(List.of("x", "o h")));
        assertEquals("hell", text(stopped));
        assertEquals("o h", stopped.stopSequence().orElseThrow());
        var cold = ask(20, "hi").putAdditionalBodyProperty("temperature", JsonValue.from(0));
        assertEquals(text(create("loop", cold)), text(create("loop", cold)));
        var hot = ask(20, "hi").putAdditionalBodyProperty("temperature", JsonValue.from(1.1));
        assertThrows(BadRequestException.class, () -> create("loop", hot));
        assertEquals("llo he", text(create("loop", ask(5, "hi").addAssistantMessage("he"))));
        var plain = create("hello", ask(1, "hi")).usage().inputTokens();
        assertTrue(create("hello", ask(1, "hi").system("Be brief.")).usage().inputTokens() > plain);
        var client = client("hello", "k");
        var count = MessageCountTokensParams.builder().model("any").addUserMessage("hi");
        assertEquals(plain, client.messages().countTokens(count.build()).inputTokens());
        assertEquals("model", client.models().list().data().getFirst()._type().asStringOrThrow());
    }

    /// A01, A46: errors as the client's exceptions.
    @Test
    void errors() {
        var right = client("locked", "k");
        var wrong = client("locked", "wrong").messages();
        var ask = ask(10, "hi").build();
        assertEquals("hello", text(right.messages().create(ask)));
        var refused = assertThrows(UnauthorizedException.class, () -> wrong.create(ask));
        assertEquals(ErrorType.AUTHENTICATION_ERROR, refused.type().orElseThrow());
        assertTrue(refused.requestId().isPresent());
        assertThrows(NotFoundException.class, () -> right.models().retrieve("nothing/of/this/name"));
        var tooLong =
                assertThrows(BadRequestException.class, () -> create("hello", ask(10, "too long ".repeat(3_000))));
        assertEquals(ErrorType.INVALID_REQUEST_ERROR, tooLong.type().orElseThrow());
    }

    /// A48.
    @Test
    void streamed() {
        var messages = client("loop", "k").messages();
        try (var events = messages.createStreaming(ask(12, "hi").build())) {
            var whole = MessageAccumulator.create();
            events.stream().forEach(whole::accumulate);
            assertEquals("hello hello hel", text(whole.message()));
            assertEquals(StopReason.MAX_TOKENS, whole.message().stopReason().orElseThrow());
            assertEquals(12, whole.message().usage().outputTokens());
        }
    }

    /// R1-6, A49: a full server, and a stream that is left.
    @Test
    void busy() throws InterruptedException {
        var messages = client("busy", "k").messages();
        try (var events = messages.createStreaming(ask(30_000, "hi").build())) {
            assertTrue(events.stream().anyMatch(event -> event.isContentBlockDelta()));
            var full = assertThrows(AnthropicServiceException.class, () -> create("busy", ask(1, "hi")));
            assertEquals(529, full.statusCode());
            assertEquals(ErrorType.OVERLOADED_ERROR, full.type().orElseThrow());
        }
        for (int i = 0; i < 20; i++) {
            try {
                assertEquals(5, create("busy", ask(5, "hi")).usage().outputTokens());
                return;
            } catch (AnthropicServiceException e) {
                assertEquals(529, e.statusCode());
                Thread.sleep(50);
            }
        }
        throw new AssertionError("no free place a second after the stream was left");
    }

    @Test
    void aToolIsCalledAndAnswered() {
        var city = Map.of("city", Map.of("type", "string", "enum", List.of("Paris")));
        var weather = Tool.builder()
                .name("get_weather")
                .inputSchema(Tool.InputSchema.builder()
                        .properties(JsonValue.from(city).convert(Tool.InputSchema.Properties.class))
                        .addRequired("city")
                        .build())
                .build();
        var ask = ask(400, "What is the weather in Paris?").addTool(weather);
        var first = create(
                "tools",
                ask.toolChoice(
                        ToolChoiceAny.builder().disableParallelToolUse(true).build()));
        var call = first.content().getLast().asToolUse();
        assertEquals("get_weather", call.name());
        assertEquals(JsonValue.from(Map.of("city", "Paris")), call._input());
        assertEquals(StopReason.TOOL_USE, first.stopReason().orElseThrow());
        var result = ToolResultBlockParam.builder().toolUseId(call.id()).content("18 degrees");
        var next = ask.toolChoice(ToolChoiceNone.builder().build())
                .addMessage(first)
                .addUserMessageOfContentBlockParams(List.of(ContentBlockParam.ofToolResult(result.build())));
        assertEquals("hello", text(create("tools", next)));
    }
}
