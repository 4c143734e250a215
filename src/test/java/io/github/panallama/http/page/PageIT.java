package io.github.panallama.http.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.panallama.Llama;
import io.github.panallama.fixture.BigramModel;
import io.github.panallama.fixture.Models;
import io.github.panallama.fixture.RealModel;
import io.github.panallama.fixture.TestVocabulary;
import io.github.panallama.http.LlamaServer;
import io.github.panallama.http.ServerOptions;
import io.github.panallama.model.ModelOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.json.JsonMapper;

/// The page in a browser, with a model that answers "hello" to every message and goes on at random, without an end,
/// after any other text.
@Timeout(300)
class PageIT {
    private static final BigramModel MODEL = BigramModel.builder(TestVocabulary.chat())
            .name("page")
            .chain("<0x0A>", "he", "l", "<0x6C>", "o", "<|im_end|>")
            .never("<0x0A>", "he", "l", "<0x6C>", "o", "</s>", "<|im_end|>")
            .build();
    private static final String WHY = "all('.why').at(-1).textContent";
    private static final String ANSWER = "all('.answer').at(-1).textContent";
    private static final String STOPPED = "!running && all('.turn').length > 0";

    private static Chromium browser;
    private static Llama llama;
    private static LlamaServer server;

    @BeforeAll
    static void start() throws IOException {
        browser = Chromium.start();
        llama = Llama.load(Models.file(MODEL), ModelOptions.DEFAULT.withContextSize(8192));
        server = LlamaServer.start(llama, ServerOptions.DEFAULT.withModelName("a test model"));
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
        if (llama != null) {
            llama.close();
        }
        if (browser != null) {
            browser.close();
        }
    }

    @FunctionalInterface
    private interface Visit {
        void to(Tab tab) throws Exception;
    }

    /// Opens the page, and looks whether all was well when the visit is over.
    private static void visit(URI page, Visit visit) throws Exception {
        try (var tab = browser.open(page)) {
            visit.to(tab);
            assertEquals(List.of(), tab.tools().problems());
            assertEquals(
                    List.of(),
                    tab.tools().requests().stream()
                            .filter(r -> !page.getAuthority().equals(r.getAuthority()))
                            .toList(),
                    "requests to elsewhere");
        }
    }

    private static void send(Tab tab, String text) {
        tab.type("prompt", text);
        tab.key("Enter", 13, 2);
        tab.await(STOPPED);
    }

    private static void promptMode(Tab tab) {
        tab.click("document.querySelector('[value=prompt] + span')");
    }

    @Test
    void aReplyTellsItsAlternatives() throws Exception {
        visit(server.uri(), tab -> {
            assertEquals("a test model", tab.text("$('model').textContent"));
            tab.type("prompt", "<b>hi</b>");
            tab.click("$('go')");
            tab.await(STOPPED);
            assertEquals("<b>hi</b>", tab.text("document.querySelector('.user .text').textContent"));
            assertEquals("hello", tab.text(ANSWER));
            assertEquals("The model ended its turn.", tab.text(WHY));
            assertEquals(4, tab.eval("all('.answer .token').length").asInt());

            assertTrue(tab.eval("$('panel').hidden").asBoolean());
            tab.hover("all('.answer .token')[1]");
            tab.await("!$('panel').hidden");
            assertEquals("l", tab.text("document.querySelector('#panel b').textContent"));
            assertEquals(6, tab.eval("all('#panel .row').length").asInt(), "five and all others");
            assertEquals("100%", tab.text("document.querySelector('#panel .chosen > :last-child').textContent"));
            tab.hover("$('log')");
            tab.await("$('panel').hidden");

            tab.click("document.querySelector('[value=chat] + span')");
            tab.key("Tab", 9, 0); // Edit
            tab.key("Tab", 9, 0);
            tab.await("document.activeElement === all('.answer .token')[0] && !$('panel').hidden");
            tab.key("ArrowRight", 39, 0);
            tab.await("document.activeElement === all('.answer .token')[1]");
            assertEquals("l", tab.text("document.querySelector('#panel b').textContent"));
            assertTrue(tab.text("$('said').textContent").startsWith("l 100%. Instead: "));
            tab.key("End", 35, 0);
            tab.key("ArrowLeft", 37, 0);
            tab.await("document.activeElement === all('.answer .token')[2]");
            tab.key("Escape", 27, 0);
            tab.await("$('panel').hidden");
            assertEquals(
                    1, tab.eval("all('.answer .token[tabindex=\"0\"]').length").asInt(), "one stop for Tab");
        });
    }

