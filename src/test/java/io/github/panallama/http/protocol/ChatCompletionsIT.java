package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// OpenAI's chat completions, with a model that answers `hello`.
class ChatCompletionsIT {
    private static final String PATH = "/v1/chat/completions";
    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(Models.chat(), ModelOptions.DEFAULT.withParallel(2), o -> o);
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    private static String body(String rest) {
        return "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"temperature\":0%s}"
                .formatted(rest);
    }

    @Test
    void theWholeObject() {
        var answer = endpoint.post(PATH, body("")).ok();
        assertTrue(answer.at("/id").asString().startsWith("chatcmpl-"));
        assertEquals("chat.completion", answer.at("/object").asString());
        assertEquals("gpt-4", answer.at("/model").asString());
        assertEquals(
                Endpoint.JSON.readTree(
                        """
                [{"index":0,"message":{"role":"assistant","content":"hello","refusal":null},
                  "logprobs":null,"finish_reason":"stop"}]"""),
                answer.at("/choices"));
        assertEquals(4, answer.at("/usage/completion_tokens").asInt()); // he, l, l, o
        assertEquals(
                answer.at("/usage/total_tokens").asInt(),
                answer.at("/usage/prompt_tokens").asInt()
                        + answer.at("/usage/completion_tokens").asInt());
    }

    @Test
    void theScenariosCallIsUnderstood_R2_3_A40() {
        var answer = endpoint.post(
                        PATH,
                        """
                {"model":"gpt-4","messages":[{"role":"system","content":"You are helpful."},
                  {"role":"user","content":"Explain black holes."}],
                 "temperature":0.7,"frequency_penalty":1.0,"max_tokens":150}""")
                .ok();
        assertTrue(answer.at("/choices/0/message/content").isString());
        assertEquals("assistant", answer.at("/choices/0/message/role").asString());
        assertTrue(Set.of("stop", "length")
                .contains(answer.at("/choices/0/finish_reason").asString()));
        assertTrue(answer.at("/usage/completion_tokens").asInt() <= 150);
    }

