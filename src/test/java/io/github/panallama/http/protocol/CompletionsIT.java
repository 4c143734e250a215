package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.model.ModelOptions;
import io.github.panallama.sampling.Sampling;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// OpenAI's text completions, on a model whose every log-probability is known.
class CompletionsIT {
    private static final BigramModel MODEL = Models.bigram();
    private static final String PATH = "/v1/completions";
    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(MODEL, ModelOptions.DEFAULT.withParallel(2), o -> o);
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    private static String greedy(String rest) {
        return "{\"model\":\"gpt\",\"prompt\":\"the sand\",\"temperature\":0%s}".formatted(rest);
    }

    private static int last(String prompt) {
        var tokens = endpoint.llama().tokenize(prompt);
        return tokens[tokens.length - 1];
    }

    @Test
    void theWholeObject() {
        var answer = endpoint.post(PATH, greedy(",\"max_tokens\":5")).ok();
        assertTrue(answer.at("/id").asString().startsWith("cmpl-"));
        assertEquals("text_completion", answer.at("/object").asString());
        assertEquals("gpt", answer.at("/model").asString());
        assertTrue(answer.at("/created").isInt());
        assertEquals(1, answer.at("/choices").size());
        var options = CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(5);
        assertEquals(
                endpoint.llama().complete("the sand", options).text(),
                answer.at("/choices/0/text").asString());
        assertTrue(answer.at("/choices/0/logprobs").isNull());
        assertEquals("length", answer.at("/choices/0/finish_reason").asString());
        int prompt = endpoint.llama().countTokens("the sand");
        assertEquals(prompt, answer.at("/usage/prompt_tokens").asInt());
        assertEquals(5, answer.at("/usage/completion_tokens").asInt());
        assertEquals(prompt + 5, answer.at("/usage/total_tokens").asInt());
        assertEquals(
                Set.of("id", "object", "created", "model", "system_fingerprint", "choices", "usage"),
                Set.copyOf(answer.json().propertyNames()));
    }

    @Test
    void withoutMaxTokensThereAreSixteen() {
        var answer = endpoint.post("/completions", greedy("")).ok();
        assertEquals(16, answer.at("/usage/completion_tokens").asInt());
        assertNull(answer.header("x-max-tokens-requested"));
        assertEquals("16", answer.header("x-max-tokens-applied"));
        assertEquals("protocol_default", answer.header("x-max-tokens-reason"));
    }

    @Test
    void logprobsAreTheModelsOwn_R4_4_to_R4_10_A72_A73_A75_A76() {
        var answer = endpoint.post(PATH, greedy(",\"max_tokens\":6,\"logprobs\":3,\"top_k\":2"))
                .ok();
        var logprobs = answer.at("/choices/0/logprobs");
        assertEquals(
                Set.of("tokens", "token_logprobs", "text_offset", "top_logprobs"),
                Set.copyOf(logprobs.propertyNames()));
        int current = last("the sand");
        int offset = "the sand".length();
        for (int i = 0; i < 6; i++) {
            int next = MODEL.greedy(current);
            var rows = MODEL.logProbabilities(current);
            assertEquals(rows[next], logprobs.at("/token_logprobs/" + i).asDouble(), 1e-4);
            assertEquals(3, logprobs.at("/top_logprobs/" + i).size());
            assertEquals(offset, logprobs.at("/text_offset/" + i).asInt());
            var values = new ArrayList<Double>();
            logprobs.at("/top_logprobs/" + i).forEach(value -> values.add(value.asDouble()));
            assertEquals(values.stream().sorted((a, b) -> Double.compare(b, a)).toList(), values);
            offset += logprobs.at("/tokens/" + i)
                    .asString()
                    .codePointCount(0, logprobs.at("/tokens/" + i).asString().length());
            current = next;
        }
        assertEquals(
                answer.at("/choices/0/text").asString(),
                logprobs.at("/tokens").valueStream().map(JsonNode::asString).collect(Collectors.joining()));
    }

