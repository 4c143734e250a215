package io.github.panallama.http.page;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A tab of [Chromium]: what a person does with it.
final class Tab implements AutoCloseable {
    private final DevTools tools;

    Tab(DevTools tools, URI page) {
        this.tools = tools;
        List.of("Runtime.enable", "Log.enable", "Network.enable", "Page.enable").forEach(m -> call(m, Map.of()));
        call("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
        size(1180, 820);
        call("Page.navigate", Map.of("url", page.toString()));
        await("document.readyState === 'complete' && location.href !== 'about:blank' && $('model').textContent");
    }

    DevTools tools() {
        return tools;
    }

    private JsonNode call(String method, Map<String, ?> parameters) {
        return tools.call(method, parameters);
    }

    /// {@return the value of a JavaScript expression}
    JsonNode eval(String expression) {
        var result =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (result.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + result.get("exceptionDetails"));
        }
        return result.get("result").path("value");
    }

    /// {@return the expression's value as text}
    String text(String expression) {
        return eval("String(" + expression + ")").asString();
    }

    /// Waits until a JavaScript expression is true.
    void await(String expression) {
        var end = Instant.now().plus(DevTools.PATIENCE);
        while (!eval("Boolean(" + expression + ")").asBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("never came true: " + expression + "\n" + text("document.body.innerText"));
            }
            Chromium.pause();
        }
    }

    private Map<String, Object> mouse(String type, String element, int clicks) {
        var at = eval("(e => { e.scrollIntoView({block: 'nearest'}); const r = e.getClientRects()[0];"
                + " return [r.left + r.width / 2, r.top + r.height / 2]; })(" + element + ")");
        double x = at.get(0).asDouble();
        double y = at.get(1).asDouble();
        return Map.of("type", type, "x", x, "y", y, "button", clicks > 0 ? "left" : "none", "clickCount", clicks);
    }

    /// Moves the mouse over an element.
    void hover(String element) {
        call("Input.dispatchMouseEvent", mouse("mouseMoved", element, 0));
    }

    void click(String element) {
        hover(element);
        call("Input.dispatchMouseEvent", mouse("mousePressed", element, 1));
        call("Input.dispatchMouseEvent", mouse("mouseReleased", element, 1));
    }

    /// Touches an element with a finger.
    void tap(String element) {
        var at = mouse("touch", element, 0);
        var finger = List.of(Map.of("x", at.getOrDefault("x", 0), "y", at.getOrDefault("y", 0)));
        call("Input.dispatchTouchEvent", Map.of("type", "touchStart", "touchPoints", finger));
        call("Input.dispatchTouchEvent", Map.of("type", "touchEnd", "touchPoints", List.of()));
    }

    /// Clicks a field and replaces what is in it.
    void type(String id, String text) {
        click("$('" + id + "')");
        eval("$('" + id + "').select()");
        call("Input.insertText", Map.of("text", text));
        if (text.isEmpty()) {
            key("Delete", 46, 0);
        }
    }

    /// Presses and releases a key.
    ///
    /// @param modifiers 2 = control, 8 = shift
    void key(String name, int code, int modifiers) {
        for (var type : List.of("rawKeyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of(
                            "type",
                            type,
                            "key",
                            name,
                            "code",
                            name,
                            "windowsVirtualKeyCode",
                            code,
                            "modifiers",
                            modifiers));
        }
    }

    void size(int width, int height) {
        boolean phone = width < 500;
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 2, "mobile", phone));
        call("Emulation.setTouchEmulationEnabled", Map.of("enabled", phone));
    }

    void scheme(String value) {
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", value))));
    }

    /// Writes what is seen into `target/page`.
    void picture(String name) {
        var png = Base64.getDecoder()
                .decode(call("Page.captureScreenshot", Map.of()).get("data").asString());
        try {
            Files.write(Files.createDirectories(Path.of("target/page")).resolve(name + ".png"), png);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        call("Page.close", Map.of());
        tools.close();
    }
}
