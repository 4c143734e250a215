package io.github.panallama.hostile;

import static io.github.panallama.hostile.Outcomes.BRIEF;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.Llama;
import io.github.panallama.fixture.Models;
import io.github.panallama.sampling.Grammar;
import io.github.panallama.sampling.Sampling;
import io.github.panallama.sampling.Stage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Grammars and schemas that would take all the stack, memory or time: each is refused with the reason, or obeyed.
class HostileGrammarsIT {
    private static final Llama LLAMA = Llama.load(Models.file(Models.bigram()), Outcomes.SMALL);

    @AfterAll
    static void itStillAnswers() {
        assertEquals(
                "a",
                LLAMA.complete("t", BRIEF.withGrammar(Grammar.gbnf("root ::= \"a\"")))
                        .text());
        LLAMA.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"recursion", "sizes", "garbage", "schemas"})
    void isRefusedOrObeyed(HostileInput input) {
        input.check(LLAMA);
    }

    private static HostileInput gbnf(String name, String text) {
        return new HostileInput(name, llama -> {
            var grammar = Grammar.gbnf(text);
            Outcomes.answers(
                    () -> llama.complete("t", BRIEF.withGrammar(grammar).withSampling(Sampling.GREEDY)));
            llama.complete("t", BRIEF.withSampling(Sampling.DEFAULT.plus(new Stage.Constrain(grammar))));
        });
    }

    static Stream<HostileInput> recursion() {
        return Stream.of(
                gbnf("left recursion", "root ::= root \"a\" | \"b\""),
                gbnf("nothing but itself", "root ::= root"),
                gbnf("left recursion through another rule", "root ::= a \"x\" | \"b\"\na ::= root \"y\""),
                gbnf("left recursion behind an empty rule", "root ::= x root \"a\" | \"b\"\nx ::= y\ny ::= \"\""),
                gbnf("left recursion behind an option", "root ::= \"x\"? root \"a\" | \"b\""),
                gbnf("left recursion behind a repetition", "root ::= \"x\"* root \"a\" | \"b\""),
                gbnf("left recursion behind a repetition of none", "root ::= \"x\"{0} root \"a\" | \"b\""),
                gbnf("left recursion in parentheses", "root ::= ((root) \"a\" | \"b\")"),
                gbnf("left recursion where it is not used", "root ::= \"a\"\nx ::= x \"b\""),
                gbnf("left recursion of 1,000 rules", chain(1000, 0)),
                gbnf("a chain of 900 rules", chain(900, -1)),
                gbnf("a chain of 5,000 rules", chain(5000, -1)),
                gbnf("repetitions of what may be empty", "root ::= (\"a\"*)*"),
                gbnf("repetitions of nothing", "root ::= \"\"*"),
                gbnf("repetitions of repetitions of nothing", "root ::= ((\"\"*)*)* \"a\""),
                gbnf("right recursion", "root ::= \"a\" root | \"\""),
                gbnf("a middle that nests for ever", "root ::= \"a\" root \"a\" | \"a\""),
                gbnf("ambiguity without an end", "root ::= (\"a\" | \"a\" \"a\" | [a-z])* (\"a\" | [a-z])*"),
                gbnf("ambiguity that doubles", "root ::= x x x x x x x x\nx ::= (\"a\"? \"a\"? \"a\"? \"a\"?)*"));
    }

    private static String chain(int rules, int last) {
        return IntStream.range(0, rules)
                        .mapToObj(i -> (i == 0 ? "root" : "r" + i) + " ::= " + "r" + (i + 1) + " | \"a\"")
                        .collect(Collectors.joining("\n"))
                + "\nr" + rules + " ::= " + (last == 0 ? "root \"x\"" : "\"b\"");
    }

    static Stream<HostileInput> sizes() {
        return Stream.of(
                gbnf("600 parentheses", "root ::= " + "(".repeat(600) + "\"a\"" + ")".repeat(600)),
                gbnf("499 parentheses", "root ::= " + "(".repeat(499) + "\"a\"" + ")".repeat(499)),
                gbnf("100,000 parentheses", "root ::= " + "(".repeat(100_000) + "\"a\"" + ")".repeat(100_000)),
                gbnf("100,000 open parentheses", "root ::= " + "(".repeat(100_000)),
                gbnf("a repetition {0,100000}", "root ::= \"a\"{0,100000}"),
                gbnf("a repetition {100000}", "root ::= \"a\"{100000}"),
                gbnf("a repetition {2,1}", "root ::= \"a\"{2,1}"),
                gbnf("a repetition {-1,2}", "root ::= \"a\"{-1,2}"),
                gbnf("a repetition {0,99999999999999999999}", "root ::= \"a\"{0,99999999999999999999}"),
                gbnf("a repetition {}", "root ::= \"a\"{}"),
                gbnf("a repetition {,}", "root ::= \"a\"{,}"),
                gbnf("a repetition of nothing before", "root ::= {3} \"a\""),
                gbnf("repetitions of repetitions", "root ::= ((((\"a\"{99}){99}){99}){99}){99}"),
                gbnf("repetitions that are options", "root ::= ((\"a\"?){1000}){1000}"),
                gbnf("100 options", "root ::= " + "\"a\"? ".repeat(100) + "\"b\""),
                gbnf("5,000 options", "root ::= " + "\"a\"? ".repeat(5000) + "\"b\""),
                gbnf("a literal of 200 KB", "root ::= \"" + "a".repeat(200_000) + "\""),
                gbnf("a class of 200 KB", "root ::= [" + "a".repeat(200_000) + "]"),
                gbnf("256 KB of alternatives", "root ::= " + "\"a\"|".repeat(65_000) + "\"b\""),
                gbnf(
                        "256 KB of different alternatives",
                        "root ::= "
                                + IntStream.range(0, 20_000)
                                        .mapToObj(i -> "\"" + i + "\"")
                                        .collect(Collectors.joining("|"))),
                gbnf(
                        "10,000 rules",
                        IntStream.range(0, 10_000)
                                .mapToObj(i -> "r" + i + " ::= \"a\"")
                                .collect(Collectors.joining("\n", "root ::= r0 r9999\n", "\n"))),
                gbnf("256 KB of comment", "# " + "x".repeat(260_000) + "\nroot ::= \"a\""),
                gbnf("a comment of 1 MB", "root ::= \"a\" #" + "x".repeat(1 << 20)),
                gbnf(
                        "a name of 200 KB",
                        "root ::= " + "a".repeat(100_000) + "\n" + "a".repeat(100_000) + " ::= \"x\""));
    }

    static Stream<HostileInput> garbage() {
        return Stream.of(
                        "",
                        " ",
                        "#",
                        "root",
                        "root ::=",
                        "root ::= \n",
                        "::=",
                        "root ::= |",
                        "root ::= \"\" | | \"a\"",
                        "root ::= \"a",
                        "root ::= [a",
                        "root ::= [",
                        "root ::= []",
                        "root ::= [^]",
                        "root ::= [z-a]",
                        "root ::= [\\x00-\\U0010FFFF]",
                        "root ::= [\\uD800]",
                        "root ::= \"\\uD800\"",
                        "root ::= \"\\x\"",
                        "root ::= \"\\",
                        "root ::= \"\\q\"",
                        "root ::= \"\\U99999999\"",
                        "root ::= (",
                        "root ::= )",
                        "root ::= ()",
                        "root ::= *",
                        "root ::= \"a\"**",
                        "root ::= \"a\"+*?",
                        "root ::= other",
                        "other ::= \"a\"",
                        "root ::= \"a\" root ::= \"b\"",
                        "root ::= \"a\"\nroot ::= \"b\"",
                        "root = \"a\"",
                        "root := \"a\"",
                        "root ::= <",
                        "root ::= <[",
                        "root ::= <[99999]>",
                        "root ::= <[-1]>",
                        "root ::= <nothing>",
                        "root ::= !<s>",
                        "root ::= <s>",
                        "root ::= !",
                        "root ::= .",
                        "root ::= .*",
                        "root ::= \"a\0b\"",
                        "\0",
                        "root ::= \"\ud800\"",
                        "root ::= 日",
                        "<html>",
                        "{\"type\": \"object\"}",
                        "root ::= \"a\" ;",
                        "root ::= \"%s%n\"",
                        "root-1_2 ::= \"a\"",
                        "root ::= a-b\na-b ::= \"x\"",
                        "\r\rroot\r::=\r\"a\"",
                        "root ::= [^\\x00-\\U0010FFFF]",
                        "root ::= \"\u0301\"",
                        "root ::= \"a\"{",
                        "root ::= \"a\"{1",
                        "root ::= \"a\"{1,")
                .map(text -> gbnf(
                        "garbage " + text.replaceAll("[^ -~]", "?") + " (" + Integer.toHexString(text.hashCode()) + ")",
                        text));
    }

    static Stream<HostileInput> schemas() {
        return HostileSchemas.all().entrySet().stream()
                .map(schema -> new HostileInput(
                        schema.getKey(),
                        llama -> llama.complete("t", BRIEF.withGrammar(Grammar.jsonSchema(schema.getValue())))));
    }
}
