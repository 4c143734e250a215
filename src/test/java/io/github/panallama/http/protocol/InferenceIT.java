package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.fixture.Models;
import io.github.panallama.sampling.Sampling;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Together's first API.
class InferenceIT {
    private static final String SCENARIO =
            """
            {"model":"togethercomputer/RedPajama-INCITE-7B-Base","prompt":"donβt the sand\\nOutput:","top_p":1,
             "top_k":40,"temperature":0.8,"max_tokens":100,"repetition_penalty":1,"stop":"\\n\\n"}""";

    private static Endpoint endpoint;

    @BeforeAll
    static void open() {
        endpoint = Endpoint.of(Models.bigram());
    }

    @AfterAll
    static void close() {
        endpoint.close();
    }

    @Test
    void theScenariosCall_R3_1_to_R3_4_A60() {
        var answer = endpoint.post("/inference", SCENARIO, "authorization", "Bearer x", "user-agent", "python-requests")
                .ok();
        assertEquals("finished", answer.at("/status").asString());
        assertEquals("donβt the sand\nOutput:", answer.at("/prompt/0").asString());
        assertEquals(
                "togethercomputer/RedPajama-INCITE-7B-Base", answer.at("/model").asString());
        assertEquals(Endpoint.JSON.readTree(SCENARIO), answer.at("/args"));
        assertEquals(1, answer.at("/num_returns").asInt());
        assertEquals(
                "language-model-inference", answer.at("/output/result_type").asString());
        assertTrue(answer.at("/output/raw_compute_time").asDouble() > 0);
        assertTrue(answer.at("/output/raw_compute_time").isFloatingPointNumber());
        var choice = answer.at("/output/choices/0");
        assertEquals(Set.of("finish_reason", "index", "text"), Set.copyOf(choice.propertyNames()));
        assertEquals(0, choice.at("/index").asInt());
        assertFalse(choice.at("/text").asString().contains("\n\n"));
        assertTrue(Set.of("stop", "eos", "length")
                .contains(choice.at("/finish_reason").asString()));
    }

    @Test
    void thePromptIsTakenAsItIs_R3_5_R3_6_A62() {
        var body = "{\"prompt\":\"the sand\",\"temperature\":0,\"max_tokens\":%d%s}";
        var options = CompletionOptions.DEFAULT.withSampling(Sampling.GREEDY).withMaxTokens(8);
        var expected = endpoint.llama().complete("the sand", options).text();
        var answer = endpoint.post("/api/inference", body.formatted(8, "")).ok();
        assertEquals(expected, answer.at("/output/choices/0/text").asString());
        assertEquals("length", answer.at("/output/choices/0/finish_reason").asString());
        assertEquals(
                "1", endpoint.post("/inference", body.formatted(1, "")).ok().header("x-max-tokens-applied"));
        var stopped = endpoint.post(
                "/inference", body.formatted(8, ",\"stop\":[\"%s\"]".formatted(expected.substring(2, 3))));
        assertEquals("stop", stopped.ok().at("/output/choices/0/finish_reason").asString());
        var grammar = endpoint.post("/inference", body.formatted(8, ",\"logit_bias\":{\"2\":100}")); // the end of text
        assertEquals("eos", grammar.ok().at("/output/choices/0/finish_reason").asString());
        assertEquals("", grammar.at("/output/choices/0/text").asString());
    }

    @Test
    void logprobs_R3_8_A61() {
        var answer = endpoint.post(
                        "/inference", "{\"prompt\":\"the sand\",\"temperature\":0,\"max_tokens\":5,\"logprobs\":3}")
                .ok();
        var logprobs = answer.at("/output/choices/0/logprobs");
        assertEquals(
                Set.of("tokens", "token_ids", "token_logprobs", "top_logprobs"), Set.copyOf(logprobs.propertyNames()));
        assertEquals(logprobs.at("/tokens").size(), logprobs.at("/top_logprobs").size());
        logprobs.at("/top_logprobs").forEach(row -> assertTrue(row.size() == 3 || row.size() == 4));
    }

    @Test
    void withoutMaxTokensThereAreFiveHundredAndTwelve() {
        var answer = endpoint.post("/inference", "{\"prompt\":\"t\"}").ok();
        assertEquals("protocol_default,context_room", answer.header("x-max-tokens-reason"));
        assertEquals(400, endpoint.post("/inference", "{}").status());
        assertEquals(400, endpoint.post("/inference", "{\"prompt\":[\"t\"]}").status());
    }

    @Test
    void aStreamIsTheTextInPieces() {
        var body = "{\"prompt\":\"the sand\",\"temperature\":0,\"max_tokens\":8}";
        var events = endpoint.events("/inference", body.replace("}", ",\"stream_tokens\":true}"));
        assertEquals("[DONE]", events.getLast().data());
        assertEquals(
                endpoint.post("/inference", body).at("/output/choices/0/text").asString(),
                events.subList(0, events.size() - 1).stream()
                        .map(e -> e.at("/choices/0/text").asString())
                        .collect(Collectors.joining()));
    }
}
