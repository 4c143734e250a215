package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatReply;
import io.github.panallama.completion.Bytes;
import io.github.panallama.completion.Completion;
import io.github.panallama.completion.CompletionOptions;
import io.github.panallama.completion.FinishReason;
import io.github.panallama.completion.Score;
import io.github.panallama.completion.Timings;
import io.github.panallama.completion.Token;
import io.github.panallama.http.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class AnswerJsonTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void aCompletion() {
        assertJson(
                """
                {"id":"id-1","object":"text_completion","created":1700000000,"model":"smollm2",
                 "choices":[{"index":0,"text":"😀 a","finish_reason":"stop","stop_sequence":"\\n","logprobs":{
                   "tokens":["","😀"," a"],
                   "token_ids":[7,9,5],
                   "text_offset":[8,8,9],
                   "token_logprobs":[-0.5,-1.0,-9999.0],
                   "top_logprobs":[{"":-0.5,"x":-1.2581345},{"😀":-1.0},{" a":-9999.0,"b":-2.0}],
                   "top":[[{"id":7,"text":"\ufffd","logprob":-0.5},{"id":8,"text":"x","logprob":-1.2581345}],
                          [{"id":9,"text":"\ufffd","logprob":-1.0}],
                          [{"id":4,"text":" a","logprob":-0.25},{"id":6,"text":"b","logprob":-2.0},
                           {"id":10,"text":"b","logprob":-3.0},{"id":5,"text":" a","logprob":-9999.0}]]}}],
                 "usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8},
                 "seed":42,
                 "limits":{"requested":256,"applied":256,"reasons":["user"]},
                 "timings":{"load_ms":95.0,"prompt_ms":50.0,"first_token_ms":60.0,"decode_ms":100.0,
                            "prompt_per_second":100.0,"decode_per_second":20.0}}""",
                json(Answers.splitEmoji(), Answers.LOGPROBS));
    }

    @Test
    void withoutLogprobsThereIsNull() {
        var completion = Answers.completion("hi", new FinishReason.Length());
        var json = Json.write(json(completion, CompletionOptions.DEFAULT));
        var choice = JSON.readTree(json).get("choices").get(0);
        assertTrue(choice.get("logprobs").isNull());
        assertTrue(choice.get("stop_sequence").isNull());
        assertEquals("length", choice.get("finish_reason").asString());
    }

    @Test
    void aTokenThatAStopCutsIsWholeInTheLists() {
        var token = Answers.token(3, "ab", Answers.utf8("ab\nc"), -1, Answers.candidate(3, "ab\nc", -1));
        var completion = Answers.completion("ab", new FinishReason.Stop("\n"), token);
        var json = Json.write(json(completion, Answers.LOGPROBS));
        var logprobs = JSON.readTree(json).get("choices").get(0).get("logprobs");
        assertEquals("ab\nc", logprobs.get("tokens").get(0).asString());
        assertEquals(-1, logprobs.get("top_logprobs").get(0).get("ab\nc").asDouble());
    }

    @Test
    void anEchoedPromptComesFirstAndItsFirstTokenHasNoValues() {
        var completion = Answers.echoed();
        var json = Json.write(json(completion, Answers.LOGPROBS.withEcho(true)));
        var logprobs = JSON.readTree(json).get("choices").get(0).get("logprobs");
        assertEquals(
                JSON.readTree(
                        """
                {"tokens":["Say"," it","!"],"token_ids":[11,12,13],"text_offset":[0,3,6],
                 "token_logprobs":[null,-2.0,-1.0],
                 "top_logprobs":[null,{" it":-2.0},{"!":-1.0}],
                 "top":[null,[{"id":12,"text":" it","logprob":-2.0}],[{"id":13,"text":"!","logprob":-1.0}]]}"""),
                logprobs);
    }

    @Test
    void severalChoicesShareTheUsage() {
        var completion = Answers.splitEmoji();
        var json = JSON.readTree(Json.write(
                CompletionJson.of(Answers.HEAD, List.of(completion, completion), CompletionOptions.DEFAULT.withN(2))));
        assertEquals(2, json.get("choices").size());
        assertEquals(1, json.get("choices").get(1).get("index").asInt());
        assertEquals(
                JSON.readTree("{\"prompt_tokens\":5,\"completion_tokens\":6,\"total_tokens\":11}"), json.get("usage"));
        assertEquals(20, json.get("timings").get("decode_per_second").asDouble());
    }

    @Test
    void aScoredText() {
        var first = Answers.at(0, new Token(1, "a", Bytes.of(Answers.utf8("a")), 0, Optional.empty()));
        var second = Answers.at(1, Answers.token(2, "b", Answers.utf8("b"), -2, Answers.candidate(2, "b", -2)));
        var json = ScoreJson.of("m", new Score(List.of(first, second), Timings.NONE), Duration.ofMillis(95));
        assertJson(
                """
                {"model":"m","tokens":[
                   {"id":1,"text":"a","text_offset":0,"logprob":null,"rank":null,"top":[]},
                   {"id":2,"text":"b","text_offset":1,"logprob":-2.0,"rank":1,
                    "top":[{"id":2,"text":"b","logprob":-2.0}]}],
                 "count":1,"sum_logprob":-2.0,"perplexity":7.38905609893065,
                 "timings":{"load_ms":95.0,"prompt_ms":0.0,"prompt_per_second":0.0}}""",
                json);
    }

    @Test
    void numbersThatJsonCannotSay() {
        var nothing = ScoreJson.of("m", new Score(List.of(), Timings.NONE), Duration.ZERO);
        assertTrue(JSON.readTree(Json.write(nothing)).get("perplexity").isNull());
        var impossible = Answers.token(2, "b", Answers.utf8("b"), Float.NEGATIVE_INFINITY);
        var score = ScoreJson.of("m", new Score(List.of(impossible), Timings.NONE), Duration.ZERO);
        assertEquals(-9999, score.sumLogprob());
        assertTrue(JSON.readTree(Json.write(score)).get("perplexity").isNull());
    }

    @Test
    void aChatCompletion() {
        assertJson(
                """
                {"id":"id-1","object":"chat.completion","created":1700000000,"model":"smollm2",
                 "choices":[{"index":0,"message":{"role":"assistant","content":"😀 a","refusal":null},
                   "finish_reason":"stop","stop_sequence":"\\n","logprobs":{"content":[
                   {"token":"","id":7,"logprob":-0.5,"bytes":[240,159],"top_logprobs":[
                     {"token":"","id":7,"logprob":-0.5,"bytes":[240,159]},
                     {"token":"x","id":8,"logprob":-1.2581345,"bytes":[120]}]},
                   {"token":"😀","id":9,"logprob":-1.0,"bytes":[152,128],"top_logprobs":[
                     {"token":"😀","id":9,"logprob":-1.0,"bytes":[152,128]}]},
                   {"token":" a","id":5,"logprob":-9999.0,"bytes":[32,97],"top_logprobs":[
                     {"token":" a","id":4,"logprob":-0.25,"bytes":[32,97]},
                     {"token":"b","id":6,"logprob":-2.0,"bytes":[98]},
                     {"token":"b","id":10,"logprob":-3.0,"bytes":[98]},
                     {"token":" a","id":5,"logprob":-9999.0,"bytes":[32,97]}]}],"refusal":null}}],
                 "usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8},
                 "seed":42,
                 "limits":{"requested":256,"applied":256,"reasons":["user"]},
                 "timings":{"load_ms":95.0,"prompt_ms":50.0,"first_token_ms":60.0,"decode_ms":100.0,
                            "prompt_per_second":100.0,"decode_per_second":20.0}}""",
                ChatJson.of(Answers.HEAD, reply(Answers.splitEmoji()), true));
    }

    private static ChatReply reply(Completion completion) {
        return new ChatReply(completion.text(), "", List.of(), completion.finish(), completion.tokens(), completion);
    }

    @Test
    void componentsKeepTheirOrder() {
        var json = Json.write(json(Answers.splitEmoji(), Answers.LOGPROBS));
        assertTrue(json.indexOf("\"id\"") < json.indexOf("\"object\""));
        assertTrue(json.indexOf("\"usage\"") < json.indexOf("\"seed\""));
        assertTrue(json.contains("-1.2581345"), json); // a float32, not its double
    }

    private static CompletionJson json(Completion completion, CompletionOptions options) {
        return CompletionJson.of(Answers.HEAD, List.of(completion), options);
    }

    private static void assertJson(String expected, Object actual) {
        assertEquals(JSON.readTree(expected), JSON.readTree(Json.write(actual)));
    }
}
