// Any text as a JSON schema: it is refused, or the grammar that is made of it is one.
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t * data, size_t size) {
    fuzz::start();
    fuzz::Text gbnf;
    const auto schema = reinterpret_cast<const char *>(data);
    if (fuzz::checked(pan_schema_to_gbnf(schema, static_cast<int32_t>(size), &gbnf.data, &gbnf.size), "schema") != PAN_OK) {
        return 0;
    }
    llama_sampler * grammar = nullptr;
    if (pan_sampler_grammar(fuzz::model(), gbnf.data, gbnf.size, "root", 4, &grammar) != PAN_OK) {
        fprintf(stderr, "%s\n", gbnf.string().c_str());
        fuzz::fail("the grammar of a schema");
    }
    pan_sampler_free(grammar);
    return 0;
}
