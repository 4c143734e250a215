package io.github.panallama.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.chat.ChatOptions;
import io.github.panallama.chat.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChatSessionTest {
    private final TestConsole console = new TestConsole();
    private final ChatSession session = new ChatSession(console.console(), ChatOptions.DEFAULT, false, "Be brief.");

    @Test
    void theSystemMessageIsFirst() {
        assertEquals(List.of(Message.system("Be brief.")), List.of(session.beginning()));
    }

    @Test
    void slashCommands() {
        assertTrue(session.command("/system  Be kind. Always."));
        assertEquals(List.of(Message.system("Be kind. Always.")), List.of(session.beginning()));
        assertTrue(session.command("/system"));
        assertEquals(List.of(), List.of(session.beginning()));
        assertTrue(session.command("/reset"));
        assertTrue(session.command("/help"));
        assertTrue(console.err().contains("/exit"), console.err());
    }

    @Test
    void otherLinesAreForTheModel() {
        assertFalse(session.command("/usr/bin is a folder"));
        assertFalse(session.command("hello"));
    }
}
