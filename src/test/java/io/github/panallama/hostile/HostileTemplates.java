package io.github.panallama.hostile;

import java.util.stream.Stream;

/// Models whose chat template does harm: it is a program that comes with the file and runs in this process.
final class HostileTemplates {
    private HostileTemplates() {}

    static Stream<HostileModel> all() {
        return Stream.of(
                template("empty", ""),
                template("blank", " \n\t"),
                template("U+0000", "a\0b{{ messages }}"),
                template("no messages", "hello"),
                template("an unclosed tag", "{{ messages"),
                template("an unclosed block", "{% for m in messages %}{{ m.content }}"),
                template("an unopened block", "{% endfor %}"),
                template("garbage", "{% %}{{ }}{# #}{%- -%}{{- -}}"),
                template("an unknown statement", "{% frobnicate x %}"),
                template("an unknown function", "{{ nothing(messages) }}"),
                template("an unknown variable's field", "{{ a.b.c.d }}"),
                template("an unknown filter", "{{ messages | nonsense }}"),
                template("an unknown test", "{{ messages is nonsense }}"),
                template("a call of a text", "{{ 'a'() }}"),
                template("a sum of a list and a number", "{{ messages + 1 }}"),
                template("an index out of range", "{{ messages[100000]['x'] }}"),
                template("a negative index", "{{ messages[-100000] }}"),
                template("an index of 2^62", "{{ messages[4611686018427387904] }}"),
                template("a number too large", "{{ 99999999999999999999999999999 }}"),
                template("a division by zero", "{{ 1 / 0 }}{{ 1 // 0 }}"),
                template("a remainder by zero", "{{ 1 % 0 }}"),
                template("the smallest by -1", "{{ (-9223372036854775807 - 1) // -1 }}"),
                template("the remainder of the smallest by -1", "{{ (-9223372036854775807 - 1) % -1 }}"),
                template("a slice by zero", "{{ messages[::0] }}{{ 'abc'[::0] }}"),
                template("a slice of extremes", "{{ 'abc'[-9223372036854775807:9223372036854775807:-1] }}"),
                template("a power", "{{ 10 ** 1000000 }}"),
                template("a range by zero", "{% for i in range(0, 10, 0) %}{{ i }}{% endfor %}"),
                template("a range of 10^12", "{% for i in range(1000000000000) %}{% endfor %}"),
                template(
                        "a range of 30,000 in 30,000",
                        "{% for i in range(30000) %}{% for j in range(30000) %}{% endfor %}{% endfor %}"),
                template(
                        "a text doubled 40 times",
                        "{% set ns = namespace(s='xxxxxxxx') %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}"),
                template("a text times 10^10", "{{ 'x' * 10000000000 }}"),
                template("a macro that calls itself", "{% macro f(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}"),
                template(
                        "two macros that call each other",
                        "{% macro f(n) %}{{ g(n) }}{% endmacro %}{% macro g(n) %}{{ f(n) }}{% endmacro %}{{ f(1) }}"),
                template(
                        "a list that contains itself",
                        "{% set a = [] %}{% set _ = a.append(a) %}{{ a }}{{ a | tojson }}"),
                template(
                        "a macro that renders its caller",
                        "{% macro f() %}{{ caller() }}{% endmacro %}{% call f() %}{{ f() }}{% endcall %}"),
                template("an exception of its own", "{{ raise_exception('no ' ~ messages) }}"),
                template("an exception of 1 MB", "{{ raise_exception('x' * 1000000) }}"),
                template("an exception without a message", "{{ raise_exception('') }}"),
                template("50,000 parentheses", "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}"),
                template("50,000 lists", "{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}"),
                template("50,000 nots", "{{ " + "not ".repeat(50_000) + "1 }}"),
                template("1,900 nots", "{{ " + "not ".repeat(1_900) + "1 }}"),
                template("1,900 minus signs", "{{ " + "-".repeat(1_900) + "1 }}"),
                template("1,900 fields", "{{ a" + ".b".repeat(950) + " }}"),
                template("1,900 conditions", "{{ " + "1 if 1 else ".repeat(450) + "1 }}"),
                template("20,000 blocks", "{% if 1 %}".repeat(20_000) + "{% endif %}".repeat(20_000)),
                template("20,000 branches", "{% if 0 %}" + "{% elif 0 %}".repeat(20_000) + "{% endif %}"),
                template("20,000 conditions one after the other", "{% if 1 %}a{% endif %}".repeat(20_000)),
                template("2 MB of text", "x".repeat(2 << 20)),
                template("a format with %n", "{{ '%n%s%s' | format(1) }}{{ '%s' % messages }}"),
                template("strftime_now of garbage", "{{ strftime_now('%" + "Y%".repeat(2000) + "') }}"),
                template("strftime_now of a number", "{{ strftime_now(1) }}"),
                template("loop outside a loop", "{{ loop.index }}{{ loop.previtem.nextitem }}"),
                template("a break outside a loop", "{% break %}{% continue %}"),
                template("an include", "{% include '/etc/passwd' %}{% import 'os' as os %}{{ os }}"),
                template("attributes of Python", "{{ ''.__class__.__mro__[1].__subclasses__() }}"),
                template("control tokens of its own", "<|im_start|><s></s><|im_end|>".repeat(50)),
                template("a join of numbers", "{{ [1, 2, messages] | join(messages) }}"),
                template("a sort of all kinds", "{{ [1, 'a', none, messages, {}] | sort | list }}"),
                template("a replacement of nothing", "{{ 'abc' | replace('', 'x') }}{{ 'abc'.replace('', 'x') }}"),
                template("a split by nothing", "{{ 'abc'.split('') }}"),
                template("an indent of -1", "{{ 'a\\nb' | indent(-1) }}{{ {'a': 1} | tojson(indent=-1) }}"),
                template("an indent of 10^9", "{{ {'a': 1} | tojson(indent=1000000000) }}"),
                template("a center of 10^10", "{{ 'a' | center(10000000000) }}"),
                template("a batch by zero", "{{ [1, 2] | batch(0) | list }}{{ [1, 2] | slice(0) | list }}"),
                template("content as a list", "{% for m in messages %}{{ m.content[0].text }}{% endfor %}"),
                template("half a character", "{{ '日本'[0:1] }}{{ messages[0].content[0:1] }}"));
    }

    private static HostileModel template(String name, String source) {
        return HostileModel.of("template: " + name, () -> HostileKeys.good().string("tokenizer.chat_template", source));
    }
}