    @Test
    void echoWithoutAnAnswerScoresThePrompt_R4_12() {
        var answer = endpoint.post(PATH, greedy(",\"max_tokens\":0,\"logprobs\":0,\"echo\":true"))
                .ok();
        assertEquals("the sand", answer.at("/choices/0/text").asString());
        assertEquals("length", answer.at("/choices/0/finish_reason").asString());
        var logprobs = answer.at("/choices/0/logprobs");
        var tokens = endpoint.llama().tokenize("the sand");
        assertEquals(tokens.length, logprobs.at("/tokens").size());
        assertTrue(logprobs.at("/token_logprobs/0").isNull());
        assertTrue(logprobs.at("/top_logprobs/0").isNull());
        for (int i = 1; i < tokens.length; i++) {
            assertEquals(
                    MODEL.logProbabilities(tokens[i - 1])[tokens[i]],
                    logprobs.at("/token_logprobs/" + i).asDouble(),
                    1e-4);
        }
        assertEquals(0, answer.at("/usage/completion_tokens").asInt());
    }

    @Test
    void promptsInAllForms() {
        var ids = List.of(last("the sand"));
        var text = endpoint.post(PATH, greedy(",\"max_tokens\":4"))
                .at("/choices/0/text")
                .asString();
        var tokens = "{\"prompt\":%s,\"temperature\":0,\"max_tokens\":4}";
        assertEquals(
                text,
                endpoint.post(PATH, tokens.formatted(ids))
                        .ok()
                        .at("/choices/0/text")
                        .asString());
        var several = endpoint.post(
                        PATH,
                        tokens.formatted("[\"the sand\",%s]".formatted(ids)).replace("}", ",\"n\":2}"))
                .ok();
        assertEquals(4, several.at("/choices").size());
        for (int i = 0; i < 4; i++) {
            assertEquals(i, several.at("/choices/%d/index".formatted(i)).asInt());
            assertEquals(text, several.at("/choices/%d/text".formatted(i)).asString());
        }
        assertEquals(16, several.at("/usage/completion_tokens").asInt());
        int prompts = endpoint.llama().countTokens("the sand") + 1;
        assertEquals(prompts, several.at("/usage/prompt_tokens").asInt());
    }

    @Test
    void severalChoicesAreRepeatedByTheirSeed_A43() {
        var body = "{\"prompt\":\"the sand\",\"n\":3,\"seed\":7,\"max_tokens\":8}";
        var first = endpoint.post(PATH, body).ok().at("/choices");
        assertEquals(first, endpoint.post(PATH, body).ok().at("/choices"));
        assertEquals(3, first.size());
        assertNotEquals(first.at("/0/text"), first.at("/1/text"));
        var second = endpoint.post(PATH, body.replace("\"n\":3,\"seed\":7", "\"seed\":8"))
                .ok();
        assertEquals(first.at("/1/text"), second.at("/choices/0/text"));
        var streamed = endpoint.events(PATH, body.replace("}", ",\"stream\":true}"));
        for (int i = 0; i < 3; i++) {
            assertEquals(first.at("/%d/text".formatted(i)).asString(), text(streamed, i));
        }
    }

    private static String text(List<Endpoint.Event> events, int index) {
        return events.stream()
                .filter(e -> !e.data().equals("[DONE]"))
                .filter(e -> e.at("/choices/0/index").asInt(-1) == index)
                .map(e -> e.at("/choices/0/text").asString())
                .collect(Collectors.joining());
    }