    @Test
    void aPromptIsContinuedUpToTheCap() throws Exception {
        visit(server.uri(), tab -> {
            promptMode(tab);
            tab.click("document.querySelector('#presets button')");
            assertEquals("50", tab.text("$('max').value"));
            tab.type("seed", "5");
            send(tab, "the sand");
            assertEquals("It was cut at the cap of 50 tokens.", tab.text(WHY));
            assertTrue(tab.eval("all('.answer')[0].classList.contains('cut')").asBoolean());
            var facts = tab.text("document.querySelector('.facts').textContent");
            for (var fact : List.of("50 of at most 50", "tokens/s", "temperature 1, seed 5")) {
                assertTrue(facts.contains(fact), facts);
            }
            var whole = Map.of("model", "m", "prompt", "the sand", "max_tokens", 50, "seed", 5);
            assertEquals("the sand" + complete(whole), tab.text(ANSWER));
            assertTrue(tab.eval("all('.answer .token.other').length").asInt() > 10, "not the likeliest, underlined");
            var shades = "new Set(all('.answer .token').map(t => getComputedStyle(t).backgroundColor)).size";
            assertTrue(tab.eval(shades).asInt() > 3, "tokens are shaded");
            tab.click("[...document.querySelectorAll('.deeds button')].find(b => b.textContent === 'Run again')");
            tab.await("all('.answer').length === 2 && " + STOPPED);
            assertEquals(tab.text("all('.answer')[0].textContent"), tab.text(ANSWER), "the seed repeats it");
            tab.picture("prompt");
        });
    }

