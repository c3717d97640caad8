"""Golden files of chat templates: what transformers makes of conversations and of single features.

Run (no network, no accelerator, seconds):

    pip install transformers jinja2
    python core/src/test/golden/golden_chat.py OUTPUT

The templates are written for this test: each has the structure that one family of models is known
for, in words of its own. chat.expected.json holds

* templates: by name, the `template` and its special tokens (`values`); for each of the
  `conversations` the `text` that transformers renders with a generation prompt, or the `error`;
* features: single expressions and tags, each with the `text` or with "error": true.
"""

import datetime
import json
import sys
from pathlib import Path

import jinja2
import transformers
from transformers.utils import chat_template_utils

TEMPLATES = {
    "chatml": {
        "template": """{% for turn in messages %}
{% if loop.first and turn['role'] != 'system' %}
{{ '<|im_start|>system\\nYou answer questions.<|im_end|>\\n' }}
{% endif %}
{{ '<|im_start|>' + turn['role'] + '\\n' + turn['content'] + '<|im_end|>' + '\\n' }}
{% endfor %}
{% if add_generation_prompt %}
{{ '<|im_start|>assistant\\n' }}
{% endif %}
""",
        "values": {"eos_token": "<|im_end|>"},
    },
    "thinking": {
        "template": """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- for tool in tools %}
        {{- tool | tojson }}
    {%- endfor %}
{%- elif messages[0].role == 'system' %}
    {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
{%- endif %}
{%- set state = namespace(searching=true, last=messages|length - 1) %}
{%- for turn in messages[::-1] %}
    {%- set place = (messages|length - 1) - loop.index0 %}
    {%- if state.searching and turn.role == "user" and turn.content is string
           and not(turn.content.startswith('<result>') and turn.content.endswith('</result>')) %}
        {%- set state.searching = false %}
        {%- set state.last = place %}
    {%- endif %}
{%- endfor %}
{%- for turn in messages %}
    {%- set content = turn.content if turn.content is string else '' %}
    {%- if turn.role == "user" or (turn.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + turn.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif turn.role == "assistant" %}
        {%- set thought = '' %}
        {%- if '</think>' in content %}
            {%- set thought = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
            {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
        {%- endif %}
        {%- if loop.index0 > state.last and (loop.last or thought) %}
            {{- '<|im_start|>assistant\\n<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + content }}
        {%- else %}
            {{- '<|im_start|>assistant\\n' + content }}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}""",
        "values": {"eos_token": "<|im_end|>"},
    },
    "headers": {
        "template": """{{- bos_token }}
{%- if not date_string is defined %}
    {%- set date_string = "1 Jan 2024" %}
{%- endif %}
{#- The first message may be the system's. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system = messages[0]['content']|trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system = "" %}
{%- endif %}
{{- "<|header|>system<|end_header|>\\n\\n" }}
{{- "Date: " + date_string + "\\n\\n" }}
{{- system }}
{{- "<|eot|>" }}
{%- for turn in messages %}
    {%- if not (turn.role == 'tool' or 'calls' in turn) %}
        {{- '<|header|>' + turn['role'] + '<|end_header|>\\n\\n'+ turn['content'] | trim + '<|eot|>' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|header|>assistant<|end_header|>\\n\\n' }}
{%- endif %}
""",
        "values": {"bos_token": "<|begin|>"},
    },
    "instruct": {
        "template": """{%- if messages[0]["role"] == "system" %}
    {%- set system = messages[0]["content"] %}
    {%- set turns = messages[1:] %}
{%- else %}
    {%- set turns = messages %}
{%- endif %}
{%- set asked = turns | selectattr("role", "equalto", "user") | list %}

{%- for turn in turns %}
    {%- if (turn["role"] == "user") != (loop.index0 % 2 == 0) %}
        {{- raise_exception("After the system, user and assistant take turns: user/assistant/...") }}
    {%- endif %}
{%- endfor %}

{{- bos_token }}
{%- for turn in turns %}
    {%- if turn["role"] == "user" %}
        {%- if system is defined and (turn == asked[-1]) %}
            {{- "[INST] " + system + "\\n\\n" + turn["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + turn["content"] + "[/INST]" }}
        {%- endif %}
    {%- else %}
        {{- " " + turn["content"] + eos_token }}
    {%- endif %}
{%- endfor %}""",
        "values": {"bos_token": "<s>", "eos_token": "</s>"},
    },
    "turns": {
        "template": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}"
        "{{ raise_exception('there is no system here') }}{% endif %}"
        "{% for turn in messages %}"
        "{% if (turn['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('user and assistant take turns') }}{% endif %}"
        "{% if (turn['role'] == 'assistant') %}{% set role = 'model' %}"
        "{% else %}{% set role = turn['role'] %}{% endif %}"
        "{{ '<turn>' + role + '\\n' + turn['content'] | trim + '<end_of_turn>\\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{'<turn>model\\n'}}{% endif %}",
        "values": {"bos_token": "<bos>", "eos_token": "<eos>"},
    },
    "bars": {
        "template": """{% for turn in messages %}{% if turn['role'] == 'system' %}{{'<|system|>
' + turn['content'] + '<|end|>
'}}{% elif turn['role'] == 'user' %}{{'<|user|>
' + turn['content'] + '<|end|>
'}}{% elif turn['role'] == 'assistant' %}{{'<|assistant|>
' + turn['content'] + '<|end|>
'}}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>
' }}{% else %}{{ eos_token }}{% endif %}""",
        "values": {"eos_token": "<|endoftext|>"},
    },
    "dated": {
        "template": """{%- set today = strftime_now("%d %B %Y") -%}
{%- macro head(role, mark='|') -%}
<{{ mark }}{{ role }}{{ mark }}>
{%- endmacro -%}
{{ head('system') }}
Today is {{ today }}.
{% generation %}{% endgeneration %}
{% for turn in messages %}
    {%- if turn.role == "system" %}{% continue %}{% endif %}
    {{ head(turn.role, mark='#') ~ turn.content }}
{% endfor %}
{{- head('assistant') if add_generation_prompt else '' }}""",
        "values": {},
    },
    "broken": {
        "template": "{% for turn in messages %}{{ turn.content.missing.name }}{% endfor %}",
        "values": {},
    },
}

