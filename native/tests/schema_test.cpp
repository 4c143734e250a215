// JSON schemas to grammars.
#include "grammars.h"

using test::Fit;

namespace {

class Schema : public ::testing::Test {
  protected:
    test::Model model = test::load(test::write_model("vocabulary", {}), true);

    static int32_t convert(const std::string & schema, std::string * gbnf = nullptr) {
        char * out = nullptr;
        int32_t n_bytes = -1;
        const int32_t status = pan_schema_to_gbnf(schema.data(), static_cast<int32_t>(schema.size()), &out, &n_bytes);
        EXPECT_EQ(status == PAN_OK, out != nullptr);
        if (out && gbnf) {
            gbnf->assign(out, n_bytes);
        }
        pan_free(out);
        return status;
    }

    void expect_refused(const std::string & schema, const std::string & why) {
        testing::internal::CaptureStderr();
        test::on_small_stack([&] {
            EXPECT_EQ(convert(schema), PAN_E_ARG) << schema.substr(0, 300);
            EXPECT_NE(test::last_error().find(why), std::string::npos) << test::last_error().substr(0, 1000);
        });
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    }

    Fit fit(const std::string & schema, const std::string & text) {
        std::string gbnf;
        testing::internal::CaptureStderr();
        test::on_small_stack([&] { EXPECT_EQ(convert(schema, &gbnf), PAN_OK) << test::last_error(); });
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
        return test::fit(model.get(), gbnf, text);
    }
};

std::string nested(int depth) {
    std::string schema = R"({"type":"integer"})";
    for (int i = 0; i < depth; ++i) {
        schema = R"({"type":"object","properties":{"inner":)" + schema + R"(},"required":["inner"]})";
    }
    return schema;
}

// Definitions that each refer to the next.
std::string referring(int n, const std::string & before, const std::string & after) {
    std::string schema = R"({"$ref":"#/$defs/d0","$defs":{)";
    for (int i = 0; i < n; ++i) {
        schema += "\"d" + std::to_string(i) + "\":" + before + R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + "\"}" + after + ",";
    }
    return schema + "\"d" + std::to_string(n) + R"(":{"type":"integer"}}})";
}

TEST_F(Schema, AllowsWhatMeetsIt) {
    const std::string person = R"({"type":"object","properties":{"name":{"type":"string","maxLength":5},
        "age":{"type":"integer","minimum":0,"maximum":150}},"required":["name"],"additionalProperties":false})";
    EXPECT_EQ(fit(person, R"({"name":"Anna","age":41})"), Fit::whole);
    EXPECT_EQ(fit(person, R"({ "name": "A" })"), Fit::whole);
    EXPECT_EQ(fit(person, R"({"name":"A","age":4)"), Fit::beginning);
    EXPECT_EQ(fit(person, R"({"name":"Annabel"})"), Fit::no);
    EXPECT_EQ(fit(person, R"({"name":"A","age":151})"), Fit::no);
    EXPECT_EQ(fit(person, R"({"age":1})"), Fit::no);
    EXPECT_EQ(fit(R"({"enum":["a\nb",1,null]})", R"("a\nb")"), Fit::whole);
    EXPECT_EQ(fit(R"({"const":{"k":[1,2]}})", R"({"k":[1,2]})"), Fit::whole);
    EXPECT_EQ(fit(R"({"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2})", "[true,false]"), Fit::whole);
    EXPECT_EQ(fit(R"({"type":"array","items":{"type":"boolean"},"minItems":1,"maxItems":2})", "[true,false,"), Fit::no);
    EXPECT_EQ(fit(R"({"type":["string","null"]})", "null"), Fit::whole);
    EXPECT_EQ(fit(R"({"type":"string","pattern":"^[a-c]{2}(x|y)\\.$"})", R"("abx.")"), Fit::whole);
    EXPECT_EQ(fit(R"({"type":"string","pattern":"^[a-c]{2}(x|y)\\.$"})", R"("abz)"), Fit::no);
    EXPECT_EQ(fit(R"({"type":"string","format":"date"})", R"("2024-02-29")"), Fit::whole);
    EXPECT_EQ(fit("{}", R"({"any":[1,"x",{"y":null}]})"), Fit::whole);
}

TEST_F(Schema, MayReferToItself) {
    const std::string tree = R"({"$ref":"#/$defs/node","$defs":{"node":{"type":"object",
        "properties":{"next":{"anyOf":[{"$ref":"#/$defs/node"},{"type":"null"}]}},"required":["next"]}}})";
    EXPECT_EQ(fit(tree, R"({"next":{"next":{"next":null}}})"), Fit::whole);
    EXPECT_EQ(fit(tree, R"({"next":{"next":1)"), Fit::no);
}