    private static String complete(Map<String, ?> body) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(server.uri().resolve("/v1/completions"))
                    .header("content-type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            JsonMapper.shared().writeValueAsString(body)))
                    .build();
            var response =
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return JsonMapper.shared().readTree(response).at("/choices/0/text").asString();
        }
    }

    @Test
    void aStopTextIsNamed() throws Exception {
        visit(server.uri(), tab -> {
            tab.type("stop", "lo");
            send(tab, "hi");
            assertEquals("hel", tab.text(ANSWER));
            assertEquals("It stopped at the stop text “lo”.", tab.text(WHY));
            tab.type("stop", "never this");
            send(tab, "hi");
            assertEquals("The model ended its turn.", tab.text(WHY));
        });
    }

    @Test
    void escapeStops() throws Exception {
        visit(server.uri(), tab -> {
            promptMode(tab);
            tab.type("max", "8000");
            tab.type("prompt", "the");
            tab.key("Enter", 13, 2);
            tab.await("all('.answer .token').length > 3");
            assertEquals("Stop", tab.text("$('go').textContent"));
            tab.key("Escape", 27, 0);
            tab.await(STOPPED);
            assertTrue(tab.text(WHY).matches("You stopped it after \\d+ tokens\\."), tab.text(WHY));
            tab.type("max", "5");
            send(tab, "the");
            assertEquals("It was cut at the cap of 5 tokens.", tab.text(WHY));
        });
    }

    @Test
    void aRefusalSaysWhy() throws Exception {
        visit(server.uri(), tab -> {
            tab.type("temperature", "3");
            send(tab, "hi");
            var trouble = tab.text("document.querySelector('.trouble').textContent");
            assertTrue(trouble.startsWith("The server refused (400)") && trouble.contains("temperature"), trouble);
            tab.type("temperature", "0");
            tab.click("document.querySelector('.deeds button')");
            tab.await("!running && all('.answer').length > 0");
            assertEquals("hello", tab.text(ANSWER));
        });
    }

    @Test
    void theKeyIsAskedFor() throws Exception {
        try (var locked = LlamaServer.start(llama, ServerOptions.DEFAULT.withApiKeys("sesame"))) {
            visit(locked.uri(), tab -> {
                tab.await("!$('key-knob').hidden && document.activeElement === $('key')");
                tab.type("key", "sesame");
                send(tab, "hi");
                assertEquals("hello", tab.text(ANSWER));
                assertEquals("sesame", tab.text("sessionStorage.getItem('key')"));
                assertEquals(0, tab.eval("localStorage.length").asInt());
            });
        }
    }

    @Test
    void itFitsAPhone() throws Exception {
        visit(server.uri(), tab -> {
            tab.size(360, 740);
            promptMode(tab);
            send(tab, "the sand and the rain in the north and the south");
            tab.tap("all('.answer .token')[3]");
            tab.await("!$('panel').hidden");
            assertTrue(tab.eval("$('panel').getBoundingClientRect().left >= 0").asBoolean());
            assertTrue(
                    tab.eval("$('panel').getBoundingClientRect().right <= 360").asBoolean());
            tab.picture("phone");
            tab.tap("$('toggle')");
            tab.await("$('knobs').offsetHeight > 100 && $('toggle').ariaExpanded === 'true'");
            for (var part : List.of("document.documentElement", "$('log')", "$('knobs')")) {
                assertTrue(tab.eval(part + ".scrollWidth <= 360").asBoolean(), part);
            }
        });
    }

    /// What the test model does not do: reasoning, a tool's call, a character in two tokens, text that looks like
    /// HTML, a stop text that ends inside a token.
    @Test
    void everyKindOfChunkIsShown() throws Exception {
        visit(server.uri(), tab -> {
            tab.eval(
                    """
                    (() => {
                      const reply = new Reply({messages: [], stop: ['x>', 'other']});
                      logOf('chat').append(reply.node);
                      const chunk = (delta, tokens, finish_reason = null) =>
                        reply.chunk({choices: [{delta, logprobs: tokens && {content: tokens}, finish_reason}]});
                      const token = (token, bytes) =>
                        ({token, bytes: bytes ?? [...new TextEncoder().encode(token)], logprob: -0.5, top_logprobs: []});
                      chunk({reasoning_content: 'Hm.'});
                      chunk({content: 'Well, '});
                      chunk({content: ''}, [token('', [0xF0, 0x9F])]);
                      chunk({content: '🦙<img src=x>'}, [token('🦙', [0xA6, 0x99]), token('<img src=x>')]);
                      chunk({tool_calls: [{index: 0, id: 'c', function: {name: 'look', arguments: '{"a"'}}]});
                      chunk({tool_calls: [{index: 0, function: {arguments: ':1}'}}]});
                      chunk({content: '<'}, [token('<x>y')], 'stop');
                      reply.end();
                    })()
                    """);
            assertEquals("Well, 🦙<img src=x><", tab.text(ANSWER));
            assertEquals("🦙|<img src=x>|<", tab.text("all('.answer .token').map(t => t.textContent).join('|')"));
            assertEquals("Hm.", tab.text("document.querySelector('details .text').textContent"));
            assertEquals("look({\"a\":1})", tab.text("document.querySelector('.tool').textContent"));
            assertEquals("It stopped at the stop text “x>”.", tab.text(WHY));
            tab.hover("all('.answer .token')[0]");
            assertTrue(tab.text("$('panel').innerText").contains("\\xf0\\x9f"), tab.text("$('panel').innerText"));
        });
    }

    @Test
    void darkIsDark() throws Exception {
        visit(server.uri(), tab -> {
            var lightness = "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)[0]";
            assertTrue(tab.eval(lightness).asInt() > 200);
            tab.scheme("dark");
            assertTrue(tab.eval(lightness).asInt() < 50);
            assertFalse(tab.eval("Boolean(document.querySelector('[src], link[href^=http]'))")
                    .asBoolean());
        });
    }

    @Test
    void aRealModelForTheEye() throws Exception {
        var file = RealModel.smollm2();
        try (var real = Llama.load(file, ModelOptions.DEFAULT.withContextSize(1024));
                var serving = LlamaServer.start(real, ServerOptions.DEFAULT.withModelName("SmolLM2-135M-Instruct"))) {
            visit(serving.uri(), tab -> {
                tab.type("temperature", "0");
                tab.type("max", "12");
                promptMode(tab);
                send(tab, "The capital of France is");
                assertTrue(tab.text(ANSWER).startsWith("The capital of France is Paris."), tab.text(ANSWER));
                tab.click("document.querySelector('[value=chat] + span')");
                tab.type("temperature", "0.7");
                tab.type("max", "100");
                send(tab, "Tell me a short story about a llama.");
                assertTrue(
                        tab.eval("all('.turn.reply:not(.run) .token').length").asInt() > 20, tab.text(ANSWER));
                tab.hover("all('.turn.reply:not(.run) .token')[10]");
                tab.await("!$('panel').hidden");
                tab.picture("light");
                tab.scheme("dark");
                tab.picture("dark");
            });
        }
    }
}
