package io.github.panallama.hostile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// JSON schemas that are none, or that ask for too much.
final class HostileSchemas {
    private HostileSchemas() {}

    /// {@return the schemas, by what they are}
    static Map<String, String> all() {
        var schemas = new LinkedHashMap<String, String>();
        Stream.of(
                        "",
                        "{",
                        "[]",
                        "1",
                        "null",
                        "true",
                        "false",
                        "\"x\"",
                        "{}{}",
                        "{\"type\": 1}",
                        "{\"type\": []}",
                        "{\"type\": [\"string\", 1]}",
                        "{\"type\": {}}",
                        "{\"type\": \"\"}",
                        "{\"type\": null}",
                        "{\"properties\": 1}",
                        "{\"properties\": []}",
                        "{\"properties\": {\"a\": 1}}",
                        "{\"properties\": {\"\": {}}}",
                        "{\"type\": \"object\", \"required\": 1}",
                        "{\"type\": \"object\", \"required\": [1]}",
                        "{\"type\": \"object\", \"required\": [\"a\"]}",
                        "{\"enum\": []}",
                        "{\"enum\": 1}",
                        "{\"enum\": {}}",
                        "{\"enum\": [null, 1e400]}",
                        "{\"const\": 1e400}",
                        "{\"const\": {\"a\": [null]}}",
                        "{\"minimum\": 1e400}",
                        "{\"type\": \"integer\", \"minimum\": 1e400}",
                        "{\"type\": \"integer\", \"minimum\": \"x\"}",
                        "{\"type\": \"integer\", \"minimum\": 5, \"maximum\": 1}",
                        "{\"type\": \"integer\", \"minimum\": -9223372036854775808}",
                        "{\"type\": \"integer\", \"maximum\": 99999999999999999999999}",
                        "{\"type\": \"string\", \"minLength\": -1}",
                        "{\"type\": \"string\", \"minLength\": 1e9}",
                        "{\"type\": \"string\", \"minLength\": 5, \"maxLength\": 1}",
                        "{\"type\": \"string\", \"maxLength\": \"x\"}",
                        "{\"type\": \"array\", \"minItems\": 2147483647}",
                        "{\"type\": \"array\", \"maxItems\": -5}",
                        "{\"type\": \"array\", \"items\": 1}",
                        "{\"type\": \"array\", \"items\": []}",
                        "{\"type\": \"array\", \"prefixItems\": 1}",
                        "{\"$ref\": \"https://example.com/schema.json\"}",
                        "{\"$ref\": \"file:///etc/passwd\"}",
                        "{\"$ref\": \"#\"}",
                        "{\"$ref\": \"#/\"}",
                        "{\"$ref\": \"#/$ref\"}",
                        "{\"$ref\": 1}",
                        "{\"$ref\": \"\"}",
                        "{\"$ref\": \"#/a/b/c\"}",
                        "{\"$ref\": \"#/0\", \"0\": {\"$ref\": \"#/0\"}}",
                        "{\"$ref\": \"#/a\", \"a\": {\"$ref\": \"#/b\"}, \"b\": {\"$ref\": \"#/a\"}}",
                        "{\"$ref\": \"#/a/99999999999999999999\", \"a\": [1]}",
                        "{\"type\": \"object\", \"properties\": {\"a\": {\"$ref\": \"#\"}}, \"required\": [\"a\"]}",
                        "{\"anyOf\": []}",
                        "{\"anyOf\": 1}",
                        "{\"oneOf\": [1, 2]}",
                        "{\"allOf\": [{\"type\": \"string\"}, {\"type\": \"integer\"}]}",
                        "{\"allOf\": []}",
                        "{\"not\": {}}",
                        "{\"anyOf\": [{\"$ref\": \"#\"}]}",
                        "{\"allOf\": [{\"$ref\": \"#\"}]}",
                        "{\"type\": \"string\", \"pattern\": \"(\"}",
                        "{\"type\": \"string\", \"pattern\": \"^(a*)*$\"}",
                        "{\"type\": \"string\", \"pattern\": \"^a{0,100000}$\"}",
                        "{\"type\": \"string\", \"pattern\": 1}",
                        "{\"type\": \"string\", \"pattern\": \"^[$\"}",
                        "{\"type\": \"string\", \"pattern\": \"^\\\\\"}",
                        "{\"type\": \"string\", \"pattern\": \"^(?=a)$\"}",
                        "{\"type\": \"string\", \"pattern\": \"\\u0000\"}",
                        "{\"type\": \"string\", \"pattern\": \"^(((((a{99}){99}){99}){99}){99})$\"}",
                        "{\"type\": \"string\", \"format\": \"nonsense\"}",
                        "{\"type\": \"string\", \"format\": 1}",
                        "{\"type\": \"object\", \"additionalProperties\": 1}",
                        "{\"type\": \"string\", \"\\ud800\": 1}")
                .forEach(text -> schemas.put("schema " + text, text));
        schemas.put("a schema 60 deep", nested(15, "{}"));
        schemas.put("a schema 1,000 deep", nested(500, "{}"));
        schemas.put("a schema 50,000 deep", nested(25_000, "{}"));
        schemas.put("20,000 open brackets", "[".repeat(20_000));
        schemas.put("100 anyOf in anyOf", "{\"anyOf\": [{},".repeat(30) + "{}" + "]}".repeat(30));
        schemas.put("an enum of 20,000", list("{\"enum\": [", 20_000, "\"v%d\"", "]}"));
        schemas.put("an enum of one text of 200 KB", "{\"enum\": [\"" + "x".repeat(200_000) + "\"]}");
        schemas.put("400 properties", list("{\"type\": \"object\", \"properties\": {", 400, "\"p%d\": {}", "}}"));
        schemas.put("5,000 properties", list("{\"type\": \"object\", \"properties\": {", 5000, "\"p%d\": {}", "}}"));
        schemas.put("a name of 10,000 characters", "{\"properties\": {\"" + "n".repeat(10_000) + "\": {}}}");
        schemas.put(
                "8 types in 8 types",
                "{\"type\": [\"array\", \"object\", \"string\"], \"items\": ".repeat(20) + "{}" + "}".repeat(20));
        schemas.put("1 MB", "{\"description\": \"" + "x".repeat(1 << 20) + "\"}");
        schemas.put(
                "references that double",
                IntStream.range(0, 20)
                        .mapToObj(i -> "\"d%d\": {\"allOf\": [{\"$ref\": \"#/d%d\"}, {\"$ref\": \"#/d%d\"}]}"
                                .formatted(i, i + 1, i + 1))
                        .collect(Collectors.joining(
                                ", ", "{\"$ref\": \"#/d0\", ", ", \"d20\": {\"type\": \"string\"}}")));
        return schemas;
    }

    private static String nested(int depth, String inner) {
        return "{\"type\": \"object\", \"properties\": {\"a\": ".repeat(depth) + inner + "}}".repeat(depth);
    }

    private static String list(String begin, int count, String element, String end) {
        return IntStream.range(0, count).mapToObj(element::formatted).collect(Collectors.joining(", ", begin, end));
    }
}