    @Test
    void aStreamIsTheWholeAnswerInPieces_A27_A75() {
        var rest = ",\"max_tokens\":12,\"logprobs\":2,\"echo\":true";
        var whole = endpoint.post(PATH, greedy(rest)).ok();
        var events =
                endpoint.events(PATH, greedy(rest + ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertEquals("[DONE]", events.getLast().data());
        var usage = events.get(events.size() - 2);
        assertEquals(0, usage.at("/choices").size());
        assertEquals(whole.at("/usage"), usage.at("/usage"));
        var chunks = events.subList(0, events.size() - 2);
        assertEquals(whole.at("/choices/0/text").asString(), text(chunks, 0));
        for (var list : List.of("tokens", "token_logprobs", "text_offset", "top_logprobs")) {
            var joined = chunks.stream()
                    .flatMap(e -> e.at("/choices/0/logprobs/" + list).valueStream())
                    .toList();
            assertEquals(whole.at("/choices/0/logprobs/" + list).valueStream().toList(), joined);
        }
        assertEquals("length", chunks.getLast().at("/choices/0/finish_reason").asString());
        assertTrue(chunks.stream().allMatch(e -> e.at("/usage").isNull()));
        assertTrue(chunks.stream().limit(chunks.size() - 1).allMatch(e -> e.at("/choices/0/finish_reason")
                .isNull()));
        assertEquals(1, chunks.stream().map(e -> e.at("/id")).distinct().count());
    }

    @Test
    void aStringIsAListOfOneStop_A25() {
        var text = endpoint.post(PATH, greedy("")).at("/choices/0/text").asString();
        var stop = Endpoint.JSON.writeValueAsString(text.substring(2, 4));
        var one = endpoint.post(PATH, greedy(",\"stop\":" + stop)).ok();
        var list = endpoint.post(PATH, greedy(",\"stop\":[%s]".formatted(stop))).ok();
        assertEquals(one.at("/choices"), list.at("/choices"));
        assertEquals("stop", one.at("/choices/0/finish_reason").asString());
        assertEquals(
                text.substring(0, text.indexOf(text.substring(2, 4))),
                one.at("/choices/0/text").asString());
        for (var none : List.of("null", "[]")) {
            assertEquals(
                    text,
                    endpoint.post(PATH, greedy(",\"stop\":" + none))
                            .at("/choices/0/text")
                            .asString());
        }
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        refused("best_of", greedy(",\"best_of\":2"));
        refused("stop", greedy(",\"stop\":\"\""));
        refused("temperature", greedy("").replace("\"temperature\":0", "\"temperature\":2.1"));
        refused("n", greedy(",\"n\":0"));
        refused("logit_bias.x", greedy(",\"logit_bias\":{\"x\":1}"));
        refused("logit_bias.1", greedy(",\"logit_bias\":{\"1\":101}"));
        refused("logprobs", greedy(",\"n\":128,\"max_tokens\":400,\"logprobs\":1000")); // would fill the memory
        refused("prompt", "{\"prompt\":[]}");
        refused("prompt", "{}");
        refused("prompt", "{\"prompt\":[1,-1]}");
        assertEquals(400, endpoint.post(PATH, greedy(",\"suffix\":\"x\"")).status());
        assertEquals(400, endpoint.post(PATH, "{\"prompt\":[99999]}").status());
        assertEquals(
                400, endpoint.post(PATH, greedy(",\"grammar\":\"root = \"")).status());
    }

    private static void refused(String param, String body) {
        var answer = endpoint.post(PATH, body);
        assertEquals(400, answer.status(), answer.json()::toString);
        assertEquals(param, answer.at("/error/param").asString(), answer.json()::toString);
        assertEquals("invalid_request_error", answer.at("/error/type").asString());
        assertTrue(answer.at("/error/message").asString().contains(param));
        assertEquals(200, endpoint.post(PATH, greedy(",\"max_tokens\":1")).status());
    }

    @Test
    void aPromptThatIsTooLongIsRefusedInKnownWords() {
        for (var body : List.of(
                "{\"prompt\":%s}".formatted(ids(600)),
                "{\"prompt\":[\"the\",%s],\"stream\":true}".formatted(ids(600)))) {
            var answer = endpoint.post(PATH, body);
            assertEquals(400, answer.status());
            assertEquals("context_length_exceeded", answer.at("/error/code").asString());
            assertEquals("prompt", answer.at("/error/param").asString());
            var message = answer.at("/error/message").asString();
            assertTrue(message.startsWith("This model's maximum context length is 512 tokens"), message);
            assertTrue(message.contains("616") && message.contains("600") && message.contains("16"), message);
        }
    }

    private static String ids(int count) {
        return Collections.nCopies(count, last("t")).toString();
    }
}
