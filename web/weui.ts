// Takes out of WeUI's style sheets the rules that our phone pages use, and nothing else of their 190 KB: rules by class, and of
// its colours those that the rules, or the pages, name. WeUI is MIT, (c) Tencent.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type AtRule, type Declaration, parse, type Root, type Rule } from 'postcss'
import type { Plugin } from 'vite'

const NAME = 'virtual:weui.css'
const SHEETS = ['base/base', 'widget/weui-button/weui-button', 'widget/weui-cell/weui-cell'] as const
/** What our pages write in their `class`, and the pseudo-elements that belong to it. */
const CLASSES = ['btn', 'btn_default', 'btn_primary', 'cells', 'cell', 'cell__bd', 'cell__ft']
/** Colours that our own style sheets name. */
const NAMED = ['BG-0', 'BG-2', 'FG-0', 'FG-1', 'FG-3', 'FG-5', 'BRAND']
/** `page` is a mini program's, `.wx-root` a framework's: with `body` alone each colour is told twice, light and dark. */
const LIGHT = 'body'
const DARK = 'body:not([data-weui-theme=light])'

/** @returns the style sheet; each colour only where a rule or a page of ours uses it */
export function weuiParts(): string {
  const require = createRequire(import.meta.url)
  const roots = SHEETS.map((sheet) => parse(readFileSync(require.resolve(`weui/dist/style/${sheet}.css`), 'utf8')))
  const rules = new Map<string, string>()
  for (const root of roots) takeRules(root, rules)
  const used = new Set(NAMED.map((name) => `--weui-${name}`))
  for (const rule of rules.values()) for (const [name] of rule.matchAll(/--weui-[\w-]+/g)) used.add(name)
  const light = new Map<string, string>()
  const dark = new Map<string, string>()
  for (const root of roots) takeColours(root, used, light, dark)
  const block = (values: ReadonlyMap<string, string>): string =>
    `body{${[...values].map(([name, value]) => `${name}:${value}`).join(';')}}`
  return `${block(light)}@media (prefers-color-scheme:dark){${block(dark)}}${[...rules.values()].join('')}`
}

function takeRules(root: Root, into: Map<string, string>): void {
  root.each((node) => {
    if (node.type !== 'rule') return
    const ours = node.selectors.filter((selector) => {
      const names = [...selector.matchAll(/\.([\w-]+)/g)].map(([, name = '']) => name.replace(/^weui-/, ''))
      // Not `:visited`, for links whose colour WeUI resets, nor `:focus`, whose ring it takes away.
      return (
        names.length > 0 && names.every((name) => CLASSES.includes(name)) && !/:visited|:focus|\s|\+/.test(selector)
      )
    })
    const text = plain(node)
    if (ours.length > 0 && text !== '') into.set(`${ours} ${text}`, `${ours}{${text}}`)
  })
}

/** A rule's declarations without what only browsers before 2017 need. */
function plain(rule: Rule): string {
  const kept = new Map<string, Declaration>()
  rule.each((node) => {
    if (node.type !== 'decl' || /^(outline$|-webkit-(?!tap|user))/.test(node.prop) || /^-webkit-/.test(node.value))
      return
    kept.set(node.prop, node)
  })
  return [...kept.values()].map(({ prop, value }) => `${prop}:${value}`).join(';')
}

function takeColours(
  root: Root,
  used: ReadonlySet<string>,
  light: Map<string, string>,
  dark: Map<string, string>,
): void {
  const take = (rule: Rule, selector: string, into: Map<string, string>): void => {
    if (!rule.selectors.some((one) => one.replace(/["']/g, '') === selector)) return
    rule.each((node) => {
      if (node.type === 'decl' && used.has(node.prop)) into.set(node.prop, node.value)
    })
  }
  root.each((node) => {
    if (node.type === 'rule') take(node, LIGHT, light)
    if (node.type === 'atrule' && isDark(node)) node.each((rule) => rule.type === 'rule' && take(rule, DARK, dark))
  })
}

function isDark({ name, params }: AtRule): boolean {
  return name === 'media' && /prefers-color-scheme:\s*dark/.test(params)
}

/** Vite's plugin: `import 'virtual:weui.css'`. */
export function weui(): Plugin {
  return {
    name: 'saoma:weui',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load: (id) => (id === `\0${NAME}` ? weuiParts() : undefined),
  }
}