CONVERSATIONS = {
    "user": [{"role": "user", "content": "What is attention?"}],
    "system": [
        {"role": "system", "content": "Be brief. "},
        {"role": "user", "content": " Is 2 < 3 & \"so\" on?\n\n"},
    ],
    "dialogue": [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Hello {{ 1 + 1 }} {% if %} {x}"},
        {"role": "assistant", "content": "<think>\nthey greet\n</think>\n\nHi 🙂!"},
        {"role": "user", "content": "naïve 注意\tor\\n not?"},
    ],
    "out-of-turn": [
        {"role": "assistant", "content": "I begin."},
        {"role": "assistant", "content": "And go on."},
    ],
}

NOW = datetime.datetime(2024, 7, 26, 12, 30, 5)

VALUES = {
    "n": 7, "x": 2.5, "word": "naïve 🙂 Word", "blank": " \n a b  c \t", "nothing": None,
    "yes": True, "no": False,
    "list": ["b", "a", "c", "a"],
    "map": {"name": "m", "items": [1, 2], "inner": {"k": "v\"'\n<é"}},
    "turns": [{"role": "user", "n": 1}, {"role": "tool", "n": 2}, {"role": "user", "n": 3}],
}

FEATURES = r"""
{{ list[1:] }}{{ list[:-1] }}{{ list[::-1] }}{{ list[-3:-1] }}{{ list[::2] }}{{ list[5:] }}{{ list[3:0:-2] }}
{{ word[0] }}{{ word[-1] }}{{ word[6] }}{{ word[:7] }}{{ word[::-1] }}{{ word[99:] }}|{{ word[99] }}
{{ list[9] }}|{{ map.absent }}|{{ map['absent'] }}|{{ absent }}
{{ absent.name }}
{{ map.absent.name }}
{{ absent + 'a' }}
{{ absent ~ 'a' }}{{ nothing ~ yes ~ n ~ x }}
{{ 'a' + 1 }}
{{ 'a' * 3 }}{{ 2 * 'ab' }}{{ 7 // 2 }}{{ -7 // 2 }}{{ -7 % 3 }}{{ 7 / 2 }}{{ 2 ** 3 }}{{ 1 + 2 * 3 }}{{ -n|abs }}
{{ 1 / 0 }}
{{ 1.0 }} {{ 0.1 + 0.2 }} {{ 1e20 }} {{ 1e-7 }} {{ 100000.0 }} {{ 3 * 1.5 }} {{ 1_000 }}
{{ yes }} {{ nothing }} {{ list }} {{ map }} {{ [1, 'it\'s', none, true, 2.5, 'a"b'] }} {{ (1, 2) | list }}
{{ map | tojson }}
{{ map | tojson(indent=2) }}
{{ [] | tojson }}{{ {} | tojson(indent=4) }}{{ 'é<>&' | tojson }}{{ [1.5, none, true] | tojson }}
{{ blank | trim }}|{{ blank.strip() }}|{{ blank.lstrip() }}|{{ blank.rstrip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'abcba'.lstrip('ab') }}
{{ blank.split() }}{{ 'a,b,,c'.split(',') }}{{ 'a,b,c'.split(',', 1) }}{{ 'a b  c'.split(' ') }}{{ 'a,b,c'.rsplit(',', 1) }}{{ blank.split(none, 1) }}
{{ 'a'.split('') }}
{{ word.startswith('na') }}{{ word.endswith(('x', 'rd')) }}{{ word.upper() }}{{ word.lower() }}{{ 'it\'s a dog-house'.title() }}{{ 'hELLO wORLD'.capitalize() }}
{{ 'aXbXc'.replace('X', '-') }}{{ 'aXbXc'.replace('X', '-', 1) }}{{ 'aXbXc' | replace('X', '') }}{{ ','.join(list) }}{{ word.find('W') }}{{ 'abcabc'.count('bc') }}
{{ 'prefix-a'.removeprefix('prefix-') }}{{ 'a.txt'.removesuffix('.txt') }}{{ 'a\nb\n'.splitlines() }}{{ '12'.isdigit() }}{{ 'a1'.isalpha() }}
{{ map['items'] }}{{ map.get('name') }}{{ map.get('absent') }}{{ map.get('absent', 'd') }}{{ map.keys() | list }}
{% for key, value in map.items() %}{{ key }}={{ value }};{% endfor %}
{% for key in map %}{{ key }},{% endfor %}{% for c in 'añ🙂' %}[{{ c }}]{% endfor %}{% for a in absent %}x{% else %}none{% endfor %}
{% for t in turns if t.role == 'user' %}{{ loop.index }}/{{ loop.length }}{{ t.n }}{{ loop.first }}{{ loop.last }}{% if loop.previtem is defined %}<{{ loop.previtem.n }}{% endif %}{{ loop.nextitem.n if loop.nextitem is defined }}{% endfor %}
{% for i in range(5) %}{% if i == 1 %}{% continue %}{% endif %}{% if i == 4 %}{% break %}{% endif %}{{ i }}{{ loop.cycle('a', 'b') }}{{ loop.revindex }}{{ loop.revindex0 }}{% endfor %}
{% for i in range(2, 8, 3) %}{{ i }}{% endfor %}{{ range(3, 0, -1) | list }}
{% for i in [1, 2] %}{% for j in [3, 4] %}{{ loop.index0 }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}
{% set a = 1 %}{% for i in [1, 2] %}{% set a = a + i %}{{ a }}{% endfor %}{{ a }}
{% set ns = namespace(a=1, b='x') %}{% for i in [1, 2] %}{% set ns.a = ns.a + i %}{% endfor %}{{ ns.a }}{{ ns.b }}{{ ns.c is defined }}
{% set map.name = 1 %}
{% set a, b = 1, 2 %}{{ b }}{{ a }}{% set text %}in {{ n }}{% endset %}[{{ text }}]
{% if n > 5 and not no or absent %}A{% elif n %}B{% else %}C{% endif %}{% if 1 < n < 9 %}D{% endif %}{% if 9 > n > 8 %}E{% endif %}
{{ 'a' if yes }}|{{ 'a' if no }}|{{ 'a' if no else 'b' if yes else 'c' }}
{{ 'b' in list }}{{ 'z' not in list }}{{ 'name' in map }}{{ 'Wor' in word }}{{ 1 in [1.0] }}{{ not 1 in [2] }}
{{ 1 in 'a' }}
{{ n is defined }}{{ absent is not defined }}{{ nothing is none }}{{ word is string }}{{ map is mapping }}{{ list is iterable }}{{ list is sequence }}{{ n is number }}{{ x is float }}{{ n is integer }}{{ yes is boolean }}{{ yes is true }}{{ no is false }}{{ n is odd }}{{ n is even }}{{ n is divisibleby 7 }}{{ n is divisibleby(2) }}{{ n is eq 7 }}{{ 'a' is in list }}{{ 'a' is lower }}{{ n is not none and yes }}
{{ yes == 1 }}{{ 1 == 1.0 }}{{ 'a' == 'a' }}{{ nothing == none }}{{ absent == absent2 }}{{ [1, 2] == [1, 2] }}{{ {'a': 1} == {'a': 1} }}{{ 'a' < 'b' }}{{ [] == none }}
{{ 'a' < 1 }}
{{ list | length }}{{ map | length }}{{ word | length }}{{ list | count }}{{ absent | length }}
{{ n | length }}
{{ list | first }}{{ list | last }}{{ [] | first }}|{{ list | join }}{{ list | join(', ') }}{{ turns | join('-', attribute='n') }}
{{ absent | default('d') }}{{ '' | default('d') }}|{{ '' | default('d', true) }}{{ nothing | default('d') }}{{ nothing | d('e', boolean=true) }}
{{ word | upper }}{{ word | lower }}{{ 'a bc-de (fg' | title }}{{ word | capitalize }}{{ 5 | string }}{{ '12' | int + 1 }}{{ 'x' | int }}{{ '2.5' | float }}{{ 'x' | int(9) }}{{ 2.9 | int }}
{{ 2.567 | round(2) }} {{ 2.4 | round }} {{ 2.1 | round(method='ceil') }} {{ -3 | abs }} {{ 'a\nb\n\nc' | indent }} {{ 'a\nb' | indent(2, true) }}
{{ list | reverse | list }}{{ 'abc' | reverse }}{{ list | sort }}{{ list | unique | list }}{{ [3, 1] | sort(reverse=true) }}{{ [1, 2, 3] | sum }}{{ [3, 1] | min }}{{ [3, 1] | max }}
{{ turns | map(attribute='role') | list }}{{ list | map('upper') | join }}{{ turns | selectattr('role', 'equalto', 'user') | map(attribute='n') | list }}{{ turns | rejectattr('role', '==', 'user') | list | length }}{{ [1, 0, 2] | select | list }}{{ [1, 2, 3] | reject('odd') | list }}{{ turns | selectattr('absent') | list }}
{{ (map | items | list)[0][1] }}{{ ({'b': 1, 'A': 2} | dictsort)[0][0] }}{{ '<a href="x">' | e }}{{ 'x' | safe }}
{{ 'a' | nofilter }}
{{ 'a' is notest }}
{% macro f(a, b='d', c=n) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ f(1) }}|{{ f(1, c=2) }}|{{ f('x', 'y', 'z') }}|{{ f() }}
{% macro f(a) %}{% if a > 0 %}{{ a }}{{ f(a - 1) }}{% endif %}{% endmacro %}{{ f(3) }}
{{ raise_exception('no ' ~ n) }}
{{ n() }}
{{ word.__class__ }}|
{{ list.append('x') }}
{{ {'a': 1, 'b': [1, {'c': 2}]}.b[1].c }}{{ {'}}': '%}'}['}}'] }}{{ "a" 'b' }}{{ 'tab\there \\ \u00e9 \q' }}
a {#- gone -#} b {# gone #} c{{- ' d ' -}} e {%- if yes %} f {%- endif -%} g
  {% if yes %}
   kept
  {% endif %}
end {% if yes %}
x{% endif %}

  {%+ if yes %}plus{% endif +%}
next
  {# comment #}
after {{ n }}
 and
	{%- if yes -%}
  tight
	{%- endif %}

last
{{ strftime_now('%Y-%m-%d %H:%M:%S %a %A %b %B %j %p %I %y %%') }}
{{ dict(a=1).a }}{{ namespace(a=2).a }}{{ namespace({'a': 3}).a }}
{% if yes %}unclosed
{% unknown %}
{{ 1 + }}
{{ 'open }}
{% endif %}
{% for %}{% endfor %}
{{ (1, 2)[1] }}{{ ((3)) }}{{ [1, 2,][0] }}{{ list[0].upper() }}{{ turns[0]['role'][0] }}{{ map.inner.k | length }}{{ not yes }}{{ -x }}{{ +n }}
{{ 2 ~ 3 + 4 }}
{{ 1 + 2 ~ 3 }}
{% raw %}{{ n }} {% if %} {# no #}{% endraw %}{{ n }}|{%- raw -%}  {{ a }}  {%- endraw -%}  b
{% if yes %}  {% raw %} {{ {% endraw %} x{% endif %}{% raw %}{% endraw %}|{% raw -%} a {%+ endraw +%} b
{% raw %}unclosed {{ n }}
{% endraw %}
{% filter upper %}a{{ word }}{% endfilter %}|{% filter replace('a', 'b') | trim | title %} a{% if yes %}a c{% endif %} {% endfilter %}|
{% filter length %}abc{% endfilter %}
{% set a = 1 %}{% filter upper %}{% set a = 2 %}{{ a }}{% endfilter %}{{ a }}
{% filter nofilter %}a{% endfilter %}
{% filter %}a{% endfilter %}
{% filter upper %}a
{% macro f(a) %}<{{ a }}:{{ caller() }}>{% endmacro %}{% call f(1) %}in {{ word }}{% endcall %}|{% call f('x') %}{% call f(2) %}deep{% endcall %}{% endcall %}
{% macro f(a) %}{% for i in a %}{{ caller(i, b=i * 2) }},{% endfor %}{% endmacro %}{% call(i, b, c='d') f([1, 2]) %}{{ i }}{{ b }}{{ c }}{{ n }}{% endcall %}
{% macro f() %}{{ 'with' if caller is defined else 'without' }}{% endmacro %}{{ f() }}{% call f() %}x{% endcall %}
{% macro f() %}none{% endmacro %}{% call f() %}x{% endcall %}
{% macro f() %}{{ caller() }}{% endmacro %}{{ f() }}
{% macro f() %}{{ caller(1) }}{% endmacro %}{% call f() %}x{% endcall %}
{% call word %}x{% endcall %}
{% call word() %}x{% endcall %}
{% include 'other' %}
{% extends 'other' %}{% block a %}{% endblock %}
{% import 'other' as other %}
{% from 'other' import it %}
{{ 5 - 2 - 1 }}{{ 8 / 2 / 2 }}{{ 'x' ~ 'y' * 2 }}{{ yes and 'b' }}{{ no or 'c' }}{{ '' or [] }}{{ 2 > 1 == true }}
"""


