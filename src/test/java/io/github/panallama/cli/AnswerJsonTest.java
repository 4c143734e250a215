package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.completion.Candidate;
import io.github.panallama.completion.FinishReason;
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
                   "text_offset":[3,3,4],
                   "token_logprobs":[-0.5,-1.0,-9999.0],
                   "top_logprobs":[{"":-0.5,"x":-1.2581345},{"😀":-1.0},{" a":-9999.0,"b":-2.0}],
                   "top":[[{"id":7,"text":"\ufffd","logprob":-0.5},{"id":8,"text":"x","logprob":-1.2581345}],
                          [{"id":9,"text":"\ufffd","logprob":-1.0}],
                          [{"id":4,"text":" a","logprob":-0.25},{"id":6,"text":"b","logprob":-2.0},
                           {"id":10,"text":"b","logprob":-3.0},{"id":5,"text":" a","logprob":-9999.0}]]}}],
                 "usage":{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8},
                 "seed":42,
                 "timings":{"load_ms":95.0,"prompt_ms":50.0,"first_token_ms":60.0,"decode_ms":100.0,
                            "prompt_per_second":100.0,"decode_per_second":20.0}}""",
                CompletionJson.of(Answers.HEAD, "a😀b", Answers.splitEmoji(), true));
    }

    @Test
    void withoutLogprobsThereIsNull() {
        var completion = Answers.completion("hi", new FinishReason.Length());
        var json = Json.write(CompletionJson.of(Answers.HEAD, "", completion, false));
        var choice = JSON.readTree(json).get("choices").get(0);
        assertTrue(choice.get("logprobs").isNull());
        assertTrue(choice.get("stop_sequence").isNull());
        assertEquals("length", choice.get("finish_reason").asString());
    }

    @Test
    void aTokenThatAStopCutsIsWholeInTheLists() {
        var token = Answers.token(3, "ab", Answers.utf8("ab\nc"), -1, new Candidate(3, "ab\nc", -1));
        var completion = Answers.completion("ab", new FinishReason.Stop("\n"), token);
        var json = Json.write(CompletionJson.of(Answers.HEAD, "", completion, true));
        var logprobs = JSON.readTree(json).get("choices").get(0).get("logprobs");
        assertEquals("ab\nc", logprobs.get("tokens").get(0).asString());
        assertEquals(-1, logprobs.get("top_logprobs").get(0).get("ab\nc").asDouble());
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
                 "timings":{"load_ms":95.0,"prompt_ms":50.0,"first_token_ms":60.0,"decode_ms":100.0,
                            "prompt_per_second":100.0,"decode_per_second":20.0}}""",
                ChatJson.of(Answers.HEAD, Answers.splitEmoji(), true));
    }

    @Test
    void componentsKeepTheirOrder() {
        var json = Json.write(CompletionJson.of(Answers.HEAD, "", Answers.splitEmoji(), true));
        assertTrue(json.indexOf("\"id\"") < json.indexOf("\"object\""));
        assertTrue(json.indexOf("\"usage\"") < json.indexOf("\"seed\""));
        assertTrue(json.contains("-1.2581345"), json); // a float32, not its double
    }

    @Test
    void theTableShowsWhatElseCouldHaveCome() {
        assertEquals(
                """
                token  id     logprob   prob  rank  alternatives
                ""      7     -0.5000  60.7%     1  "x" 28.4%
                "😀"     9     -1.0000  36.8%     1
                " a"    5  -9999.0000   0.0%     1  " a" 77.9%  "b" 13.5%  "b" 5.0%""",
                Answer.table(Answers.splitEmoji().tokens()));
    }

    private static void assertJson(String expected, Object actual) {
        assertEquals(JSON.readTree(expected), JSON.readTree(Json.write(actual)));
    }
}