TEST_F(Schema, RefusesWhatIsNoSchema) {
    expect_refused("", "parse error");
    expect_refused("{", "parse error");
    expect_refused("[]", "schema must be an object");
    expect_refused("true", "schema must be an object");
    expect_refused(R"({"type":"strange"})", "unrecognized type strange");
    expect_refused(R"({"type":[]})", "type must not be empty");
    expect_refused(R"({"enum":[]})", "enum must be a non-empty array");
    expect_refused(R"({"type":"string","minLength":"x"})", "minLength must be a non-negative integer");
    expect_refused(R"({"type":"string","minLength":5,"maxLength":2})", "cannot be met");
    expect_refused(R"({"type":"array","minItems":5,"maxItems":2})", "cannot be met");
    expect_refused(R"({"type":"integer","minimum":5,"maximum":2})", "cannot be met");
    expect_refused(R"({"type":"integer","minimum":1e300})", "out of range");
    expect_refused(R"({"type":"integer","maximum":18446744073709551615})", "out of range");
    expect_refused(R"({"type":"string","maxLength":4294967297})", "out of range");
    char * out = nullptr;
    int32_t n = 0;
    EXPECT_EQ(pan_schema_to_gbnf(nullptr, 1, &out, &n), PAN_E_ARG);
    EXPECT_EQ(pan_schema_to_gbnf("{}", -1, &out, &n), PAN_E_ARG);
    EXPECT_EQ(pan_schema_to_gbnf("{}", 2, nullptr, &n), PAN_E_ARG);
    EXPECT_EQ(pan_schema_to_gbnf("{}", 2, &out, nullptr), PAN_E_ARG);
}

TEST_F(Schema, RefusesReferencesThatLeadNowhere) {
    expect_refused(R"({"$ref":"https://example.org/schema.json"})", "unsupported $ref");
    expect_refused(R"({"$ref":"#/$defs/none"})", "cannot resolve $ref");
    expect_refused(R"({"$ref":"#/a/7","a":[]})", "out of range");
    expect_refused(R"({"$ref":7})", "$ref must be a string");
    expect_refused(R"({"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/a"}}})", "refers to itself");
    expect_refused(R"({"allOf":[{"$ref":"#/$defs/a"}],"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}})",
                   "refers to itself");
    expect_refused(R"({"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}}})",
                   "left-recursive");
}

TEST_F(Schema, RefusesPatternsThatTheConverterLeavesOut) {
    for (const char * pattern : {"abc", "^a", "^(?=a)b$", "^\\\\d+$", "^a\\\\b$", "^a{1,x}$", "^[\\\\w]$"}) {
        expect_refused(std::string(R"({"type":"string","pattern":")") + pattern + "\"}", "cannot be converted");
    }
    for (const char * pattern : {"^(a$", "^a)$", "^*$", "^[a$"}) {
        expect_refused(std::string(R"({"type":"string","pattern":")") + pattern + "\"}", "Invalid pattern");
    }
    expect_refused(R"({"properties":{"x":{"items":{"anyOf":[{"pattern":"x"}]}}}})", "cannot be converted");
    expect_refused(R"({"type":"string","pattern":"^a{5,2}$"})", "a maximum below its minimum");
    expect_refused(R"({"type":"string","pattern":"^)" + std::string(1000, 'a') + "$\"}", "longer than 1000 bytes");
}

TEST_F(Schema, BoundsSizeAndDepth) {
    EXPECT_NE(fit(nested(31), "{"), Fit::no);
    expect_refused(nested(32), "nests deeper than 64");
    expect_refused(std::string(100000, '['), "nests deeper than 64");
    expect_refused("{\"x\":\"" + std::string(256 << 10, 'x') + "\"}", "longer than 262144 bytes");
    EXPECT_EQ(fit(referring(40, R"({"properties":{"x":)", "}}"), R"({"x":{"x")"), Fit::beginning);
    EXPECT_EQ(fit(referring(90, "", ""), "123"), Fit::whole);
    expect_refused(referring(5000, "", ""), "nest deeper than 200");
    expect_refused(referring(100, R"({"properties":{"x":)", "}}"), "nest deeper than 200");
    expect_refused(R"({"properties":{")" + std::string(257, '_') + R"(":{}}})", "a name in the schema is longer");
    EXPECT_EQ(fit(R"({"properties":{")" + std::string(256, '_') + R"(":{"type":"null"}}})", "{\"_"), Fit::beginning);
    std::string types = R"({"type":"string"})";  // each level three times the one below
    for (int i = 0; i < 12; ++i) {
        types = R"({"type":["object","array","string"],"properties":{"x":)" + types + "}}";
    }
    expect_refused(types, "parts");
}

TEST_F(Schema, BoundsProperties) {
    const auto object = [](int n) {
        std::string schema = R"({"type":"object","properties":{)";
        for (int i = 0; i < n; ++i) {
            schema += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + R"(":{"type":"integer"})";
        }
        return schema + "}}";
    };
    EXPECT_EQ(fit(object(200), R"({"p7":1,"p199":2})"), Fit::whole);
    expect_refused(object(501), "more than 500 properties");
}

}  // namespace