def features():
    """Lines are single templates; those between 'end' and 'last' belong together."""
    lines = FEATURES.strip("\n").split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith("a {#- gone"))
    last = lines.index("last")
    return lines[:first] + ["\n".join(lines[first:last]), "\n".join(lines[first:last]) + "\n"] + [
        line for line in lines[last:]]


class Clock(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return NOW


def render(template, values):
    try:
        return {"text": chat_template_utils._compile_jinja_template(template).render(**values)}
    except (jinja2.exceptions.TemplateError, TypeError, ValueError, ZeroDivisionError,
            AttributeError) as e:
        return {"error": str(e)}


def main(output):
    chat_template_utils.datetime = Clock
    templates = {}
    for name, made in TEMPLATES.items():
        cases = {}
        for conversation, messages in CONVERSATIONS.items():
            cases[conversation] = render(made["template"], {
                "messages": messages, "tools": None, "documents": None,
                "add_generation_prompt": True, "enable_thinking": False, **made["values"]})
        templates[name] = {**made, "conversations": cases}
    single = []
    for template in features():
        single.append({"template": template, **render(template, VALUES)})
    expected = {
        "versions": {"transformers": transformers.__version__, "jinja2": jinja2.__version__},
        "now": NOW.isoformat(), "conversations": CONVERSATIONS, "templates": templates,
        "values": VALUES, "features": single}
    folder = Path(output) / "chat"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "chat.expected.json", "w", encoding="utf-8", newline="\n") as file:
        json.dump(expected, file, ensure_ascii=False, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
