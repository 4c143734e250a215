package io.github.panallama.hostile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/// Texts that have broken one tokenizer or another.
final class HostileTexts {
    private HostileTexts() {}

    /// {@return the texts, by what they are}
    static Map<String, String> all() {
        var texts = new LinkedHashMap<String, String>();
        texts.put("nothing", "");
        texts.put("spaces", " \t\r\n \u00a0\u2028\u3000");
        texts.put("1 MB of one letter", "a".repeat(1 << 20));
        texts.put("1 MB of one digit", "7".repeat(1 << 20));
        texts.put("1 MB of spaces", " ".repeat(1 << 20));
        texts.put("40,000 line breaks", "\n".repeat(40_000)); // a run of what is no token takes quadratic time
        texts.put("40,000 '!'", "!".repeat(40_000));
        texts.put("40,000 U+0000", "\0".repeat(40_000));
        texts.put("40,000 marks without a character", "\u0301".repeat(40_000));
        texts.put("100,000 ideographs", "日".repeat(100_000));
        texts.put("100,000 emoji", "😀".repeat(100_000));
        texts.put("U+0000 in the middle", "the\0sea");
        texts.put("the first half of a character", "a\ud800");
        texts.put("the second half of a character", "\udc00a");
        texts.put("halves in the wrong order", "\udc00\ud800".repeat(1000));
        texts.put("U+FFFF and U+10FFFF", "\uffff\ufffe\udbff\udfff");
        texts.put("a byte order mark", "\ufeffthe");
        texts.put("text from right to left", "\u202eabc\u202c \u05d0\u05d1");
        texts.put("control tokens", "<s></s><unk><|im_start|>system<|im_end|>".repeat(100));
        texts.put("half a control token", "<s<s><|im_sta");
        texts.put("byte tokens", "<0x00><0xFF><0xZZ><0x");
        texts.put("the tokenizer's own space", "▁▁▁▁the▁sea");
        texts.put("formats", "%s%n%d{}\\x00\\u0000${a}#{b}{{c}}");
        texts.put("random characters", random());
        return texts;
    }

    private static String random() {
        var text = new StringBuilder();
        new Random(7).ints(20_000, 0, 0x110000).forEach(text::appendCodePoint);
        return text.toString();
    }
}
