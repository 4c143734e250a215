package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.panallama.http.server.HttpFailure;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaSubsetTest {
    private static void check(String schema) {
        SchemaSubset.check(Fields.of(schema.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"title\":\"t\",\"description\":\"d\",\"type\":\"string\",\"default\":\"x\"}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\",\"minimum\":1}},\"required\":[\"a\"]}",
                "{\"properties\":{\"a\":{}},\"additionalProperties\":{\"type\":\"number\"}}",
                "{\"type\":[\"string\",\"null\"],\"maxLength\":3,\"minLength\":1}",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/x\"},\"minItems\":1,\"$defs\":{\"x\":{\"enum\":[1,2]}}}",
                "{\"prefixItems\":[{\"type\":\"null\"},{\"const\":1}]}",
                "{\"anyOf\":[{\"type\":\"boolean\"},{\"type\":\"string\",\"format\":\"date-time\"}]}",
                "{\"allOf\":[{\"properties\":{\"a\":{}}},{\"$ref\":\"#/definitions/b\"}],"
                        + "\"definitions\":{\"b\":{\"type\":\"object\",\"properties\":{\"b\":{}}}}}",
                "{\"type\":\"string\",\"pattern\":\"^a+$\"}",
                "{\"type\":\"string\",\"enum\":[\"a\"]}"
            })
    void enforced(String schema) {
        assertDoesNotThrow(() -> check(schema));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "multipleOf|{\"type\":\"integer\",\"multipleOf\":2}",
                "uniqueItems|{\"type\":\"array\",\"uniqueItems\":true}",
                "patternProperties|{\"type\":\"object\",\"patternProperties\":{}}",
                "not|{\"not\":{}}",
                "if|{\"if\":{}}",
                "dependentRequired|{\"type\":\"object\",\"dependentRequired\":{}}",
                "contains|{\"type\":\"array\",\"contains\":{}}",
                "minContains|{\"type\":\"array\",\"minContains\":1}",
                "minProperties|{\"type\":\"object\",\"minProperties\":1}",
                "minimum|{\"type\":\"number\",\"minimum\":0.5}",
                "minimum|{\"type\":[\"number\",\"integer\"],\"minimum\":1}",
                "minimum|{\"minimum\":1}",
                "minLength|{\"type\":\"integer\",\"minLength\":1}",
                "format|{\"type\":\"string\",\"format\":\"email\"}",
                "minLength|{\"type\":\"string\",\"pattern\":\"^a$\",\"minLength\":2}",
                "type|{\"anyOf\":[{}],\"type\":\"string\"}",
                "maxLength|{\"$ref\":\"#/$defs/x\",\"maxLength\":1}",
                "properties|{\"allOf\":[{\"properties\":{\"a\":{}}}],\"properties\":{}}",
                "allOf[0].properties|{\"allOf\":[{\"type\":\"string\"}]}",
                "required|{\"type\":\"object\",\"properties\":{},\"required\":[\"a\"]}",
                "minItems|{\"type\":\"array\",\"prefixItems\":[{}],\"minItems\":1}",
                "properties.a.not|{\"properties\":{\"a\":{\"not\":{}}}}",
                "items.not|{\"items\":{\"not\":{}}}",
                "anyOf[1].not|{\"anyOf\":[{},{\"not\":{}}]}",
                "$defs.x.not|{\"$defs\":{\"x\":{\"not\":{}}}}",
                "type|{\"properties\":{},\"items\":{}}"
            })
    void notEnforced(String example) {
        int bar = example.indexOf('|');
        var failure = assertThrows(HttpFailure.class, () -> check(example.substring(bar + 1)));
        assertEquals(example.substring(0, bar), failure.param());
    }
}
