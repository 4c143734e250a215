package io.github.panallama.engine;

import java.security.SecureRandom;

/// Ids of tool calls, for models that give none. Nine letters and digits, the form that some templates insist on.
final class CallIds {
    private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final SecureRandom RANDOM = new SecureRandom();

    private CallIds() {}

    static String next() {
        return RANDOM.ints(9, 0, ALPHABET.length())
                .collect(StringBuilder::new, (id, i) -> id.append(ALPHABET.charAt(i)), StringBuilder::append)
                .toString();
    }
}
