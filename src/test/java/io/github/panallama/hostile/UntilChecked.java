package io.github.panallama.hostile;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The cases that would end or block this process: each is to leave this list with the check that refuses its file.
final class UntilChecked {
    private static final String NO_PRODUCT =
            "llama.cpp has no product for weights of this type, and calls none: SIGSEGV";
    private static final String NO_DIVISOR = "llama.cpp divides by a key of this kind of model: SIGFPE";
    private static final String PROGRAM =
            "a template is a program and nothing bounds it: load such a file with Isolation.PROCESS";

    private record Known(Pattern name, String reason) {}

    private static final List<Known> UNTIL_CHECKED = List.of(
            known("(blk\\.0\\.(attn_q|attn_k|ffn_down)|output)\\.weight of type (9|15|2[4-8])", NO_PRODUCT),
            known("token_embd\\.weight of type 9", NO_PRODUCT),
            known("type of blk\\.1\\.ffn_down\\.weight = 9", NO_PRODUCT),
            known("(qwen3next|rwkv6qwen2) with all keys 0", NO_DIVISOR),
            known("(phimoe|olmo2) without heads", NO_DIVISOR),
            known("tokenizer model 'rwkv'", "llama.cpp goes round for ever where a token's first byte is no token"),
            known("template: (a range of 10\\^12|a range of 30,000 in 30,000)", PROGRAM),
            known("template: (a text doubled 40 times|a text times 10\\^10|an indent of 10\\^9)", PROGRAM),
            known("template: (a macro that calls itself|two macros that call each other)", PROGRAM),
            known("template: a list that contains itself", PROGRAM));

    private UntilChecked() {}

    private static Known known(String name, String reason) {
        return new Known(Pattern.compile(name), reason);
    }

    /// {@return why a case is not run}
    static Optional<String> reason(HostileModel model) {
        return UNTIL_CHECKED.stream()
                .filter(known -> known.name().matcher(model.name()).matches())
                .map(Known::reason)
                .findFirst();
    }
}