    @Test
    void aStreamIsTheWholeAnswerInPieces_A41() {
        var events = endpoint.events(PATH, body(",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertEquals("[DONE]", events.getLast().data());
        assertEquals(
                Optional.empty(),
                events.stream().map(Endpoint.Event::name).filter(n -> n != null).findAny());
        assertEquals("assistant", events.getFirst().at("/choices/0/delta/role").asString());
        assertEquals("", events.getFirst().at("/choices/0/delta/content").asString());
        var usage = events.get(events.size() - 2);
        assertEquals(0, usage.at("/choices").size());
        assertEquals(endpoint.post(PATH, body("")).at("/usage"), usage.at("/usage"));
        var finish = events.get(events.size() - 3);
        assertEquals("stop", finish.at("/choices/0/finish_reason").asString());
        assertTrue(finish.at("/choices/0/delta").isEmpty());
        var chunks = events.subList(0, events.size() - 2);
        assertEquals("hello", content(chunks, 0));
        assertTrue(chunks.stream().allMatch(e -> e.at("/usage").isNull()));
        assertTrue(chunks.stream().allMatch(e -> e.at("/object").asString().equals("chat.completion.chunk")));
        assertEquals(1, chunks.stream().map(e -> e.at("/id")).distinct().count());
    }

    private static String content(List<Endpoint.Event> events, int index) {
        return events.stream()
                .filter(e -> e.at("/choices/0/index").asInt() == index)
                .map(e -> e.at("/choices/0/delta/content").asString(""))
                .collect(Collectors.joining());
    }

    @Test
    void withoutIncludeUsageThereIsNone() {
        var events = endpoint.events(PATH, body(",\"stream\":true"));
        assertEquals(
                "stop",
                events.get(events.size() - 2).at("/choices/0/finish_reason").asString());
        assertTrue(events.getFirst().at("/usage").isMissingNode());
    }

    @Test
    void logprobs_A42() {
        var answer = endpoint.post(PATH, body(",\"logprobs\":true,\"top_logprobs\":5"))
                .ok();
        var entries = answer.at("/choices/0/logprobs/content");
        assertTrue(answer.at("/choices/0/logprobs/refusal").isNull());
        var bytes = new ByteArrayOutputStream();
        for (var entry : entries) {
            entry.at("/bytes").forEach(b -> bytes.write(b.asInt()));
            assertEquals(5, entry.at("/top_logprobs").size());
            assertEquals(entry.at("/token"), entry.at("/top_logprobs/0/token"));
            assertEquals(entry.at("/logprob"), entry.at("/top_logprobs/0/logprob"));
        }
        assertEquals("hello", bytes.toString(StandardCharsets.UTF_8));
        var alone = endpoint.post(PATH, body(",\"logprobs\":true")).ok().at("/choices/0/logprobs/content/0");
        assertEquals(0, alone.at("/top_logprobs").size());
        assertEquals(400, endpoint.post(PATH, body(",\"top_logprobs\":5")).status());
        var streamed = endpoint.events(PATH, body(",\"logprobs\":true,\"top_logprobs\":5,\"stream\":true")).stream()
                .filter(e -> !e.data().equals("[DONE]"))
                .flatMap(e -> e.at("/choices/0/logprobs/content").valueStream())
                .toList();
        assertEquals(entries.valueStream().toList(), streamed);
    }

    @Test
    void severalChoices() {
        var body = body(",\"n\":3,\"seed\":1").replace("\"temperature\":0", "\"temperature\":1.5,\"max_tokens\":9");
        var whole = endpoint.post(PATH, body).ok();
        assertEquals(3, whole.at("/choices").size());
        var events = endpoint.events(PATH, body.replace(",\"n\":3", ",\"n\":3,\"stream\":true")).stream()
                .filter(e -> !e.data().equals("[DONE]"))
                .toList();
        for (int i = 0; i < 3; i++) {
            assertEquals(whole.at("/choices/%d/message/content".formatted(i)).asString(), content(events, i));
        }
    }

    @Test
    void maxCompletionTokensWins() {
        var answer = endpoint.post(PATH, body(",\"max_completion_tokens\":2,\"max_tokens\":3"))
                .ok();
        assertEquals(2, answer.at("/usage/completion_tokens").asInt());
        assertEquals("length", answer.at("/choices/0/finish_reason").asString());
        assertEquals("2", answer.header("x-max-tokens-requested"));
    }

    @Test
    void anAnswerHasTheFormOfItsSchema_A44() {
        var schema =
                """
                ,"max_tokens":200,"response_format":{"type":"json_schema","json_schema":{"name":"person","schema":
                {"type":"object","properties":{"name":{"type":"string","maxLength":5},
                  "age":{"type":"integer","minimum":1,"maximum":99}},"required":["name","age"]}}}""";
        var answer = endpoint.post(PATH, body(schema)).ok();
        assertEquals("stop", answer.at("/choices/0/finish_reason").asString());
        var json =
                Endpoint.JSON.readTree(answer.at("/choices/0/message/content").asString());
        assertTrue(json.at("/name").isString());
        assertTrue(json.at("/age").isInt());
        var unsupported = endpoint.post(PATH, body(schema.replace("\"minimum\":1", "\"multipleOf\":2")));
        assertEquals(400, unsupported.status());
        assertEquals(
                "response_format.json_schema.schema.properties.age.multipleOf",
                unsupported.at("/error/param").asString());
        var object = endpoint.post(
                        PATH, body(",\"max_tokens\":40,\"seed\":3,\"response_format\":{\"type\":\"json_object\"}"))
                .ok();
        assertTrue(object.at("/choices/0/message/content").asString().startsWith("{"));
        assertEquals(
                "hello",
                endpoint.post(PATH, body(",\"response_format\":{\"type\":\"text\"}"))
                        .at("/choices/0/message/content")
                        .asString());
    }

    @Test
    void messagesOfAllRoles() {
        var answer = endpoint.post(
                        PATH,
                        """
                {"temperature":0,"messages":[{"role":"developer","content":[{"type":"text","text":"be"},{"type":"text","text":"brief"}]},
                  {"role":"user","content":"hi","name":"ann"},
                  {"role":"assistant","content":null,"tool_calls":[
                     {"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]},
                  {"role":"tool","tool_call_id":"c1","content":"42"}],
                 "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"auto"}""")
                .ok();
        assertEquals("tiny", answer.at("/model").asString());
        assertFalse(answer.at("/choices/0/message/content").isMissingNode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "messages|{}",
                "messages|{\"messages\":[]}",
                "messages[0].role|{\"messages\":[{\"role\":\"x\",\"content\":\"\"}]}",
                "messages[0].content|{\"messages\":[{\"role\":\"user\"}]}",
                "messages[0].content[0].type|{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}",
                "temperature|BODY,\"temperature\":2.1}",
                "top_p|BODY,\"top_p\":-0.1}",
                "frequency_penalty|BODY,\"frequency_penalty\":2.5}",
                "max_tokens|BODY,\"max_tokens\":\"10\"}",
                "max_completion_tokens|BODY,\"max_completion_tokens\":1.5}",
                "top_logprobs|BODY,\"logprobs\":true,\"top_logprobs\":21}",
                "tool_choice|BODY,\"tool_choice\":\"maybe\"}",
                "tools[0].function|BODY,\"tools\":[{\"type\":\"function\"}]}",
                "response_format.type|BODY,\"response_format\":{\"type\":\"xml\"}}",
                "seed|BODY,\"seed\":-2}",
                "stream|BODY,\"stream\":1}"
            })
    void whatCannotBeIsRefusedByName(String example) {
        var body = example.substring(example.indexOf('|') + 1)
                .replace("BODY", "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]");
        var answer = endpoint.post(PATH, body);
        assertEquals(400, answer.status(), answer.json()::toString);
        assertEquals(
                example.substring(0, example.indexOf('|')),
                answer.at("/error/param").asString());
        assertEquals(Set.of("message", "type", "param", "code"), names(answer.at("/error")));
    }

    private static Set<String> names(JsonNode node) {
        return Set.copyOf(node.propertyNames());
    }

    @Test
    void aToolMustBeOneOfTheTools() {
        assertEquals(
                400, endpoint.post(PATH, body(",\"tool_choice\":\"required\"")).status());
        assertEquals(
                400,
                endpoint.post(PATH, body(",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}}"))
                        .status());
    }

    @Test
    void aChatThatIsTooLongIsRefusedInKnownWords() {
        var answer =
                endpoint.post(PATH, body(",\"max_tokens\":7,\"stream\":true").replace("hi", "0".repeat(700)));
        assertEquals(400, answer.status());
        assertEquals("context_length_exceeded", answer.at("/error/code").asString());
        assertEquals("messages", answer.at("/error/param").asString());
        assertTrue(
                answer.at("/error/message").asString().startsWith("This model's maximum context length is 512 tokens"));
    }

    @Test
    void modelsAreForBothKindsOfClients() {
        var answer = endpoint.get("/v1/models").ok();
        assertEquals("list", answer.at("/object").asString());
        assertEquals("tiny", answer.at("/data/0/id").asString());
        assertEquals("model", answer.at("/data/0/object").asString());
        assertEquals("model", answer.at("/data/0/type").asString());
        assertEquals("tiny", answer.at("/first_id").asString());
        assertFalse(answer.at("/has_more").asBoolean());
        assertEquals(answer.json(), endpoint.get("/models").json());
    }
}
