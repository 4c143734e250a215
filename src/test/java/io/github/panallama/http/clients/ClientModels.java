package io.github.panallama.http.clients;

import io.github.panallama.fixture.BigramBuilder;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.TestVocabulary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The models behind the servers that the clients talk to, and what they answer.
///
/// The last token decides what comes next: in a chat that is the line break before the answer, in a completion of `t`
/// the token `▁t`.
final class ClientModels {
    private static final String NEW_LINE = "<0x0A>";
    private static final int CONTEXT = 5_000;
    private static final int TOKENS = 64;

    /// Answers `hello` and ends.
    static final BigramModel HELLO = BigramModel.builder(TestVocabulary.chat())
            .name("hello")
            .context(CONTEXT)
            .chain(NEW_LINE, "he", "l", "<0x6C>", "o", "<|im_end|>")
            .build();

    /// Answers `hello hello hello …` until it is stopped, five tokens a word.
    static final BigramModel LOOP = BigramModel.builder(TestVocabulary.chat())
            .name("loop")
            .context(CONTEXT)
            .chain(NEW_LINE, "he", "l", "<0x6C>", "o", "▁", "he")
            .build();

    /// Answers `é!é!é!…`, each `é` in two tokens.
    static final BigramModel SPLIT = BigramModel.builder(TestVocabulary.chat())
            .name("split")
            .chain(NEW_LINE, "<0xC3>", "<0xA9>", "<0x21>", "<0xC3>")
            .follow("▁t", "<0xC3>")
            .build();

    /// Answers anything that can be read, with known probabilities, and never ends by itself.
    static final BigramModel DICE = BigramModel.builder(TestVocabulary.chat())
            .name("dice")
            .never(Stream.concat(
                            Stream.of("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>", " a"),
                            IntStream.range(0, 256).mapToObj("<0x%02X>"::formatted))
                    .toArray(String[]::new))
            .build();

    /// Answers `hello`, too, but its template knows tools, and what it would say next is a call.
    static final BigramModel TOOLS = BigramModel.builder(TestVocabulary.tools("\n{\"name\": \""))
            .name("tools")
            .context(CONTEXT)
            .chain(NEW_LINE, "he", "l", "<0x6C>", "o", "<|im_end|>")
            .logit("o", "<tool_call>", BigramBuilder.CERTAIN - 5)
            .follow("<tool_call>", "\n{\"name\":▁\"")
            .follow("</tool_call>", "<|im_end|>")
            .follow("<0x3E>", "<|im_end|>") // the mark may come in pieces, too
            .build();

    /// Thinks, says `I look` and calls `weather` for Paris.
    static final BigramModel CALLER = caller();

    private ClientModels() {}

    private static BigramModel caller() {
        var thought = "\nhm\n";
        var name = "\n{\"name\":▁\"weather\",▁\"arguments\":▁";
        var city = "{\"city\":▁";
        return BigramModel.builder(TestVocabulary.tools(thought, "\n\n", "I look", name, city, "\"Paris\"}", "}\n"))
                .name("caller")
                .context(CONTEXT)
                .chain(NEW_LINE, "<think>", thought, "</think>", "\n\n", "I▁look", "<tool_call>", name, city)
                .chain(city, "\"Paris\"}", "}\n", "</tool_call>", "<|im_end|>")
                .build();
    }

    /// What the scripts need to know of [#DICE].
    ///
    /// @param scored a text
    /// @param ids its tokens, without BOS
    static Map<String, Object> expected(String scored, int[] ids) {
        var vocabulary = DICE.vocabulary();
        int start = vocabulary.id("▁t");
        var text = answers(start);
        text.put("prompt", "t");
        text.put("promptTokens", 2);
        text.put("promptIds", List.of(TestVocabulary.BOS, start));
        text.put("vocabulary", vocabulary.size());
        int chosen = vocabulary.id("▁the");
        return Map.of(
                "dice",
                Map.of(
                        "chat", answers(vocabulary.id(NEW_LINE)),
                        "text", text,
                        "bias", Map.of("chosen", chosen, "text", printed(chosen)),
                        "score", score(scored, ids),
                        "penalised", penalised(0.7, 0.5)));
    }

    /// The greedy answer after a token: texts, log-probabilities, offsets after a prompt of one character, and the five
    /// likeliest of each row.
    private static Map<String, Object> answers(int last) {
        var tokens = new ArrayList<String>();
        var logprobs = new ArrayList<Double>();
        var offsets = new ArrayList<Integer>();
        var top = new ArrayList<List<List<Object>>>();
        int offset = 1;
        for (int current = last; tokens.size() < TOKENS; current = DICE.greedy(current)) {
            var row = DICE.logProbabilities(current);
            top.add(IntStream.range(0, row.length)
                    .boxed()
                    .sorted(Comparator.comparingDouble(id -> -row[id]))
                    .limit(5)
                    .map(id -> List.<Object>of(printed(id), row[id]))
                    .toList());
            var token = printed(DICE.greedy(current));
            tokens.add(token);
            logprobs.add(row[DICE.greedy(current)]);
            offsets.add(offset);
            offset += token.codePointCount(0, token.length());
        }
        return new LinkedHashMap<>(Map.of("tokens", tokens, "logprobs", logprobs, "offsets", offsets, "top", top));
    }

    /// A text as an echo has it: its tokens without the space that the tokenizer adds in front, and the
    /// log-probabilities
    /// of all but the first.
    private static Map<String, Object> score(String text, int[] ids) {
        var tokens = IntStream.of(ids).mapToObj(ClientModels::printed).collect(Collectors.toList());
        tokens.set(0, tokens.getFirst().substring(1));
        var logprobs = IntStream.range(1, ids.length)
                .mapToObj(i -> DICE.logProbabilities(ids[i - 1])[ids[i]])
                .toList();
        return Map.of("prompt", text, "tokens", tokens, "logprobs", logprobs);
    }

    /// The greedy chat answer under OpenAI's penalties, by their formula.
    private static Map<String, Object> penalised(double frequency, double presence) {
        var counts = new HashMap<Integer, Integer>();
        var text = new StringBuilder();
        int current = DICE.vocabulary().id(NEW_LINE);
        for (int i = 0; i < 20; i++) {
            int last = current;
            current = IntStream.range(0, DICE.vocabulary().size())
                    .boxed()
                    .max(Comparator.<Integer>comparingDouble(id -> DICE.logit(last, id)
                                    - counts.getOrDefault(id, 0) * frequency
                                    - (counts.containsKey(id) ? presence : 0))
                            .thenComparing(Comparator.reverseOrder()))
                    .orElseThrow();
            counts.merge(current, 1, Integer::sum);
            text.append(printed(current));
        }
        return Map.of("frequency_penalty", frequency, "presence_penalty", presence, "text", text.toString());
    }

    private static String printed(int token) {
        return DICE.vocabulary().printed(List.of(token));
    }
}
