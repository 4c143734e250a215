package io.github.panallama.http.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.panallama.chat.Message;
import io.github.panallama.chat.ToolCall;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnthropicMessagesTest {
    private static List<Message> read(String json) {
        return AnthropicMessages.read(Fields.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void turnsOfOneRoleAreOne() {
        assertEquals(
                List.of(Message.system("ab"), Message.user("x\ny"), Message.assistant("("), Message.user("z")),
                read(
                        """
                {"system":[{"type":"text","text":"a"},{"type":"text","text":"b","cache_control":{"type":"ephemeral"}}],
                 "messages":[{"role":"user","content":"x"},{"role":"user","content":[{"type":"text","text":"y"}]},
                   {"role":"assistant","content":"("},{"role":"user","content":"z"}]}"""));
    }

    @Test
    void aTurnComesApartIntoWhatIsSaidAndWhatToolsFound() {
        var call = new ToolCall("abc", "f", "{\"x\":1}");
        assertEquals(
                List.of(
                        Message.user("q"),
                        new Message(Message.Role.ASSISTANT, "well", "hm", List.of(call), Optional.empty()),
                        Message.tool("abc", "4\n2"),
                        Message.user("and?")),
                read(
                        """
                {"messages":[{"role":"user","content":"q"},
                  {"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":""},
                    {"type":"redacted_thinking","data":"x"},{"type":"text","text":"well"},
                    {"type":"tool_use","id":"toolu_abc","name":"f","input":{"x":1}}]},
                  {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_abc",
                      "content":[{"type":"text","text":"4"},{"type":"text","text":"2"}]},
                    {"type":"text","text":"and?"}]}]}"""));
    }

    @Test
    void anEmptyInstructionIsNone() {
        assertEquals(
                List.of(Message.user("q")),
                read("{\"system\":[],\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}"));
    }
}
